#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# policy check and show: the place of a fault is shown, what is good comes out in the kernel's form.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3

cat >good <<'POLICY'
# a comment

measure func=BPRM_CHECK mask=MAY_EXEC uid=1001
  appraise   func=BPRM_CHECK	mask=MAY_EXEC fowner=0 appraise_type=imasig
dont_measure fsmagic=0x9fa0
POLICY
expect "check: good" 0 '^good: good, 3 rules$' '' "$HUFU" policy check good
expect "check -q" 0 '' '' "$HUFU" policy check -q good
expect "check, standard input" 0 '^standard input: good, 3 rules$' '' bash -c '"$HUFU" policy check - <good'
expect_json "check --json" 0 'lines == [{"ok": True, "rules": 3, "path": "good"}]' "$HUFU" policy check --json good
expect "show" 0 '^appraise func=BPRM_CHECK mask=MAY_EXEC fowner=0 appraise_type=imasig$' '' "$HUFU" policy show good
if grep -q ' $' out; then not_ok "show: no trailing blank"; else ok "show: no trailing blank"; fi
check "show: one rule a line" test "$(wc -l <out)" -eq 3
cp out canonical
expect "what is shown is good, and the same again" 0 '*' '' "$HUFU" policy show canonical
check "the same" cmp out canonical
expect_json "show --json" 0 'len(lines[0]) == 3 and lines[0][2] == "dont_measure fsmagic=0x9fa0"' "$HUFU" policy show --json good
: >empty
expect "no rules are good rules" 0 'good, 0 rules' '' "$HUFU" policy check empty
printf 'measure func=BPRM_CHECK' >nonl
expect "a last line without a newline" 0 'good, 1 rule$' '' "$HUFU" policy check nonl

# bad WHAT LINE COLUMN: the policy comes on standard input
bad()
{
	cat >bad
	expect "$1" 1 '' "^hufu: bad: line $2, column $3: " "$HUFU" policy check bad
	if [ "$(sed -n 3p err | tr -d ' ')" = '^' ]; then ok "$1: a mark below"; else not_ok "$1: a mark below" "$(cat err)"; fi
	cp err shown
	expect_json "$1: --json" 1 "lines[0]['ok'] is False and lines[0]['line'] == $2 and lines[0]['column'] == $3 and lines[0]['reason']" \
		"$HUFU" policy check --json bad
	expect "$1: show refuses" 1 '' "line $2, column $3" "$HUFU" policy show bad
	expect "$1: load refuses before it asks" 1 '' "line $2, column $3" "$HUFU" policy load --root "$scratch/nowhere" bad
}
bad "a wrong word" 2 9 <<<'measure func=BPRM_CHECK
measure func=BPRM_CHEK mask=MAY_EXEC'
check "the line is shown" grep -qx '  measure func=BPRM_CHEK mask=MAY_EXEC' shown
check "the mark stands below the word" grep -qx '          ^' shown
bad "an unknown option" 1 1 <<<'mesure func=BPRM_CHECK'
bad "a number that overflows" 1 9 <<<'measure uid=99999999999999999999'
printf '虎符 func=BPRM_CHECK\n' >utf8
expect "wide letters" 1 '' 'line 1, column 1' "$HUFU" policy check utf8
printf 'measure \033[31mfunc=BPRM_CHECK\n' >esc
expect "a control character" 1 '' '\\x1b' "$HUFU" policy check esc
if grep -q "$(printf '\033')" err; then not_ok "does not reach the terminal"; else ok "does not reach the terminal"; fi
printf 'measure fu\0nc=BPRM_CHECK\n' >nul
expect "a NUL byte" 1 '' 'line 1, column 11: NUL byte' "$HUFU" policy check nul
printf 'measure func=BPRM_CHECK\r\n' >dos
expect "DOS line ends" 1 '' 'carriage return' "$HUFU" policy check dos
{
	printf 'measure '
	head -c 10000 /dev/zero | tr '\0' x
} >long
expect "a line of 10,000 characters" 1 '' 'line 1, column' "$HUFU" policy check long
check "is not shown as a whole" test "$(wc -c <err)" -lt 1000
yes 'measure func=BPRM_CHECK uid=1' | head -c 1048560 >large
expect "1 MB" 0 'good, 34952 rules' '' "$HUFU" policy check large
yes 'measure func=BPRM_CHECK uid=1' | head -c 1100000 >larger
expect "more than 1 MiB" 3 '' 'larger: .*1048576' "$HUFU" policy check larger
expect "not there" 3 '' 'nofile: .*No such file' "$HUFU" policy check nofile
expect "a directory" 3 '' 'hufu: \.' "$HUFU" policy check .
expect "several: the worst decides" 1 'good: good' 'bad: line' "$HUFU" policy check good bad
expect "several: could not is worse" 3 'good: good' 'nofile' "$HUFU" policy check nofile bad good
finish
