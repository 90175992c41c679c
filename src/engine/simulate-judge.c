/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulate.h"

static struct hufu_subject subject_of(const struct simulate *simulate, const struct simulate_user *as)
{
	return (struct hufu_subject){
		.uid = simulate->user.uid,
		.euid = as->uid,
		.suid = as->uid,
		.gid = simulate->user.gid,
		.egid = as->gid,
		.sgid = as->gid,
		.auid = UINT32_MAX,
		.ses = UINT32_MAX,
		.cap_setuid = as->uid == 0,
		.cap_setgid = as->uid == 0,
		.comm = "simulate",
	};
}

static struct hufu_object object_of(const struct simulate_fs_entry *fs, const struct stat *st)
{
	struct hufu_object object = {
		.fs_magic = fs->magic,
		.fs_name = fs->type[0] ? fs->type : NULL,
		.fs_subtype = fs->subtype[0] ? fs->subtype : NULL,
		.has_fs_uuid = fs->has_uuid,
		.owner = st->st_uid,
		.group = st->st_gid,
	};

	memcpy(object.fs_uuid, fs->uuid, sizeof(object.fs_uuid));
	return object;
}

static void add(struct simulate_finding *sum, const struct simulate_finding *finding)
{
	if (!sum->cause && finding->cause) {
		sum->cause = finding->cause;
		sum->func = finding->func;
		sum->rule = finding->rule;
	}
	if (!sum->measure_rule && finding->measure_rule) {
		sum->measure_rule = finding->measure_rule;
		sum->pcr = finding->pcr;
	}
}

static struct simulate_finding ask_engine(struct simulate *simulate, struct hufu_access *access, enum deed deed)
{
	const struct deed_row *row = deed_row(deed);
	struct simulate_finding sum = {0};

	for (size_t i = 0; i < row->n; i++) {
		struct simulate_finding finding = {.func = row->accesses[i].func};
		const struct hufu_decision *decision;
		struct hufu_verdict verdict;

		access->func = row->accesses[i].func;
		access->mask = row->accesses[i].mask;
		hufu_engine_judge(simulate->job->engine, access, &verdict);
		decision = &verdict.decision;
		finding.cause = verdict.cause;
		finding.rule = decision->appraise_rule;
		if (decision->actions & HUFU_POLICY_MEASURE) {
			finding.measure_rule = decision->measure_rule;
			finding.pcr = decision->pcr < 0 ? HUFU_PCR_DEFAULT : decision->pcr;
		}
		add(&sum, &finding);
		if (finding.cause) /* what is refused gets no further */
			break;
	}
	return sum;
}

static bool is_memo_of(const struct simulate_memo *memo, const struct simulate_file *file,
		       const struct simulate_user *as, enum deed deed)
{
	return memo->known && memo->deed == deed && memo->ino == file->st.st_ino && memo->dev == file->st.st_dev &&
	       memo->ctime.tv_sec == file->st.st_ctim.tv_sec && memo->ctime.tv_nsec == file->st.st_ctim.tv_nsec &&
	       memo->as.uid == as->uid && memo->as.gid == as->gid;
}

void simulate_judge(struct simulate *simulate, const struct simulate_file *file, const struct simulate_user *as,
		    enum deed deed, struct simulate_finding *finding)
{
	const struct stat *st = &file->st;
	struct simulate_memo *memo = &simulate->memos[(st->st_ino * DEED_COUNT + deed) % SIMULATE_MEMOS];
	struct hufu_access access = {
		.subject = subject_of(simulate, as),
		.fd = file->fd,
		.path = file->path,
		.dev = "",
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
	};

	if (!is_memo_of(memo, file, as, deed)) {
		access.object = object_of(simulate_fs_find(&simulate->fs, file->fd, st->st_dev), st);
		*memo = (struct simulate_memo){
			.dev = st->st_dev,
			.ino = st->st_ino,
			.ctime = st->st_ctim,
			.as = *as,
			.deed = deed,
			.known = true,
			.finding = ask_engine(simulate, &access, deed),
		};
	}
	add(finding, &memo->finding);
}
