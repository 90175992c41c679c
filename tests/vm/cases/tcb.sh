# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Measuring as the builtin policy tcb does it: programs, mappings, and what root reads.

policy()
{
	cat <<'TXT'
measure @ func=MMAP_CHECK mask=MAY_EXEC
measure @ func=BPRM_CHECK mask=MAY_EXEC
measure @ func=FILE_CHECK mask=^MAY_READ euid=0
measure @ func=FILE_CHECK mask=^MAY_READ uid=0
TXT
}

prepare()
{
	local name
	for name in program other copy; do
		cp "$ACT" $name
		printf %s $name >>$name
	done
	cp -p copy twin
	cp /usr/lib*/libtinfo.so.6 library.so 2>/dev/null || cp /usr/lib/*/libtinfo.so.6 library.so
	for name in read-by-root read-by-user both; do
		file $name 0
	done
	chmod 4755 other
	mkdir -p deep/er
	file deep/er/file 1001
	ln -s read-by-user link
}

steps()
{
	step 'root runs a program' root exec ./program
	step 'again' root exec ./program
	step 'the user runs another' user exec ./other
	step 'the same content under two names' user exec ./copy , exec ./twin
	step 'a library' user open r library.so , mmap rx
	step 'root maps it' root open r library.so , mmap rx
	step 'root reads' root open r read-by-root
	step 'root opens for both' root open rw both
	step 'the user reads' user open r read-by-user
	step 'the user opens for both' user open rw both
	step 'root reads what the user read' root open r link
	step 'euid 0' root ids 1001 0 0 0 , open r deep/er/file
	step 'uid 0 with another euid' root ids 0 1001 0 0 , open r read-by-user
	step 'root writes' root open w read-by-root , write x
	step 'root reads what it wrote' root open r read-by-root
	step 'what is not there' root open r none
}
