/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options: from the word to the member. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "err.h"
#include "hex.h"
#include "opt.h"

int opt_take_flag(const struct opt *opt, void *slot, const char *value, struct hufu_err *err)
{
	(void)opt;
	(void)value;
	(void)err;
	*(bool *)slot = true;
	return 0;
}

int opt_take_text(const struct opt *opt, void *slot, const char *value, struct hufu_err *err)
{
	const char **text = slot;

	/* Of two keys, which? Saying the same thing twice is fine. */
	if (*text && strcmp(*text, value) != 0)
		return err_set(err, -EINVAL, "option --%s is given twice: %s and %s", opt->name, *text, value);
	if (!*value)
		return err_set(err, -EINVAL, "option --%s wants a value that is not empty, %s", opt->name, opt->arg);
	*text = value;
	return 0;
}

int opt_take_list(const struct opt *opt, void *slot, const char *value, struct hufu_err *err)
{
	struct opt_list *list = slot;
	const char **items = reallocarray(list->items, list->n_items + 1, sizeof(*items));

	if (!items)
		return err_sys(err, -ENOMEM, "option --%s", opt->name);
	list->items = items;
	list->items[list->n_items++] = value;
	return 0;
}

int opt_take_number(const struct opt *opt, void *slot, const char *value, struct hufu_err *err)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(value, &end, 10);
	/* strtoul takes signs and white space before a number; we take digits */
	if (!isdigit((unsigned char)value[0]) || *end || errno || number < opt->low || number > opt->high)
		return err_set(err, -EINVAL, "option --%s wants a number from %lu to %lu, not '%s'", opt->name,
			       opt->low, opt->high, value);
	*(struct opt_number *)slot = (struct opt_number){.given = true, .value = number};
	return 0;
}

int opt_take_key_id(const struct opt *opt, void *slot, const char *value, struct hufu_err *err)
{
	const char *digits = strncmp(value, "0x", 2) == 0 ? value + 2 : value;
	uint8_t id[4] = {0};
	struct bytes in = bytes_of(id, sizeof(id));

	if (hex_decode(digits, strlen(digits), id, sizeof(id)) != (ssize_t)sizeof(id))
		return err_set(err, -EINVAL,
			       "option --%s wants eight hex digits, the last four bytes of the certificate's "
			       "subjectKeyIdentifier, not '%s'",
			       opt->name, value);
	*(struct opt_key_id *)slot = (struct opt_key_id){.given = true, .id = bytes_be32(&in)};
	return 0;
}

int opt_take_hash(const struct opt *opt, void *slot, const char *value, struct hufu_err *err)
{
	int algo = hufu_hash_by_alias(value);

	if (algo < 0)
		return err_set(err, -EINVAL,
			       "option --%s: no algorithm is called '%s'; sm3, sha256, sha384, sha512 are", opt->name,
			       value);
	*(struct opt_hash *)slot = (struct opt_hash){.given = true, .algo = (unsigned)algo};
	return 0;
}
