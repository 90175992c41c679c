/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "err.h"

static const struct option longs[] = {
	{"root", required_argument, NULL, 'R'},	   {"config", required_argument, NULL, 'c'},
	{"watch", required_argument, NULL, 'w'},   {"mode", required_argument, NULL, 'm'},
	{"no-securityfs", no_argument, NULL, 'S'}, {"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},	   {NULL, 0, NULL, 0},
};

static const char help[] = "usage: hufud [option...]\n"
			   "\n"
			   "Measures and appraises what runs, is mapped or opened on the watched file\n"
			   "systems, by the loaded policy. Stays in the foreground.\n"
			   "\n"
			   "  --root DIR       take all default paths below DIR\n"
			   "  --config FILE    configuration [ROOT/etc/hufu/hufud.conf]\n"
			   "  --watch PATH     watch the file system PATH lies on; may be repeated\n"
			   "                   [all local file systems]\n"
			   "  --mode MODE      enforce, or log: refuse nothing, write the audit lines\n"
			   "  --no-securityfs  do not mount the view of the kernel's securityfs files\n"
			   "  -h, --help       show this\n"
			   "  --version        show the version\n"
			   "\n"
			   "Signals: TERM ends, HUP reads configuration, certificates and policy again.\n"
			   "See hufud(8), hufud.conf(5), hufu-policy(5).\n";

static int take_mode(const char *word, struct options *options, struct hufu_err *err)
{
	if (strcmp(word, "enforce") == 0)
		options->mode = HUFU_MODE_ENFORCE;
	else if (strcmp(word, "log") == 0)
		options->mode = HUFU_MODE_LOG;
	else
		return err_set(err, -EINVAL, "--mode %s: the modes are enforce and log", word);
	return 0;
}

static int take_watch(const char *path, struct options *options, struct hufu_err *err)
{
	const char **watch = reallocarray(options->watch, options->n_watch + 1, sizeof(*watch));

	if (!watch)
		return err_sys(err, -ENOMEM, "--watch");
	watch[options->n_watch++] = path;
	options->watch = watch;
	return 0;
}

static int take_option(int letter, struct options *options, struct hufu_err *err)
{
	switch (letter) {
	case 'R':
		options->root = optarg;
		return 0;
	case 'c':
		options->config_file = optarg;
		return 0;
	case 'w':
		return take_watch(optarg, options, err);
	case 'm':
		return take_mode(optarg, options, err);
	case 'S':
		options->no_securityfs = true;
		return 0;
	case 'h':
		(void)fputs(help, stdout);
		return 1;
	case 'V':
		(void)puts("hufud " HUFU_VERSION);
		return 1;
	default:
		return err_set(err, -EINVAL, "see hufud --help");
	}
}

int options_parse(int argc, char **argv, struct options *ret_options, struct hufu_err *err)
{
	struct options options = {.mode = -1};
	int letter;

	while ((letter = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		int r = take_option(letter, &options, err);

		if (r) {
			options_done(&options);
			return r;
		}
	}
	if (optind < argc) {
		options_done(&options);
		return err_set(err, -EINVAL, "%s: hufud takes options only; see hufud --help", argv[optind]);
	}
	*ret_options = options;
	return 0;
}

void options_done(struct options *options)
{
	free(options->watch);
	options->watch = NULL;
}

static int apply(const struct options *options, struct config *config, struct hufu_err *err)
{
	int r;

	if (options->config_file) {
		free(config->file);
		config->file = strdup(options->config_file);
		if (!config->file)
			return err_sys(err, -ENOMEM, "configuration");
	}
	r = config_read(config, options->config_file, err);
	if (r < 0)
		return r;
	if (options->mode >= 0)
		config->mode = (enum hufu_mode)options->mode;
	if (options->no_securityfs)
		config->securityfs[0] = '\0';
	for (size_t i = 0; i < options->n_watch && r == 0; i++)
		r = config_add_watch(config, options->watch[i]);
	return r < 0 ? err_sys(err, r, "--watch") : 0;
}

int options_apply(const struct options *options, struct config *ret_config, struct hufu_err *err)
{
	struct config config;
	int r = config_init(&config, options->root);

	if (r < 0)
		return err_sys(err, r, "configuration");
	r = apply(options, &config, err);
	if (r < 0) {
		config_done(&config);
		return r;
	}
	*ret_config = config;
	return 0;
}

int options_reload(const struct options *options, struct config *config, struct hufu_err *err)
{
	struct config fresh;
	char **watch = config->watch;
	size_t n_watch = config->n_watch;
	int r = options_apply(options, &fresh, err);

	if (r < 0)
		return r;
	config->mode = fresh.mode;
	config->watch = fresh.watch;
	config->n_watch = fresh.n_watch;
	fresh.watch = watch;
	fresh.n_watch = n_watch;
	config_done(&fresh);
	return 0;
}
