# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Readers beside writers: open_writers and ToMToU.

policy()
{
	cat <<'TXT'
measure @ func=FILE_CHECK mask=MAY_READ
measure @ func=MMAP_CHECK mask=MAY_EXEC
TXT
}

prepare()
{
	local name
	for name in a b c d e f g; do
		file $name 0
	done
	cp "$ACT" program
}

steps()
{
	step 'read while it is open for writing' root open w a , other r a
	step 'once more' root open w a , other r a
	step 'read after that' root open r a
	step 'written while it is open for reading' root open r b , other w b
	step 'once more' root open r b , other w b
	step 'opened for both while it is read' root open r c , other rw c
	step 'appended to while it is read' root open r d , other wa d
	step 'mapped while it is open for writing' root open w program , open r program , mmap rx
	step 'two readers' root open r e , other r e
	step 'two writers' root open w f , other w f
	step 'read for the first time, written after' root open r f , close , other w f
	step 'written while a mapping is left' root open r g , mmap r , close , other w g
}
