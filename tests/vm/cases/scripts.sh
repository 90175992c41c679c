# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Scripts and their interpreters: each is a program to BPRM_CHECK, and a file to FILE_CHECK.

policy()
{
	cat <<'TXT'
measure @ func=BPRM_CHECK
measure @ func=FILE_CHECK mask=MAY_EXEC pcr=11
appraise @ func=BPRM_CHECK appraise_type=imasig uid=1001
TXT
}

prepare()
{
	cp "$ACT" interpreter
	cp "$ACT" unsigned-interpreter
	printf u >>unsigned-interpreter
	sign interpreter
	printf '#!%s/interpreter unlink\n' "$PWD" >script
	printf '#!%s/script\n' "$PWD" >of-a-script
	printf '#!%s/of-a-script\n' "$PWD" >of-two
	printf '#!%s/of-two\n' "$PWD" >of-three
	printf '#!%s/of-three\n' "$PWD" >of-four
	printf '#!%s/of-four\n' "$PWD" >of-five
	printf '#!%s/interpreter unlink\n#\n' "$PWD" >unsigned
	printf '#!%s/unsigned-interpreter unlink\n' "$PWD" >with-unsigned
	printf '#!%s/not-there\n' "$PWD" >without
	printf 'no line\n' >none
	chmod 755 script of-* unsigned with* none
	sign script of-* with* none
}

steps()
{
	local name
	for name in script of-a-script of-two of-three of-four of-five unsigned with-unsigned without none; do
		step "the user runs $name" user exec ./$name
		step "root runs $name" root exec ./$name
	done
	step 'a script is read' user open r unsigned
	step 'ld.so runs a program' run setpriv --reuid 1001 --regid 1001 --clear-groups /lib64/ld-linux-x86-64.so.2 ./interpreter
}
