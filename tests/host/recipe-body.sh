# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The recipe, from signed files to refused programs. The caller has made ima.key, ima.der, a root in trust.d and a stranger's
# other.key, other.der.

write_policy()
{
	load_policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=BPRM_CHECK
appraise appraise_type=imasig uid=1001 func=MMAP_CHECK
measure uid=1001 func=BPRM_CHECK
measure uid=1001 func=MMAP_CHECK
TXT
}

names_in_list()
{
	sed 's/^ *[0-9]* [0-9a-f]* [^ ]* [^ ]* \([^ ]*\).*/\1/' root/run/hufu/ima/ascii_runtime_measurements
}

make_files()
{
	cat >evil.c <<'TXT'
__attribute__((constructor)) static void loaded(void) { }
TXT
	cc -shared -fPIC -o disk/home/imatest/evil.so evil.c || return 1
	cp disk/usr/bin/id disk/home/imatest/dummy
	cp disk/usr/bin/id disk/home/imatest/stranger
	cp disk/usr/bin/id disk/home/imatest/altered
	printf '#!/usr/bin/bash\necho original-marker\n' >disk/usr/bin/report
	printf '#!/home/imatest/dummy\n' >disk/usr/bin/script
	chmod 0755 disk/usr/bin/report disk/usr/bin/script
}

run_recipe()
{
	make_files || exit 1
	expect "trees are signed" 0 '' sign_disk
	expect "trees verify" 0 '' hufu verify -q -r --cert ima.der disk/usr/bin disk/usr/lib disk/usr/lib64
	hufu sign -q -k other.key --cert other.der disk/home/imatest/stranger
	hufu sign -q -k ima.key --cert ima.der disk/home/imatest/altered
	printf x >>disk/home/imatest/altered

	expect "the daemon starts" 0 '' hufud_start
	expect "the certificate enters .ima" 0 '' hufu keyring add %:.ima <ima.der
	expect "keyring list has the form of /proc/keys" 0 'asymmetri .*: X509\.sm2 [0-9a-f]\{8\} \[\]' hufu keyring list .ima
	expect "a stranger's certificate does not enter" 1 '' sh -c '"$@" < other.der' sh "$HUFU" --root root keyring add %:.ima
	expect "the policy is loaded through the file" 0 '' write_policy
	expect "the policy reads as the kernel prints it" 0 '^appraise func=BPRM_CHECK uid=1001 appraise_type=imasig $' \
		cat root/run/hufu/securityfs/ima/policy

	expect "a signed program runs" 0 '^imatest$' scratch_user /usr/bin/id -un
	check_order
	expect "a signed script runs" 0 '^original-marker$' scratch_user /usr/bin/report
	check_refusals
	check_elsewhere
	check_crash
}

# The kernel's order: program, loader, libraries; the first line is the boot aggregate.
check_order()
{
	local first program loader library
	first=$(names_in_list | head -n 1)
	program=$(names_in_list | grep -n '^/usr/bin/id$' | cut -d: -f1)
	loader=$(names_in_list | grep -n 'ld-linux' | cut -d: -f1)
	library=$(names_in_list | grep -n 'libc\.so' | cut -d: -f1)
	if [ "$first" = boot_aggregate ]; then ok "boot_aggregate comes first"; else not_ok "boot_aggregate comes first" "$first"; fi
	# env and setpriv, which start id, map the same loader and libraries before it; what counts is their order
	if [ -n "$program" ] && [ "${loader:-0}" -lt "${library:-0}" ]; then
		ok "program, loader, libraries are measured, the loader before the libraries"
	else
		not_ok "order of the list" "$(names_in_list)"
	fi
	if grep -q '^10 [0-9a-f]\{40\} ima-sig sm3:[0-9a-f]\{64\} /usr/bin/id 030211' root/run/hufu/ima/ascii_runtime_measurements; then
		ok "entries are ima-sig with sm3 and the signature"
	else
		not_ok "entries are ima-sig" "$(head -n 3 root/run/hufu/ima/ascii_runtime_measurements)"
	fi
}

check_refusals()
{
	expect "an unsigned program is refused" 126 'not permitted' scratch_user /usr/bin/bash -c /home/imatest/dummy
	expect_audit "its audit line is the kernel's" \
		'op=appraise_data cause=IMA-signature-required comm="bash" name="/home/imatest/dummy" dev="loop[0-9]*" ino=[0-9]* res=0'
	expect "one signed by a stranger is refused" 126 'not permitted' scratch_user /usr/bin/bash -c /home/imatest/stranger
	expect_audit "with its cause" 'cause=invalid-signature .*name="/home/imatest/stranger"'
	expect "one altered after signing is refused" 126 'not permitted' scratch_user /usr/bin/bash -c /home/imatest/altered
	expect_audit "with its cause" 'cause=invalid-signature .*name="/home/imatest/altered"'
	expect "a script with an unsigned interpreter is refused" 126 '' scratch_user /usr/bin/bash -c /usr/bin/script
	expect_audit "for its interpreter" 'cause=IMA-signature-required .*name="/home/imatest/dummy"'
	expect "an unsigned library in LD_PRELOAD is not loaded" 0 'evil.so.*annot' \
		scratch_user /usr/bin/bash -c 'LD_PRELOAD=/home/imatest/evil.so /usr/bin/id'
	expect_audit "with its cause" 'cause=IMA-signature-required .*name="/home/imatest/evil.so"'
	expect "an unsigned library is refused to dlopen" 1 "failed to map segment" scratch_user /usr/bin/probe dlopen - /home/imatest/evil.so
	expect "root is not hindered" 0 '' scratch_root /home/imatest/dummy
}

check_elsewhere()
{
	hufud_stop
	scratch_umount && sed -i s/original-marker/attacked-marker/g disk.img && scratch_mount || exit 1
	hufud_start && hufu keyring add %:.ima <ima.der && write_policy || exit 1
	expect "a program altered in the unmounted image is refused" 126 'not permitted' scratch_user /usr/bin/bash -c /usr/bin/report
	expect_audit "with its cause" 'cause=invalid-signature .*name="/usr/bin/report"'
}

check_crash()
{
	local before after
	before=$(wc -l <root/run/hufu/ima/ascii_runtime_measurements)
	cp ima.der root/etc/hufu/ima.d/
	cat >root/etc/hufu/policy <policy
	hufud_stop KILL
	expect "the daemon starts again after a kill" 0 '' hufud_start
	expect "what is in ima.d is imported, the policy is in force" 126 'not permitted' scratch_user /usr/bin/bash -c /home/imatest/dummy
	cp disk/usr/bin/cat disk/usr/bin/tac && hufu sign -q -k ima.key --cert ima.der disk/usr/bin/tac
	expect "new programs run" 0 '' scratch_user /usr/bin/tac /etc/passwd
	after=$(wc -l <root/run/hufu/ima/ascii_runtime_measurements)
	if [ "$after" -eq $((before + 1)) ]; then
		ok "the list continues: nothing lost, nothing twice"
	else
		not_ok "the list continues" "before $before, after $after" "$(names_in_list)"
	fi
	expect "the list verifies" 0 '' hufu log verify
	expect "so does the ascii list" 0 '' hufu log verify root/run/hufu/ima/ascii_runtime_measurements
}
