# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For scenarios: sourced as $VM/lib.sh. Runs as root in the virtual machine.

checks=0
failures=0
export results=/run/results

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
	[ $# -eq 0 ] || printf '   %s\n' "$@"
}

# check NAME COMMAND...
check()
{
	local name=$1 out rc
	shift
	out=$("$@" 2>&1)
	rc=$?
	if [ $rc -eq 0 ]; then ok "$name"; else not_ok "$name" "exit code $rc" "$out"; fi
}

# refused NAME COMMAND...: it is an error, and Permission denied (or Operation not permitted)
refused()
{
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		not_ok "$name" "it was allowed: $out"
	elif [[ $out == *"ermission denied"* || $out == *"not permitted"* ]]; then
		ok "$name"
	else
		not_ok "$name" "$out"
	fi
}

# equal NAME WANTED GOT
equal()
{
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted: $2" "got:    $3"; fi
}

as_user()
{
	setpriv --reuid 1001 --regid 1001 --clear-groups "$@"
}

end()
{
	echo "$checks checks, $failures failed"
	[ $failures -eq 0 ]
	exit
}
