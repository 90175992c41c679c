# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The policy of the recipe: programs and libraries of one user.

policy()
{
	cat <<'TXT'
appraise @ appraise_type=imasig uid=1001 func=BPRM_CHECK
appraise @ appraise_type=imasig uid=1001 func=MMAP_CHECK
measure @ uid=1001 func=BPRM_CHECK
measure @ uid=1001 func=MMAP_CHECK template=ima-sig
TXT
}

prepare()
{
	local name
	for name in signed stranger unsigned altered hashed; do
		cp /usr/bin/true $name
		printf %s $name >>$name
	done
	sign signed altered
	stranger stranger
	hash hashed
	printf x >>altered
	cp /usr/lib*/libtinfo.so.6 libsigned.so 2>/dev/null || cp /usr/lib/*/libtinfo.so.6 libsigned.so
	cp libsigned.so libunsigned.so
	printf u >>libunsigned.so
	sign libsigned.so
	printf '#!%s/signed\n' "$PWD" >script
	printf '#!%s/unsigned\n' "$PWD" >script-unsigned-interpreter
	printf '#!%s/signed\n#\n' "$PWD" >script-unsigned
	chmod 755 script*
	sign script script-unsigned-interpreter
	: >empty
	chmod 755 empty
}

steps()
{
	local name
	for name in signed stranger unsigned altered hashed script script-unsigned script-unsigned-interpreter empty; do
		step "run $name" user exec ./$name
		step "root runs $name" root exec ./$name
	done
	step 'again' user exec ./signed
	step 'again refused' user exec ./unsigned
	step 'fexecve' user open p signed , fexec , open p unsigned , fexec
	for name in libsigned.so libunsigned.so; do
		step "map $name" user open r $name , mmap rx
		step "map $name to read" user open r $name , mmap r
		step "read $name" user open r $name , read
	done
	step 'write to a signed program' root open w signed , write X
	step 'which is refused then' user exec ./signed
	step 'unlink and rename' root rename libsigned.so moved.so , link moved.so linked.so , unlink moved.so
	step 'map it under its other name' user open r linked.so , mmap rx
}
