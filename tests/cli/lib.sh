# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # what a script that sources this uses
#
# For the tests of the command line. A script sources this, which leads it into an empty directory of its own, makes its
# checks, and ends with `finish`. Output is TAP without a plan; a skip is exit code 77 with the reason as the last line.
set -u
export LC_ALL=C.UTF-8
: "${HUFU:?the program to test}" "${SRC:?the source tree}"

self=$(readlink -f "$0")
checks=0
failures=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/hufu-cli.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$scratch"' EXIT
cd "$scratch" || exit 1

skip()
{
	echo "skipped: $*"
	exit 77
}

need()
{
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
}

finish()
{
	echo "# $checks checks, $failures failed"
	[ "$failures" -eq 0 ]
	exit
}

ok()
{
	checks=$((checks + 1))
	echo "ok $checks - $1"
}

not_ok()
{
	checks=$((checks + 1))
	failures=$((failures + 1))
	echo "not ok $checks - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
}

# check WHAT COMMAND...: the command succeeds.
check()
{
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then ok "$what"; else not_ok "$what" "$*" "$said"; fi
}

# run COMMAND...: leaves its exit code in $code, and what it printed in the files out and err.
run()
{
	timeout 60 "$@" >out 2>err </dev/null
	code=$?
}

# expect WHAT CODE OUT ERR COMMAND...: exit code, and a pattern (grep -E) for each stream; '' wants it empty, '*' anything.
expect()
{
	local what=$1 wanted=$2 out=$3 err=$4 wrong=
	shift 4
	run "$@"
	[ "$code" -eq "$wanted" ] || wrong="exit $code, not $wanted"
	matches out "$out" || wrong="$wrong; standard output"
	matches err "$err" || wrong="$wrong; standard error"
	if [ -z "$wrong" ]; then ok "$what"; else
		not_ok "$what" "$wrong" "command: $*" "wanted: '$out' '$err'" "out: $(head -c 2000 out)" "err: $(head -c 2000 err)"
	fi
}

# matches FILE PATTERN
matches()
{
	case $2 in
	'*') true ;;
	'') [ ! -s "$1" ] ;;
	*) grep -qE -- "$2" "$1" ;;
	esac
}

# expect_json WHAT CODE PROGRAM COMMAND...: each line of output is JSON, and the Python expression PROGRAM, which sees them
# as `lines`, is true.
expect_json()
{
	local what=$1 wanted=$2 program=$3
	shift 3
	run "$@"
	if [ "$code" -ne "$wanted" ]; then
		not_ok "$what" "exit $code, not $wanted" "$(cat out err)"
	elif ! python3 -c '
import json, sys
lines = [json.loads(line) for line in open("out", encoding="utf-8")]
sys.exit(0 if eval("(" + sys.argv[1] + ")") else "not so: " + sys.argv[1])' "$program" 2>why; then
		not_ok "$what" "$(tail -n 1 why)" "$(cat out err)"
	else
		ok "$what"
	fi
}

hufu()
{
	"$HUFU" "$@"
}

# Where signatures go: security.ima needs root, user.ima a file system that has it. Sets `place` (options) and `xattr`.
find_place()
{
	: >probe
	if [ "$(id -u)" -eq 0 ]; then
		place=()
		xattr=security.ima
	else
		place=(--xattr-user)
		xattr=user.ima
	fi
	setfattr -n "$xattr" -v x probe 2>/dev/null || skip "needs extended attributes $xattr in $scratch"
	rm probe
}

# Keys and certificates: ca.key ca.pem ima.key ima.der
make_keys()
{
	if ! { hufu key new -q -o ca.key && hufu cert ca -q --key ca.key --subject "Test CA" -o ca.pem &&
		hufu key new -q -o ima.key &&
		hufu cert issue -q --ca ca.pem --ca-key ca.key --key ima.key --subject /O=Test/CN=Signer --der -o ima.der; }; then
		not_ok "keys and certificates for the test"
		finish
	fi
}
