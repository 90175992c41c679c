/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that enter a keyring: ima_post_key_create_or_update() and process_buffer_measurement(), security/integrity/ima. */
#include <errno.h>

#include "engine.h"

static int add_key(struct hufu_engine *engine, unsigned pcr, struct mlog_event *event, const void *payload, size_t len)
{
	struct hufu_digest digest;
	bool added;
	int r = hufu_digest_mem(engine->hash, payload, len, &digest, NULL);

	if (r < 0)
		return r;
	event->digest = &digest;
	/* What is beyond digest and name belongs to files in the other templates: there is none */
	if (event->template == HUFU_TEMPLATE_IMA_BUF) {
		event->extra = payload;
		event->extra_len = len;
	}
	r = record_add(engine->record, pcr, event, &added, NULL);
	if (r == 0 && added)
		atomic_fetch_add(&engine->n_measured, 1);
	return r;
}

void hufu_engine_measure_key(struct hufu_engine *engine, const struct hufu_subject *subject, const char *keyring,
			     const void *payload, size_t len)
{
	const struct hufu_object object = {.data_name = keyring};
	struct mlog_event event = {.name = keyring};
	struct edition *edition = rulebook_get(&engine->rules);
	struct hufu_decision decision;
	int r;

	hufu_policy_match(edition_policy(edition), HUFU_FUNC_KEY_CHECK, 0, subject, &object, &decision);
	edition_put(edition);
	if (!engine->record || !(decision.actions & HUFU_POLICY_MEASURE))
		return;
	event.template = decision.tmpl ? decision.tmpl : HUFU_TEMPLATE_IMA_BUF;
	r = add_key(engine, decision.pcr < 0 ? HUFU_PCR_DEFAULT : (unsigned)decision.pcr, &event, payload, len);
	if (r < 0)
		audit_put(&engine->audit, &(struct auditline_event){.type = "INTEGRITY_PCR",
								    .op = "measuring_key",
								    .cause = r == -ENOMEM ? "ENOMEM" : "store_entry",
								    .name = keyring,
								    .error = r,
								    .subject = subject});
}
