/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy-record RULES POLICY: gives each line of RULES to the kernel's policy file by an open, a write and a close, and prints what came
 * of it: the name of the errno, or `ok` and the line that the file gained. Bytes of RULES may be written \xNN. A rule that would have the
 * kernel take signed policies only is written with a bad one behind it, so that it does not come into force: `ok` alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t unescape(char *line)
{
	size_t n = 0;

	for (char *at = line; *at;) {
		char digits[3] = "";

		if (at[0] != '\\' || at[1] != 'x' || !at[2] || !at[3]) {
			line[n++] = *at++;
			continue;
		}
		memcpy(digits, at + 2, 2);
		line[n++] = (char)strtoul(digits, NULL, 16);
		at += 4;
	}
	return n;
}

/* The policy as a whole; NULL: it could not be read. */
static char *read_policy(const char *path, size_t *ret_len)
{
	size_t size = 1 << 20, len = 0;
	char *text = malloc(size);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd < 0 || !text)
		return NULL;
	while (len < size && (n = read(fd, text + len, size - len)) > 0)
		len += (size_t)n;
	(void)close(fd);
	*ret_len = len;
	return n < 0 ? NULL : text;
}

static int write_all(int fd, const char *rule, size_t len)
{
	return write(fd, rule, len) < 0 ? errno : 0;
}

static int write_rule(const char *path, const char *rule, size_t len, bool voided)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return errno;
	error = write_all(fd, rule, len);
	if (!error && voided)
		(void)write_all(fd, "void\n", 5);
	(void)close(fd);
	return error;
}

static bool wants_signed_policies(const char *rule, size_t len)
{
	return memmem(rule, len, "POLICY_CHECK", 12) && memmem(rule, len, "appraise", 8);
}

static void put(const char *text, size_t len)
{
	for (size_t i = 0; i < len && text[i] != '\n'; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte >= 0x20 && byte < 0x7f && byte != '\\')
			(void)putchar(byte);
		else
			(void)printf("\\x%02x", byte);
	}
}

int main(int argc, char **argv)
{
	static const char *const first[] = {"dont_appraise\n", "dont_measure\n", "dont_hash\n"};
	FILE *rules = argc == 3 ? fopen(argv[1], "r") : NULL;
	size_t size = 0, had = 0;
	char *line = NULL;
	ssize_t n;

	if (!rules) {
		(void)fprintf(stderr, "usage: policy-record RULES POLICY\n");
		return 2;
	}
	/* The builtin policy goes with the first load. What comes later is not to get in the way of this program */
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (write_rule(argv[2], first[i], strlen(first[i]), false) != 0)
			return 1;
	while ((n = getline(&line, &size, rules)) > 0) {
		size_t len, now = 0;
		char *before = read_policy(argv[2], &had), *after;
		int error;

		line[n - 1] = '\0';
		len = unescape(line);
		line[len] = '\n';
		error = write_rule(argv[2], line, len + 1, wants_signed_policies(line, len));
		after = read_policy(argv[2], &now);
		if (!before || !after)
			return 1;
		if (error) {
			(void)printf("%s\n", strerrorname_np(error));
		} else {
			(void)printf(now > had ? "ok " : "ok");
			put(after + had, now - had);
			(void)putchar('\n');
		}
		free(before);
		free(after);
	}
	free(line);
	(void)fclose(rules);
	return 0;
}
