# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Changing, renaming, linking and removing what was measured.

policy()
{
	cat <<'TXT'
measure @ func=FILE_CHECK mask=^MAY_READ
measure @ func=BPRM_CHECK
TXT
}

prepare()
{
	local name
	for name in a b c d e f; do
		file $name 0
	done
	cp "$ACT" program
}

steps()
{
	step 'read' root open r a
	step 'read again' root open r a
	step 'changed' root open w a , write A , close
	step 'read changed' root open r a
	step 'changed back' root open w a , write a , close
	step 'read as it was' root open r a
	step 'renamed and read' root open r b , rename b b2 , open r b2
	step 'linked and read' root open r c , link c c2 , open r c2
	step 'removed and made anew' root open r d , unlink d , open wc d , write d2 , close , open r d
	step 'appended and cut' root open r e , close , open wa e , write more , close , open r e , truncate 1 e , open r e
	step 'mapped and stored into' root open r f , close , open rw f , mmap rws , store Z , close , open r f
	step 'a program' root exec ./program
	step 'a program, changed' root open wa program , write x , close , exec ./program
	step 'touched' run touch a
	step 'and read' root open r a
	step 'given away' run chown 1001 a
	step 'and read by another' user open r a
	step 'opened for both' root open rw b2
	step 'opened for both again' root open rw b2
}
