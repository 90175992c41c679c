#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A signed program is changed in every way while others run it. What is put into its place as a whole never runs; a change in place is
# kept away by the lease until the kernel has its own lock, or refused. Nothing hangs.
. "$SRC/tests/host/lib.sh"

host_begin "$@"
hufu_keys || exit 1
cp "$HOSTILE" disk/usr/bin/hostile
sign_disk || exit 1
cp ima.der root/etc/hufu/ima.d/
cp "$HOSTILE" good
sed 's/marker:signed/marker:attack/' good >evil
victim=/home/imatest/victim
cmp -s good evil && exit 1

make_victim()
{
	rm -f "disk$victim" && cp good "disk$victim" && hufu sign -q -k ima.key --cert ima.der "disk$victim"
}

# Runs the victim again and again while it is changed; what it said is in `said.race`.
race()
{
	make_victim || exit 1
	timeout 30 "$HOSTILE" change "disk$victim" good evil "$1" 2 >changes &
	writer=$!
	# shellcheck disable=SC2016 # the inner shell expands them
	scratch_user /usr/bin/bash -c 'end=$((SECONDS + 2)); while ((SECONDS < end)); do "$0" 2>&-; done; exit 0' "$victim" >said.race
	raced=$?
	wait "$writer"
	return $((raced + $?))
}

printf 'appraise appraise_type=imasig uid=1001\n' >root/etc/hufu/policy
hufud_start || exit 1
make_victim || exit 1
expect "the signed program runs" 0 '^marker:signed$' scratch_user $victim
waited=$("$HOSTILE" wait "disk$victim")
if [ "${waited:-1000}" -lt 150 ]; then
	ok "a writer waits no longer than it takes to give a lease back"
else
	not_ok "a writer waits no longer than it takes to give a lease back" "$waited ms"
fi
printf 'appraise appraise_type=imasig uid=1001 func=BPRM_CHECK\n' >policy
expect "programs only" 0 '' hufu policy load --replace policy

expect "replaced by rename: nothing hangs" 0 '' race replace
expect "nothing of the attacker runs" 1 '' grep -q attack said.race
for how in rewrite truncate store; do
	expect "$how: nothing hangs" 0 '' race $how
	expect "$how: nothing of the attacker runs" 1 '' grep -q attack said.race
	cat evil >"disk$victim"
	expect "$how: what stands there afterwards is refused" 126 'not permitted' scratch_user /usr/bin/bash -c $victim
	cat good >"disk$victim"
	expect "$how: the signed bytes in their place again run" 0 '^marker:signed$' scratch_user $victim
done

# utimensat(2) without an open for writing: under a lease that tells nothing of the content.
while :; do touch -h "disk$victim"; done &
toucher=$!
# shellcheck disable=SC2016 # the inner shell expands them
expect "its times are set again and again: not one run is refused" 0 '' \
	scratch_user /usr/bin/bash -c 'end=$((SECONDS + 2)); while ((SECONDS < end)); do "$0" || exit; done' "$victim"
kill $toucher
wait $toucher

descriptors=$(find "/proc/$hufud_pid/fd" -type l | wc -l)
expect "no access waits" 0 '"waiting": *0' hufu status --json
if [ "$descriptors" -lt 64 ]; then ok "no descriptor is left behind"; else not_ok "no descriptor is left behind" "$descriptors"; fi
host_end
