/* SPDX-License-Identifier: Apache-2.0 */
#include "dn.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>

#include "bytes.h"
#include "err.h"

enum { DN_MAX = 4096 }; /* bytes of the text */

static int add(X509_NAME *name, const char *type, const char *value, bool joined, struct hufu_err *err)
{
	int nid = OBJ_txt2nid(type);

	if (nid == NID_undef) {
		ERR_clear_error();
		return err_set(err, -EINVAL, "there is no attribute '%s'; C, O, OU, CN and emailAddress are usual",
			       type);
	}
	if (!*value)
		return err_set(err, -EINVAL, "%s is empty", type);
	if (X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)value, -1, -1,
				       joined ? -1 : 0) != 1)
		return ssl_err(err, -EINVAL, "%s '%s'", type, value);
	return 0;
}

/* The text up to an unescaped byte of `ends`, without the escapes; `*at` is then at that byte. */
static char *take(const char **at, const char *ends)
{
	autobuf out = {.limit = DN_MAX};

	while (**at && !strchr(ends, **at)) {
		if (**at == '\\' && (*at)[1])
			(*at)++;
		buf_add(&out, (*at)++, 1);
	}
	return buf_take_str(&out);
}

/* `at` is behind the '/' or '+' */
static int parse_one(X509_NAME *name, const char **at, bool joined, struct hufu_err *err)
{
	autofree char *type = take(at, "=/+"), *value = NULL;

	if (!type)
		return err_sys(err, -ENOMEM, "subject");
	if (**at != '=')
		return err_set(err, -EINVAL, "'=' is missing after '%s'", type);
	(*at)++;
	value = take(at, "/+");
	if (!value)
		return err_sys(err, -ENOMEM, "subject");
	return add(name, type, value, joined, err);
}

static int parse(const char *text, X509_NAME *name, struct hufu_err *err)
{
	const char *at = text;
	size_t type_len = strcspn(text, "=");
	autofree char *type = NULL;
	int r = 0;

	if (*text != '/' && text[type_len]) {
		type = strndup(text, type_len);
		if (!type)
			return err_sys(err, -ENOMEM, "subject");
		if (OBJ_txt2nid(type) != NID_undef)
			return err_set(err, -EINVAL, "begin it with '/' (\"/%s\"), or give a bare common name", text);
	}
	if (*text != '/')
		return add(name, "CN", text, false, err);
	while (*at && r == 0) {
		bool joined = *at++ == '+';

		r = parse_one(name, &at, joined, err);
	}
	return r;
}

int dn_parse(const char *text, X509_NAME **ret_name, struct hufu_err *err)
{
	autodone(X509_NAME_free) X509_NAME *name = NULL;
	int r;

	if (strlen(text) > DN_MAX)
		return err_set(err, -EINVAL, "the subject is longer than %d bytes", DN_MAX);
	name = X509_NAME_new();
	if (!name)
		return ssl_err(err, -ENOMEM, "subject");
	r = parse(text, name, err);
	if (r < 0)
		return err_prefix(err, r, "subject '%s'", text);
	*ret_name = take_ptr(name);
	return 0;
}
