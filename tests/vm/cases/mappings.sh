# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# MMAP_CHECK: what is mapped to be executed, how, and mprotect.

policy()
{
	cat <<'TXT'
appraise @ func=MMAP_CHECK fowner=2001 appraise_type=imasig
measure @ func=MMAP_CHECK fowner=2001
measure @ func=MMAP_CHECK fowner=2002
TXT
}

prepare()
{
	local owner name
	for owner in 2001 2002; do
		for name in signed unsigned; do
			cp "$ACT" $owner-$name
			printf %s $owner$name >>$owner-$name
			chown $owner $owner-$name
		done
		sign $owner-signed
	done
	file 2001-data 2001
	sign 2001-data
}

steps()
{
	local owner name
	for owner in 2001 2002; do
		for name in signed unsigned; do
			step "$owner-$name is mapped" root open r $owner-$name , mmap rx
			step "$owner-$name is mapped to be read" root open r $owner-$name , mmap r
			step "$owner-$name is mapped, then protected" root open r $owner-$name , mmap r , mprotect rx
			step "$owner-$name is run" root exec ./$owner-$name
			step "$owner-$name is mapped while a writer maps it" root open rw $owner-$name , mmap rws , open r $owner-$name , mmap rx
		done
	done
	step 'data is mapped' root open r 2001-data , mmap rx
}
