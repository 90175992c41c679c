#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# policy simulate: exit codes, what is listed, odd names and trees, bad input. That hufud does the same: tests/host/simulate.sh.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3 setfattr
[ "$(id -u)" -eq 0 ] || skip "needs root: judges security.ima"
find_place
make_keys
umask 022
mkdir -p tree/bin tree/shut
printf '#!/bin/shell\n' >tree/bin/script
printf '\1' >tree/bin/shell
printf '\1' >tree/bin/other
chmod 0755 tree/bin/*
echo data >tree/data
chmod 0700 tree/shut
cp tree/bin/other tree/shut/inside
hufu sign -q -k ima.key --cert ima.der tree/bin/script tree/bin/shell
cat >policy <<'TXT'
appraise func=BPRM_CHECK uid=1001 appraise_type=imasig
measure func=BPRM_CHECK uid=1001
TXT
simulate=("$HUFU" policy simulate --cert ima.der)

expect "what is refused and measured" 1 \
	'^tree/bin/other: refused: exec: IMA-signature-required \(BPRM_CHECK, rule 1: appraise func=BPRM_CHECK uid=1001 appraise_type=imasig\)$' '' \
	"${simulate[@]}" --uid 1001 policy tree
check "measured" grep -q '^tree/bin/shell: measured: exec (PCR 10, rule 2: measure func=BPRM_CHECK uid=1001)$' out
check "the counts" grep -q '^refused 1 (exec 1 of 3, map 0 of 0, read 0 of 4), measured 3, would not run 0, failed 0 (as uid 1001, gid 1001: 4 files, 1 more closed to it' out
check "a line each" test "$(wc -l <out)" -eq 5
expect "-q: refusals only" 1 '^tree/bin/other: refused' '' "${simulate[@]}" -q --uid 1001 policy tree
check "one line" test "$(wc -l <out)" -eq 1
expect "-v: what is allowed too" 1 '^tree/bin/script: allowed: exec$' '' "${simulate[@]}" -v --uid 1001 policy tree
expect "another user" 0 '^refused 0 ' '' "${simulate[@]}" --uid 1002 policy tree
expect_json "--json" 1 'lines[0]["path"] == "tree/bin/other" and lines[0]["result"] == "refused" and lines[0]["use"] == "exec"
	and lines[0]["func"] == "BPRM_CHECK" and lines[0]["cause"] == "IMA-signature-required" and lines[0]["rule"]["number"] == 1
	and lines[0]["measured_by"]["number"] == 2 and lines[0]["pcr"] == 10
	and lines[-1]["summary"]["refused"] == {"exec": 1, "map": 0, "read": 0} and lines[-1]["summary"]["measured"] == 3' \
	"${simulate[@]}" --uid 1001 --json policy tree
setfattr -x security.ima tree/bin/shell
expect "the interpreter that is refused" 1 '^tree/bin/script: refused: exec, for its interpreter /bin/shell: IMA-signature-required' '' \
	"${simulate[@]}" --uid 1001 policy tree
rm tree/bin/shell
expect "the interpreter that is missing" 1 '^tree/bin/script: would not run: interpreter /bin/shell: No such file or directory$' '' \
	"${simulate[@]}" --uid 1001 policy tree
rm tree/bin/other
expect "which the policy is not to blame for" 0 'would not run 1' '' "${simulate[@]}" --uid 1001 policy tree
expect "standard input" 0 '^refused 0' '' bash -c '"$HUFU" policy simulate --uid 1001 - tree <<<""'
echo 'appraise func=BPRM_CHECK subj_type=user_t' >labels
expect "labels are not simulated, which is said" 0 '^refused 0' 'warning: rule 1 asks for a label' "${simulate[@]}" --uid 1 --lsm selinux labels tree
expect "and refused without a module that has them" 3 '' 'labels: line 1, column 26' "${simulate[@]}" --uid 1 --lsm none labels tree
expect "no certificate is said" 1 '^tree/bin/script: refused: exec: invalid-signature' 'warning: whose signatures are good' \
	"$HUFU" policy simulate --uid 1001 policy tree
mkdir certs
cp ima.der ca.pem certs
expect "--trust, with a certificate that signs no files" 0 '^refused 0' 'warning: left out: Test CA: .*digitalSignature' \
	"$HUFU" policy simulate --uid 1001 --trust certs policy tree

hufu sign -q -k ima.key --cert ima.der tree/data
find tree -type f -printf '%p %C@ %A@ %m %s\n' | sort >before
expect "as root" 0 'gid 0: 3 files, 0 more closed' '' "${simulate[@]}" --uid 0 policy tree
find tree -type f -printf '%p %C@ %A@ %m %s\n' | sort >after
check "nothing is changed, access times neither" cmp before after

printf '\1' >$'tree/new\nline \033[31m'
printf '\1' >$'tree/\xff'
chmod 0755 tree/new* $'tree/\xff'
expect "names that are no text are escaped" 1 '^tree/new\\nline \\x1b\[31m: refused' '' "${simulate[@]}" --uid 1001 policy tree
expect_json "and whole in JSON" 1 'any(row.get("path_hex") == b"tree/\xff".hex() for row in lines)' "${simulate[@]}" --uid 1001 --json policy tree
mkdir empty
expect "an empty tree" 0 '^refused 0 .*: 0 files' '' "${simulate[@]}" --uid 1001 policy empty
python3 - <<'TXT'
import os
for level in range(1500):
    os.mkdir("d"); os.chdir("d")
os.close(os.open("f", os.O_CREAT | os.O_WRONLY, 0o755))
TXT
mv d deep
expect "a tree deeper than any path" 1 '/d/d/f: refused: exec' '' "${simulate[@]}" --uid 1001 policy deep
ln -s tree link
expect "a link as ROOT" 1 '^link/new.*refused' '' "${simulate[@]}" --uid 1001 policy link

printf 'appraise func=NONE\n' >bad
expect "a bad policy says nothing of the tree" 3 '' '^hufu: bad: line 1, column 10: ' "${simulate[@]}" --uid 1001 bad tree
expect "no policy" 3 '' 'nowhere: No such file' "${simulate[@]}" --uid 1001 nowhere tree
expect "no tree" 3 '' 'nowhere: No such file' "${simulate[@]}" --uid 1001 policy nowhere
expect "a file for a tree" 3 '' 'policy: Not a directory' "${simulate[@]}" --uid 1001 policy policy
expect "a certificate that is none" 3 '' 'policy: ' "${simulate[@]}" --uid 1001 --cert policy policy tree
expect "nobody named" 2 '' 'Give --uid' "${simulate[@]}" policy tree
expect "an id that is none" 2 '' 'uid' "${simulate[@]}" --uid 4294967295 policy tree
expect "a name for an id" 2 '' 'uid' "${simulate[@]}" --uid root policy tree
expect "a group that is none" 2 '' '--group' "${simulate[@]}" --uid 1 --group wheel policy tree
mkdir grouped
printf '\1' >grouped/f
chgrp 77 grouped/f
chmod 0750 grouped/f
expect "not in the group" 0 '0 files, 1 more closed' '' "${simulate[@]}" --uid 1001 policy grouped
expect "in the group" 1 'refused 1 ' '' "${simulate[@]}" --uid 1001 --group 5 --group 77 policy grouped
expect "no ROOT" 2 '' 'simulate' "${simulate[@]}" --uid 1 policy
finish
