# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Where it is: fsmagic, fsname, fsuuid.

policy()
{
	cat <<'TXT'
measure @ fowner=2001 fsmagic=0xef53 func=FILE_CHECK
measure @ fowner=2002 fsmagic=0x01021994 func=FILE_CHECK
measure @ fowner=2003 fsname=ext4 func=FILE_CHECK
measure @ fowner=2004 fsname=ext func=FILE_CHECK
measure @ fowner=2005 fsname=tmpfs func=FILE_CHECK
measure fowner=2006 fsuuid=5ca1ab1e-0000-4000-8000-999999999999 func=FILE_CHECK
measure @ fowner=2007 func=FILE_CHECK fsmagic=ef53 fsname=ext4 uid=0
appraise @ fowner=2008 fsname=ext4 fsmagic=0xEF53
appraise @ fowner=2009 fsname=EXT4
TXT
}

prepare()
{
	local owner
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009; do
		file $owner $owner
	done
}

steps()
{
	local owner
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009; do
		step "$owner is read" root open r $owner
	done
}
