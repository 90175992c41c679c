/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SERVICE_H
#define TEST_SERVICE_H

/* For the tests beside it: the parts of a daemon that watches nothing, in a scratch directory. */

#include "test-scratch.h"

#include "auditlog.h"
#include "policy-load.h"
#include "service.h"

static struct config config;
static struct service service;
static struct hufu_engine_opts engine_opts;

static int service_set_up(void **state)
{
	static char list_dir[PATH_MAX];
	struct hufu_err err = {0};

	if (scratch_make(state) < 0 || config_init(&config, scratch) < 0)
		return -1;
	free(config.run_dir);
	free(config.securityfs);
	config.run_dir = strdup(scratch_path("run"));
	config.securityfs = strdup(scratch_path("run/securityfs"));
	config.journal = false;
	(void)snprintf(list_dir, sizeof(list_dir), "%s/run/ima", scratch);
	if (mkdir(config.run_dir, 0755) < 0 || mkdir(list_dir, 0755) < 0)
		return -1;
	service = (struct service){.config = &config, .load_policy = policy_load};
	(void)pthread_mutex_init(&service.policy_lock, NULL);
	if (hufu_trust_new(&service.trust) < 0)
		return -1;
	engine_opts = (struct hufu_engine_opts){
		.trust = service.trust, .hash = HUFU_HASH_SM3, .tmpl = HUFU_TEMPLATE_IMA_NG, .list_dir = list_dir};
	if (hufu_engine_new(&engine_opts, &service.engine, &err) < 0 ||
	    auditlog_open(&config, &service.auditlog, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int service_tear_down(void **state)
{
	auditlog_close(service.auditlog);
	hufu_engine_free(service.engine);
	hufu_trust_free(service.trust);
	policy_load_done(&service);
	config_done(&config);
	return scratch_remove(state);
}

/* The policy is exactly this, in canonical form. */
__attribute__((unused)) static void expect_policy(const char *expected)
{
	char *text = NULL;

	assert_int_equal(hufu_engine_print_policy(service.engine, false, &text), 0);
	assert_string_equal(text, expected);
	free(text);
}

/* No rule is left, and the next load replaces again, as after a start. */
__attribute__((unused)) static int forget_policy(void **state)
{
	(void)state;
	service.custom_policy = false;
	hufu_engine_free(service.engine);
	service.engine = NULL;
	return hufu_engine_new(&engine_opts, &service.engine, NULL);
}

#endif
