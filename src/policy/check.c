/* SPDX-License-Identifier: Apache-2.0 */
/* Combinations that are refused: ima_validate_rule() of security/integrity/ima/ima_policy.c. */
#include <errno.h>

#include "clean.h"
#include "parse.h"

/* Options of one action: any other, and the dont_ form of the same, is refused. */
static const struct {
	enum rule_field field;
	enum rule_class class;
	const char *reason;
} belongs[] = {
	{RULE_PCR, RULE_CLASS_MEASURE, "pcr= goes with measure only"},
	{RULE_APPRAISE_TYPE, RULE_CLASS_APPRAISE, "appraise_type= goes with appraise only"},
};

int check_rule(struct parse *parse)
{
	const struct rule *rule = &parse->rule;

	if (!rule_has(rule, RULE_ACTION)) {
		parse->where.column = parse->first_column;
		return parse_refuse(parse, -EINVAL,
				    "no action: a rule needs measure, dont_measure, appraise, dont_appraise or audit");
	}
	for (size_t i = 0; i < ARRAY_SIZE(belongs); i++) {
		if (!rule_has(rule, belongs[i].field) || (rule->class == belongs[i].class && !rule->dont))
			continue;
		parse->where.column = parse->column[belongs[i].field];
		return parse_refuse(parse, -EINVAL, "%s", belongs[i].reason);
	}
	return 0;
}
