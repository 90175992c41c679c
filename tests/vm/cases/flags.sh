# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Flags of open(2): O_DIRECT, O_PATH, O_TMPFILE, directories, links, and what is cut off.

policy()
{
	cat <<'TXT'
measure @ func=FILE_CHECK fowner=2001
appraise @ func=FILE_CHECK fowner=2001 appraise_type=imasig
measure @ func=FILE_CHECK fowner=2002
appraise @ func=FILE_CHECK fowner=2002 permit_directio
measure @ func=FILE_CHECK fowner=2003
measure @ func=FILE_CHECK fowner=2004 permit_directio
TXT
}

prepare()
{
	local owner name
	for owner in 2001 2002 2003 2004; do
		for name in plain direct path cut; do
			file $owner-$name $owner
		done
	done
	hash 2002-*
	ln -s 2003-plain link
	mkdir dir
	chown 2001 dir
}

steps()
{
	local owner
	for owner in 2001 2002 2003 2004; do
		step "$owner O_DIRECT" root open rd $owner-direct
		step "$owner O_DIRECT again" root open rd $owner-direct
		step "$owner then without" root open r $owner-direct
		step "$owner O_PATH" root open p $owner-path
		step "$owner O_TRUNC" root open wt $owner-cut
		step "$owner what is left" run stat -c %s $owner-cut
		step "$owner O_RDONLY and O_TRUNC" root open rt $owner-plain
	done
	step 'a link' root open r link , open rn link
	step 'a directory' root open D dir
	step 'a file without a name' root open wT . , write x
	step 'truncate' root truncate 1 2001-path
}
