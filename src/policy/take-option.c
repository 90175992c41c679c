/* SPDX-License-Identifier: Apache-2.0 */
/* Options, token by token: ima_parse_rule() of security/integrity/ima/ima_policy.c. Which go together is asked in check.c. */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "take.h"

#define FLAG_IGNORED_SINCE 606
#define SIGV3_FREE_SINCE   701 /* sigv3 for files, and digest_type= anywhere */

int take_template(struct parse *parse, const struct token *token)
{
	enum hufu_template template = hufu_template_by_name(token->value.at, token->value.len);
	struct keyword ours[HUFU_TEMPLATE_COUNT] = {0};
	int unused;

	if (!rule_has(&parse->rule, RULE_ACTION))
		return parse_refuse(parse, -EINVAL, "template= has to come after the word measure");
	if (parse->rule.class != RULE_CLASS_MEASURE || parse->rule.dont)
		return parse_refuse(parse, -EINVAL, "template= goes with measure only");
	if (template != HUFU_TEMPLATE_NONE) {
		parse->rule.template = (uint8_t) template;
		return 0;
	}
	for (int i = HUFU_TEMPLATE_NONE + 1; i < HUFU_TEMPLATE_COUNT; i++)
		ours[i - 1] = (struct keyword){hufu_template_name((enum hufu_template)i), i, 0};
	return take_keyword(parse, token, ours, token->value, &unused); /* it is none of them */
}

int take_appraise_type(struct parse *parse, const struct token *token)
{
	struct rule *rule = &parse->rule;
	int type = 0;
	int r = take_keyword(parse, token, keyword_appraise_types, token->value, &type);

	if (r < 0)
		return r;
	if (type != APPRAISE_SIGV3 && rule->require_verity)
		return parse_refuse(parse, -EINVAL, "digest_type=verity goes with appraise_type=sigv3 only");
	if (type == APPRAISE_SIGV3 && !rule->require_verity && parse->kernel < SIGV3_FREE_SINCE)
		return parse_refuse(parse, -EINVAL,
				    "sigv3 needs digest_type=verity before it; without, it is known since Linux 7.1");
	rule->require_sig = true;
	rule->permit_modsig |= type == APPRAISE_MODSIG;
	rule->require_sigv3 |= type == APPRAISE_SIGV3;
	return 0;
}

int take_digest_type(struct parse *parse, const struct token *token)
{
	struct rule *rule = &parse->rule;

	if (rule->require_sig && (parse->kernel < SIGV3_FREE_SINCE || !rule->require_sigv3))
		return parse_refuse(parse, -EINVAL, "digest_type= has to come before appraise_type=");
	if (!word_is(token->value, "verity"))
		return parse_refuse(parse, -EINVAL, "unknown digest_type '%s'; known: verity",
				    parse_shown(token->value).text);
	rule->require_verity = true;
	return 0;
}

/* strstr() in the kernel: any text with the word in it. Since 6.6 any text at all, and nothing comes of it. */
int take_appraise_flag(struct parse *parse, const struct token *token)
{
	static const char word[] = "blacklist";
	struct word value = token->value;

	if (parse->kernel >= FLAG_IGNORED_SINCE)
		return 0;
	if (!memmem(value.at, value.len, word, strlen(word)))
		return parse_refuse(parse, -EINVAL, "unknown appraise_flag '%s'; known: check_blacklist",
				    parse_shown(value).text);
	parse->rule.check_blacklist = true;
	return 0;
}

#define SHA3_SINCE 607

/* crypto_has_alg(): these have names still, and no implementation since Linux 5.12. */
static bool is_gone(int algo)
{
	static const char *const names[] = {"rmd128", "rmd256", "rmd320", "tgr128", "tgr160", "tgr192"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(hufu_hash_name((unsigned)algo), names[i]) == 0)
			return true;
	return false;
}

int take_appraise_algos(struct parse *parse, const struct token *token)
{
	const char *at = token->value.at, *end = at + token->value.len;

	for (;;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct word name = {at, (size_t)((comma ? comma : end) - at)};
		int algo = hufu_hash_by_name(name.at, name.len);

		if (algo < 0 || is_gone(algo))
			return parse_refuse(parse, -EINVAL, "unknown algorithm '%s'", parse_shown(name).text);
		if (algo >= HUFU_HASH_SHA3_256 && parse->kernel < SHA3_SINCE)
			return parse_refuse_later(parse, SHA3_SINCE, hufu_hash_name((unsigned)algo));
		parse->rule.algos |= 1U << algo;
		if (!comma)
			return 0;
		at = comma + 1;
	}
}

int take_permit_directio(struct parse *parse, const struct token *token)
{
	(void)token;
	parse->rule.permit_directio = true;
	return 0;
}
