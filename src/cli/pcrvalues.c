/* SPDX-License-Identifier: Apache-2.0 */
#include "pcrvalues.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "clean.h"
#include "err.h"
#include "file.h"
#include "hex.h"

#define FILE_MAX (1 << 16) /* 24 registers of 8 banks of the longest digest are some 30,000 bytes */

struct parsing {
	struct pcrvalues values;
	int bank; /* of the lines below a `sha256:`; -1: none */
	unsigned line;
	struct hufu_err *err;
};

static int refuse(struct parsing *p, const char *reason)
{
	return err_set(p->err, -EBADMSG, "line %u: %s", p->line, reason);
}

/* tpm2-tools write sm3_256 and sha3_256. */
static int bank_by_name(const char *name, size_t len)
{
	char text[16];

	if (len == 0 || len >= sizeof(text))
		return -ENOENT;
	for (size_t i = 0; i < len; i++)
		text[i] = name[i] == '_' ? '-' : name[i];
	text[len] = '\0';
	return hufu_hash_by_alias(text);
}

static int take_pcr(struct parsing *p, const char *word, unsigned *ret_pcr)
{
	unsigned pcr = 0;

	if (!*word || strlen(word) > 2)
		return refuse(p, "no number of a register");
	for (; *word; word++) {
		if (!isdigit((unsigned char)*word))
			return refuse(p, "no number of a register");
		pcr = pcr * 10 + (unsigned)(*word - '0');
	}
	if (pcr >= PCRVALUES_PCRS)
		return refuse(p, "no TPM has that register");
	*ret_pcr = pcr;
	return 0;
}

static int take_value(struct parsing *p, unsigned bank, const char *index, const char *hex)
{
	struct pcrvalue *at = &p->values.at[p->values.n];
	size_t size = hufu_hash_size(bank), len;
	char lower[2 * HUFU_DIGEST_MAX + 1];
	unsigned pcr = 0;
	int r = take_pcr(p, index, &pcr);

	if (r < 0)
		return r;
	if (hex[0] == '0' && (hex[1] == 'x' || hex[1] == 'X'))
		hex += 2;
	len = strlen(hex);
	if (len != 2 * size)
		return refuse(p, "the value has not the length of its bank's digests");
	for (size_t i = 0; i <= len; i++)
		lower[i] = (char)tolower((unsigned char)hex[i]);
	if (pcrvalues_find(&p->values, bank, pcr))
		return refuse(p, "this register was there before");
	if (p->values.n == PCRVALUES_MAX)
		return refuse(p, "more registers than a TPM has");
	at->pcr = pcr;
	at->value = (struct hufu_digest){.algo = (uint8_t)bank, .len = (uint8_t)size};
	if (hex_decode(lower, len, at->value.bytes, size) != (int)size)
		return refuse(p, "the value is not hex");
	p->values.n++;
	return 0;
}

/* What `grep . /sys/class/tpm/tpm0/pcr-sha256/10` prints for several: the directory is the bank. */
static int take_sysfs(struct parsing *p, char *path, const char *hex)
{
	char *index = strrchr(path, '/'), *dir;
	int bank;

	*index++ = '\0';
	dir = strrchr(path, '/');
	dir = dir ? dir + 1 : path;
	bank = strncmp(dir, "pcr-", 4) == 0 ? bank_by_name(dir + 4, strlen(dir + 4)) : -ENOENT;
	return bank < 0 ? refuse(p, "no path as /sys/class/tpm/tpm0/pcr-sha256/10")
			: take_value(p, (unsigned)bank, index, hex);
}

/* `sha256:` begins a bank, `10: 0xEF7B...` or `10 : 0x...` is a register of it, `sha256 10 ef7b...` says all at once. */
static int take_line(struct parsing *p, char *line)
{
	char *save = NULL, *words[4] = {NULL};
	bool has_colon = strchr(line, ':');
	size_t n = 0;
	int bank;

	for (char *word = strtok_r(line, " \t:", &save); word; word = strtok_r(NULL, " \t:", &save)) {
		if (n == 4)
			return refuse(p, "too many words");
		words[n++] = word;
	}
	if (n == 0 || words[0][0] == '#')
		return 0;
	if (n == 1 && has_colon) {
		p->bank = bank_by_name(words[0], strlen(words[0]));
		return p->bank < 0 ? refuse(p, "a bank whose algorithm is not known") : 0;
	}
	if (n == 2 && has_colon && strchr(words[0], '/'))
		return take_sysfs(p, words[0], words[1]);
	if (n == 2 && has_colon)
		return p->bank < 0 ? refuse(p, "a register before any bank")
				   : take_value(p, (unsigned)p->bank, words[0], words[1]);
	if (n != 3 || has_colon)
		return refuse(p, "neither `bank index hex` nor a line of tpm2_pcrread");
	bank = bank_by_name(words[0], strlen(words[0]));
	return bank < 0 ? refuse(p, "a bank whose algorithm is not known")
			: take_value(p, (unsigned)bank, words[1], words[2]);
}

int pcrvalues_parse(const char *text, size_t len, struct pcrvalues *ret_values, struct hufu_err *err)
{
	struct parsing p = {.bank = -1, .err = err};
	autofree char *copy = strndup(text, len);
	char *rest = copy;
	int r;

	if (!copy)
		return err_sys(err, -ENOMEM, "registers");
	if (memchr(text, 0, len))
		return err_set(err, -EBADMSG, "it is not text");
	while (rest) {
		char *line = strsep(&rest, "\n");

		p.line++;
		line[strcspn(line, "\r")] = '\0';
		r = take_line(&p, line);
		if (r < 0)
			return r;
	}
	if (p.values.n == 0)
		return err_set(err, -EBADMSG, "no register in it: lines are `bank index hex`, as `sha256 10 ef7b...`");
	*ret_values = p.values;
	return 0;
}

int pcrvalues_load(const char *path, struct pcrvalues *ret_values, struct hufu_err *err)
{
	autofree char *text = NULL;
	size_t len = 0;
	int r = file_read(path, FILE_MAX, &text, &len, err);

	if (r < 0)
		return r;
	r = pcrvalues_parse(text, len, ret_values, err);
	return r < 0 ? err_prefix(err, r, "%s", path) : 0;
}

const struct hufu_digest *pcrvalues_find(const struct pcrvalues *values, unsigned algo, unsigned pcr)
{
	for (size_t i = 0; i < values->n; i++)
		if (values->at[i].value.algo == algo && values->at[i].pcr == pcr)
			return &values->at[i].value;
	return NULL;
}
