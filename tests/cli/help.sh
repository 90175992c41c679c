#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --help of everything: on standard output, within 80 columns, and naming every option.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3

# help_is_fine WHAT WORDS...: `hufu WORDS --help`
help_is_fine()
{
	local what=$1 wide
	shift
	expect "$what: --help" 0 '^usage: hufu' '' "$HUFU" "$@" --help
	wide=$(awk 'length > 79' out)
	if [ -z "$wide" ]; then ok "$what: 80 columns"; else not_ok "$what: 80 columns" "$wide"; fi
	if grep -q '[[:space:]]$' out; then
		not_ok "$what: no trailing blanks" "$(grep -n '[[:space:]]$' out)"
	else
		ok "$what: no trailing blanks"
	fi
	mv out long
	expect "$what: -h" 0 '*' '' "$HUFU" "$@" -h
	check "$what: -h is --help" cmp -s out long
}

"$HUFU" --print-tables=json >tables || skip "no tables"
python3 -c '
import json
tables = json.load(open("tables"))
for command in tables["commands"]:
    print(command["name"])' >names
python3 -c '
import json
tables = json.load(open("tables"))
for command in tables["commands"]:
    for option in command["options"]:
        print(command["name"], "--" + option["name"], sep="\t")' >options

help_is_fine hufu
while read -r -a words <&3; do
	help_is_fine "${words[*]}" "${words[@]}"
	expect "help ${words[*]}" 0 '*' '' "$HUFU" help "${words[@]}"
	check "help ${words[*]} is --help" cmp -s out long
	if grep -qF -- "${words[*]}" <("$HUFU" --help); then ok "hufu --help names it"; else not_ok "hufu --help names ${words[*]}"; fi
	if [ ${#words[@]} -eq 2 ]; then
		help_is_fine "${words[0]}" "${words[0]}"
		expect "help ${words[0]}" 0 '^usage' '' "$HUFU" help "${words[0]}"
	fi
	expect "${words[*]}: an option that does not exist" 2 '' "unknown option --no-such.*${words[*]} --help" \
		"$HUFU" "${words[@]}" --no-such
done 3<names

while IFS=$'\t' read -r name option <&3; do
	# shellcheck disable=SC2086 # a name is one word or two
	if "$HUFU" $name --help | grep -qE -- "(^| )$option( |\$)"; then ok "$name $option"; else not_ok "$name --help shows $option"; fi
done 3<options

expect "no command: the six steps" 2 '^  6\. ' '' "$HUFU"
if awk 'length > 79 { exit 1 }' out; then ok "80 columns"; else not_ok "80 columns"; fi
for step in 'key new' 'cert ca' 'cert issue' 'sign' 'keyring add' 'policy load' 'log verify'; do
	check "the steps name $step" grep -q "hufu $step" out
done
expect "help alone is --help" 0 '^usage' '' "$HUFU" help
expect "version" 0 '^hufu [0-9]+\.[0-9]+\.[0-9]+$' '' "$HUFU" --version
expect "version, after a command" 0 '^hufu [0-9]' '' "$HUFU" sign --version
expect "help wins over what is missing" 0 '^usage: hufu sign' '' "$HUFU" sign --help
expect "help of nothing" 2 '' "no command" "$HUFU" help nothing
finish
