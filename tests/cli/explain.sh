#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# policy explain: a sentence a rule, warnings and notes, the line in the file; bad input. What is said of which rule: unit tests.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3

cat >policy <<'TXT'
# programs of one user

appraise func=BPRM_CHECK uid=1001 appraise_type=imasig
  # blanks before a comment
	appraise func=MMAP_CHECK uid=1001 appraise_type=imasig
measure func=BPRM_CHECK mask=MAY_READ
appraise func=BPRM_CHECK uid=1001 fowner=0
TXT
expect "rules with their lines" 0 '^rule 1, line 3: appraise func=BPRM_CHECK uid=1001 appraise_type=imasig$' '' "$HUFU" policy explain policy
check "a sentence" grep -q "^    A program, a script or a script's interpreter is executed, by user id 1001:$" out
check "blank lines and comments are counted" grep -q '^rule 2, line 5: ' out
check "a rule that cannot match by itself" grep -q '^    warning: It can never match: an access of BPRM_CHECK' out
check "a rule that an earlier one hides" grep -q '^    warning: It can never match: rule 1 comes before it' out
check "no line is longer than a terminal" test "$(wc -L <out)" -le 79
expect "-q: rules with a remark only" 0 '^rule 3, line 6: ' '' "$HUFU" policy explain -q policy
check "no other rules" test "$(grep -c '^rule' out)" -eq 2
expect_json "--json" 0 'len(lines) == 4 and lines[0]["rule"] == 1 and lines[0]["line"] == 3 and lines[0]["remarks"] == []
	and lines[1]["line"] == 5 and lines[0]["words"].startswith("A program") and lines[3]["remarks"][0]["kind"] == "never"
	and lines[3]["remarks"][0]["other"] == 1 and "other" not in lines[2]["remarks"][0]' "$HUFU" policy explain --json policy
expect_json "--json -q" 0 '[row["rule"] for row in lines] == [3, 4]' "$HUFU" policy explain --json -q policy
expect "standard input" 0 '^rule 1, line 1: audit$' '' bash -c '"$HUFU" policy explain - <<<audit'
expect "a last line without newline" 0 '^rule 1, line 1: audit$' '' bash -c 'printf audit | "$HUFU" policy explain -'
: >empty
expect "no rules, no words" 0 '' '' "$HUFU" policy explain empty

printf 'measure\nmeasure func=NONE\n' >bad
expect "a bad rule" 1 '' '^hufu: bad: line 2, column 9: ' "$HUFU" policy explain bad
expect "not there" 3 '' 'nowhere: No such file' "$HUFU" policy explain nowhere
expect "a builtin policy" 0 '^rule 1, line 1: dont_measure fsmagic=0x9fa0$' '' "$HUFU" policy explain --builtin tcb
expect "an unknown one" 2 '' "no builtin policy 'tbc'" "$HUFU" policy explain --builtin tbc
expect "it and a FILE" 2 '' 'which policy' "$HUFU" policy explain --builtin tcb policy
echo 'dont_audit uid=5' >later
expect "a word of a later release" 1 '' 'later: line 1, column 1' "$HUFU" policy explain --kernel 6.1 later
echo 'measure subj_type=login_t' >label
expect "labels where there are none" 1 '' 'label: line 1, column 9' "$HUFU" policy explain --lsm none label
expect "labels of a module" 0 'by a task whose label has the type login_t' '' "$HUFU" policy explain --lsm selinux label
expect "no FILE" 2 '' 'which policy' "$HUFU" policy explain
expect "two" 2 '' 'explain' "$HUFU" policy explain policy policy
for ((i = 0; i < 20000; i++)); do echo "measure func=BPRM_CHECK uid=$i fgroup>3"; done >large
expect "20,000 rules" 0 '^rule 20000, line 20000: ' '' "$HUFU" policy explain large
expect "of which nothing is to be said but of user 0" 0 '^rule 1, ' '' "$HUFU" policy explain -q large
finish
