#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The completion bash is given: made from the tables, so what is tested is what bash makes of it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

expect "it is made" 0 'complete .* hufu$' '' "$HUFU" --print-tables=bash
cp out completion
check "bash reads it" bash -n completion
if command -v shellcheck >/dev/null; then check "shellcheck has nothing to say" shellcheck -s bash -e SC2034 completion; fi
# shellcheck source=/dev/null
. ./completion

mkdir folder && : >file.key
# complete_of WORDS...: what is offered for the last word, on one line
complete_of()
{
	local COMP_WORDS COMP_CWORD COMPREPLY
	COMP_WORDS=(hufu "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_hufu
	printf '%s ' "${COMPREPLY[@]}"
}
offers()
{
	local what=$1 wanted=$2 got
	shift 2
	got=$(complete_of "$@")
	if [ "$got" = "$wanted " ]; then ok "$what"; else not_ok "$what" "wanted: $wanted" "got:    $got"; fi
}

offers "commands" "key cert sign verify hash show clear policy keyring log status help" ""
offers "commands by their first letters" "sign show status" "s"
offers "options of the program" "--root --run-dir --help --version" "--"
offers "second words" "check show load explain simulate" policy ""
offers "second words by their first letter" "check" policy c
offers "after an option of the program" "check show load explain simulate" --root folder policy ""
offers "an option by its first letters" "--recursive" sign --rec
offers "an option of two words" "--replace" policy load --re
offers "nothing of another command" "" policy load --rec
offers "digests" "sm3" hash -a sm
offers "digests, the long way" "sha1 sha256 sha384 sha512" sign --algo sha
offers "key types" "sm2" key new -t s
offers "directories" "folder" verify --trust ""
offers "files" "file.key" sign -k "fi"
offers "keyrings" ".ima" keyring add .i
offers "then files" "file.key" keyring add .ima "fi"
offers "files, with an equals sign" "file.key" sign --key = "fi"
offers "digests, with an equals sign" "sm3" sign --algo = sm
offers "right behind it" "f" sign --type =
offers "nothing to guess" "" sign -j ""
finish
