/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "clean.h"
#include "simulate-image.h"
#include "simulate.h"

/* The access time is something that would change: only the owner and root can avoid it. */
static int open_file(struct tree_dir *dir, const char *name)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = tree_dir_open(dir, name, flags | O_NOATIME, 0);

	return fd == -EPERM ? tree_dir_open(dir, name, flags, 0) : fd;
}

static int put(struct simulate *simulate, const struct hufu_simulate_report *report)
{
	struct hufu_simulate_count *count = simulate->count;

	if (report->error && !report->via) {
		count->failed++;
	} else {
		count->uses[report->use]++;
		count->refused[report->use] += report->cause != HUFU_CAUSE_NONE;
		count->broken += report->error != 0;
	}
	if (simulate->job->on_use)
		simulate->job->on_use(simulate->job->ctx, report);
	return 0;
}

int simulate_file_failed(struct simulate *simulate, struct tree_dir *dir, const char *name, int error)
{
	struct hufu_simulate_report report = {.use = HUFU_USE_READ, .error = error};
	autofree char *path = tree_dir_path(dir, name);

	if (!path)
		return -ENOMEM;
	report.path = path;
	return put(simulate, &report);
}

/* What the user may do with a file at all. */
struct uses {
	bool at[HUFU_USE_COUNT];
	bool read_maps; /* reading it is judged as mapping it too */
};

/* map and read: deeds with the file itself. */
static void judge_plain(struct simulate *simulate, const struct simulate_file *file, const struct uses *uses,
			struct hufu_simulate_report *report)
{
	struct simulate_finding finding = {0};

	if (report->use == HUFU_USE_READ)
		simulate_judge(simulate, file, &simulate->user, DEED_READ, &finding);
	if (report->use == HUFU_USE_MAP || uses->read_maps)
		simulate_judge(simulate, file, &simulate->user, DEED_MAP, &finding);
	report->cause = finding.cause;
	report->func = finding.func;
	report->rule = finding.rule;
	report->measure_rule = finding.measure_rule;
	report->pcr = finding.pcr;
}

static int judge_use(struct simulate *simulate, const struct simulate_file *file, const struct uses *uses,
		     enum hufu_use use, bool *ret_measured)
{
	struct hufu_simulate_report report = {.path = file->path, .use = use};

	if (use == HUFU_USE_EXEC) {
		int r = simulate_exec(simulate, file, &report);

		if (r < 0) {
			report.error = r;
			report.via = NULL;
		}
	} else {
		judge_plain(simulate, file, uses, &report);
	}
	*ret_measured |= report.measure_rule != 0;
	return put(simulate, &report);
}

static int find_uses(const struct simulate *simulate, const struct simulate_file *file, struct uses *ret_uses)
{
	const struct simulate_user *user = &simulate->user;
	bool noexec = simulate_permit_noexec(file->fd);
	bool read = simulate_permit(user, file->fd, &file->st, PERMIT_READ);
	struct image image = {0};
	int r = read ? simulate_image_read(file->fd, &image) : 0;

	if (r < 0)
		return r;
	*ret_uses = (struct uses){
		.at = {[HUFU_USE_EXEC] = !noexec && simulate_permit(user, file->fd, &file->st, PERMIT_EXEC),
		       [HUFU_USE_MAP] = image.maps && !noexec,
		       [HUFU_USE_READ] = read},
		.read_maps = simulate->job->flags & HUFU_SIMULATE_MAP_AT_OPEN && image.elf,
	};
	return 0;
}

static int judge_all(struct simulate *simulate, const struct simulate_file *file, const struct uses *uses)
{
	bool measured = false;
	int r = 0;

	if (!uses->at[HUFU_USE_EXEC] && !uses->at[HUFU_USE_READ]) {
		simulate->count->closed++;
		return 0;
	}
	simulate->count->files++;
	simulate->count->bytes += (uint64_t)file->st.st_size;
	for (unsigned use = 0; use < HUFU_USE_COUNT && r == 0; use++)
		if (uses->at[use])
			r = judge_use(simulate, file, uses, (enum hufu_use)use, &measured);
	simulate->count->measured += measured;
	return r;
}

static bool is_cancelled(const struct simulate *simulate)
{
	const struct hufu_simulate_job *job = simulate->job;

	return job->on_progress && job->on_progress(job->ctx, simulate->count);
}

int simulate_file(struct simulate *simulate, struct tree_dir *dir, const char *name, const struct stat *st)
{
	autofree char *path = NULL;
	struct uses uses;
	autoclose int fd = -1;
	struct simulate_file file;
	int r = 0;

	if (is_cancelled(simulate))
		return -ECANCELED;
	if (!simulate_permit_any(&simulate->user, st)) {
		simulate->count->closed++;
		return 0;
	}
	path = tree_dir_path(dir, name);
	if (!path)
		return -ENOMEM;
	fd = open_file(dir, name);
	file = (struct simulate_file){.fd = fd, .path = path};
	if (fd < 0)
		r = fd;
	else if (fstat(fd, &file.st) < 0)
		r = -errno;
	else if (!S_ISREG(file.st.st_mode)) /* became something else */
		r = -ESTALE;
	else
		r = find_uses(simulate, &file, &uses);
	return r < 0 ? simulate_file_failed(simulate, dir, name, r) : judge_all(simulate, &file, &uses);
}
