#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The daemon's life: one at a time, signals, configuration, mistakes in a policy, its own accesses.
. "$SRC/tests/host/lib.sh"

host_begin "$@"
hufu_keys || exit 1
sign_disk || exit 1
cp ima.der root/etc/hufu/ima.d/
cp disk/usr/bin/id disk/home/imatest/dummy
refused()
{
	scratch_user /usr/bin/bash -c /home/imatest/dummy
}

expect "no daemon: status says so" 3 'hufud' hufu status
expect "a word too much" 2 'hufud --help' "$HUFUD" --root root --watch disk more
expect "an unknown mode" 2 'enforce and log' "$HUFUD" --root root --watch disk --mode open
expect "a file system that is not there" 3 'nowhere' "$HUFUD" --root root --watch nowhere
hufud_start || exit 1
expect "a second daemon says that one runs" 3 "$hufud_pid" "$HUFUD" --root root --watch disk
expect "the first still answers" 0 '' hufu status
expect "no policy: everything runs" 0 '' refused

printf 'appraise appraise_type=imasig uid=1001 func=BPRM_CHECK\n' >root/etc/hufu/policy
kill -HUP "$hufud_pid"
sleep 0.5
expect "HUP reads the policy" 126 'not permitted' refused
printf 'appraise appraise_tpye=imasig uid=1001\n' >root/etc/hufu/policy
kill -HUP "$hufud_pid"
sleep 0.5
expect "HUP with a mistake in the policy leaves the old one" 126 'not permitted' refused
expect "and says line, column and reason" 0 'line 1.*column 10.*appraise_tpye' cat hufud.err

expect "a bad rule refuses the write" 1 'nvalid argument' \
	bash -c 'printf "measure func=BPRM_CHECK\nmesure func=FILE_CHECK\n" > root/run/hufu/securityfs/ima/policy'
expect "its line and column are named" 0 "policy refused: line 2, column 1: unknown word" cat hufud.err
expect "and nothing of that load is in force" 1 '' grep -q measure root/run/hufu/securityfs/ima/policy
expect "a good load is appended" 0 '' bash -c 'echo "measure func=BPRM_CHECK uid=1001" > root/run/hufu/securityfs/ima/policy'
expect "to what was there" 0 'rules.*2' bash -c '"$HUFU" --root root status --json | tr -d "\n"'
expect "the old rule still refuses" 126 'not permitted' refused

# The daemon's own files on the watched file system: its accesses must not wait for itself
hufud_stop
printf 'appraise appraise_type=imasig uid=1001\nmeasure uid=1001\nmeasure uid=0 func=FILE_CHECK\n' >root/etc/hufu/policy
cp -r root disk/root
real_root=$scratch/root
mv root moved && ln -s disk/root root
"$HUFUD" --root "$scratch/disk/root" --watch "$disk" </dev/null >/dev/null 2>>"$scratch/hufud.err" &
hufud_pid=$!
expect "its own directory on the watched file system: it starts" 0 '' hufud_wait
expect "and judges" 126 'not permitted' refused
expect "and root's reads are measured" 0 '' scratch_root /usr/bin/cat /etc/passwd
expect "and it ends" 0 '' hufud_stop
rm root && mv moved root
[ "$real_root" = "$scratch/root" ] && [ -d root/etc ] || exit 1

printf 'appraise appraise_type=imasig uid=1001 func=BPRM_CHECK\n' >root/etc/hufu/policy
hufud_start --mode log || exit 1
expect "log: nothing is refused" 0 '' refused
expect_audit "log: the audit line is the same" 'cause=IMA-signature-required .*name="/home/imatest/dummy"'
hufud_stop
if [ "$scratch_status" -eq 0 ]; then ok "TERM ends with 0"; else not_ok "TERM ends with 0" "$scratch_status"; fi
expect "the view is unmounted" 1 '' grep -q "$scratch/root/run/hufu/securityfs" /proc/self/mountinfo
expect "after the end everything runs" 0 '' refused

printf 'nonsense\n' >root/etc/hufu/policy
expect "a policy that does not parse: it does not start, and says why" 3 'line 1' "$HUFUD" --root root --watch disk
printf '[hufud]\nwatsch = /\n' >root/etc/hufu/hufud.conf
expect "a configuration that does not parse" 2 'watsch' "$HUFUD" --root root --watch disk
host_end
