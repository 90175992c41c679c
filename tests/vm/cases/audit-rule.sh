# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# audit rules: once for each inode until it changes. hash rules: a label at the last close.

policy()
{
	cat <<'TXT'
audit @ func=FILE_CHECK fowner=2001
audit @ func=BPRM_CHECK
hash @ func=FILE_CHECK fowner=2002
dont_hash @ fowner=2003
hash @ fowner=2003
TXT
}

prepare()
{
	local owner
	for owner in 2001 2002 2003; do
		file $owner $owner
	done
	file 'with blanks' 2001
	cp "$ACT" program
}

steps()
{
	step 'read' user open r 2001
	step 'read again' user open r 2001
	step 'by root' root open r 2001
	step 'changed and read' root open w 2001 , write x , close , open r 2001
	step 'blanks' root open r 'with blanks'
	step 'a program' root exec ./program
	step 'again' root exec ./program
	step 'hash: read' root open r 2002
	step 'hash: the label' run xattr 2002
	step 'hash: written' root open w 2002 , write x , close
	settle
	step 'hash: the label then' run xattr 2002
	step 'dont_hash: written' root open w 2003 , write x , close
	settle
	step 'dont_hash: the label' run xattr 2003
}
