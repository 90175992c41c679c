#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scripts/check-man and scripts/check-help notice what they are there for: each is given a page, or a program, that is wrong.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need mandoc python3

mkdir -p build/src/cli
: >build/build.ninja
ln -s "$HUFU" build/src/cli/hufu
expect "the pages as they are" 0 'manual pages agree' '' "$SRC/scripts/check-man" build "$SRC/man"

# wrong WHAT PATTERN PAGE SED: one page is changed by a sed script
wrong()
{
	rm -rf man && cp -r "$SRC/man" man
	sed -i "$4" "man/$3"
	if cmp -s "man/$3" "$SRC/man/$3"; then not_ok "$1: nothing was changed"; fi
	expect "$1" 1 "$2" '' "$SRC/scripts/check-man" build man
}
wrong "an option is missing" 'hufu-sign.1: hufu sign does not list --keyid HEX' hufu-sign.1 '/Fl -keyid Ar HEX/d'
wrong "a shared option is missing" 'hufu-sign.1: hufu clear does not list -j, --jobs N' hufu-sign.1 '/Fl -jobs/d'
wrong "a letter is missing" 'does not list -a, --algo HASH' hufu-sign.1 's/Fl a , Fl -algo/Fl -algo/'
wrong "another value" 'does not list --keyid HEX' hufu-sign.1 's/-keyid Ar HEX/-keyid Ar NUMBER/'
wrong "an option that is not there" 'hufu verify has no option --certs' hufu-sign.1 's/^\.It Fl -trust Ar DIR/.It Fl -certs Ar DIR\n&/'
wrong "a shared option that is not there" 'no command of it has an option --fast' hufu-sign.1 's/^\.It Fl x ,/.It Fl -fast\n&/'
wrong "a section is missing" 'no section' hufu-status.1 's/^\.Ss hufu status/.Ss other/;/It Fl/d'
wrong "not in the synopsis" 'the synopsis does not show hufu log verify' hufu-log.1 '/Nm hufu Cm log verify/d'
wrong "a page that is not there" 'refers to hufu-nothing\(1\)' hufu.1 's/^\.Xr hufu-cert 1 ,/.Xr hufu-nothing 1 ,\n&/'
wrong "bad mdoc" 'hufu.1:.*(WARNING|ERROR)' hufu.1 's/^\.Bl -tag -width Ds/.Bl -tag -wdith Ds/'

# says WHAT PATTERN SED: the program's output is changed by a sed script
says()
{
	rm -f build/src/cli/hufu
	printf '#!/bin/sh\n"%s" "$@" | sed "%s"\n' "$HUFU" "$3" >build/src/cli/hufu
	chmod +x build/src/cli/hufu
	expect "$1" "${4:-1}" "$2" '' "$SRC/scripts/check-help" build
}
says "help as it is" 'help of [0-9]+ commands' '' 0
says "too wide" 'hufu sign --help, line [0-9]+: .* columns, at most 79' '/^usage/!s/Threads/Threads and threads and threads and threads and threads/'
says "an option is missing" 'hufu sign --help does not show -k, --key KEY' '/^  -k, --key/d'
says "a command is missing" 'hufu --help does not show cert ca' '/^  cert ca/d'
says "white space at the end" 'white space at the end' 's/^usage.*/& /'
printf '#!/bin/sh\n"%s" "$@" >&2\n' "$HUFU" >build/src/cli/hufu
run "$SRC/scripts/check-help" build
if [ "$code" -ne 0 ]; then ok "help on standard error"; else not_ok "help on standard error"; fi
finish
