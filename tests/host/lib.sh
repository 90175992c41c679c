# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the host tests: a scratch machine (scripts/scratch.sh) with signed programs, keys, and a daemon that watches it. A test
# script sources this, calls host_begin "$@", makes its checks, and ends with host_end. Skips with 77 and the reason.

# shellcheck source=scripts/scratch.sh
. "$SRC/scripts/scratch.sh"

checks=0
failures=0

skip()
{
	echo "skipped: $*"
	exit 77
}

host_begin()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root (mount namespace, loop device, fanotify)"
	command -v mkfs.ext4 >/dev/null || skip "needs mkfs.ext4 (package e2fsprogs)"
	if [ -z "${HUFU_SCRATCH_INSIDE-}" ]; then
		unshare --mount true 2>/dev/null || skip "needs mount namespaces (unshare)"
		[ -e /dev/loop-control ] || skip "needs loop devices"
	fi
	scratch_enter "$@"
	scratch_begin || {
		echo "cannot make the scratch machine"
		exit 1
	}
	cd "$scratch" || exit 1
	scratch_program id cat || exit 1
	cp "$PROBE" disk/usr/bin/probe
	mkdir -p root/etc/hufu/trust.d root/etc/hufu/ima.d
}

host_end()
{
	echo "$checks checks, $failures failed"
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
	[ $# -eq 0 ] || printf '   %s\n' "$@"
}

hufu()
{
	"$HUFU" --root "$scratch/root" "$@"
}

# expect WHAT CODE PATTERN COMMAND...: exit code and a grep pattern its output must have ('' for any). The command may be a function,
# and runs in this shell.
expect()
{
	local what=$1 code=$2 pattern=$3 got
	shift 3
	"$@" >"$scratch/said" 2>&1
	got=$?
	if [ "$got" -ne "$code" ]; then
		not_ok "$what" "exit $got, not $code" "$(cat "$scratch/said")"
	elif [ -n "$pattern" ] && ! grep -q -- "$pattern" "$scratch/said"; then
		not_ok "$what" "no '$pattern' in:" "$(cat "$scratch/said")"
	else
		ok "$what"
	fi
}

# The last audit line must have PATTERN; written by another thread, so for two seconds at the most.
expect_audit()
{
	local what=$1 pattern=$2 i
	for ((i = 0; i < 20; i++)); do
		tail -n 1 root/run/hufu/audit.log | grep -q -- "$pattern" && break
		sleep 0.1
	done
	if [ "$i" -lt 20 ]; then ok "$what"; else not_ok "$what" "no '$pattern' in:" "$(tail -n 3 root/run/hufu/audit.log)"; fi
}

# Keys by hufu: ca.key ca.pem ima.key ima.der; the CA is made a root of trust.
hufu_keys()
{
	hufu key new -q -o ca.key && hufu cert ca -q --key ca.key --subject /CN=Test-CA -o ca.pem &&
		hufu key new -q -o ima.key &&
		hufu cert issue -q --ca ca.pem --ca-key ca.key --key ima.key --subject '/O=IMA-test/CN=IMA test key' --der -o ima.der &&
		cp ca.pem root/etc/hufu/trust.d/
}

# A stranger's: other.key other.der
other_keys()
{
	hufu key new -q -o other-ca.key && hufu cert ca -q --key other-ca.key --subject /CN=Other-CA -o other-ca.pem &&
		hufu key new -q -o other.key &&
		hufu cert issue -q --ca other-ca.pem --ca-key other-ca.key --key other.key --subject /CN=Other --der -o other.der
}

sign_disk()
{
	hufu sign -q -r -t f -a sm3 -k ima.key --cert ima.der disk/usr/bin disk/usr/sbin disk/usr/lib disk/usr/lib64
}

load_policy()
{
	cat >policy && cat policy >root/run/hufu/securityfs/ima/policy
}

# The mappings of this kernel and file system make events of their own (Linux 6.14, ext4): else opens are judged instead.
exact_mmap()
{
	hufu status --json | grep -q '"mmap": *"exact"'
}
