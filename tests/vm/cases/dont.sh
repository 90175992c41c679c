# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# dont_ rules before and after, classes that do not close one another, options that stick, the first match.

policy()
{
	cat <<'TXT'
dont_measure @ fowner=2001
measure @ fowner=2001 func=FILE_CHECK
dont_appraise @ fowner=2001
appraise @ fowner=2001 func=FILE_CHECK
measure @ fowner=2002 func=FILE_CHECK
dont_measure @ fowner=2002
appraise @ fowner=2002 func=FILE_CHECK
dont_appraise @ fowner=2002
dont_measure @ fowner=2003
appraise @ fowner=2003 func=FILE_CHECK
dont_appraise @ fowner=2004
measure @ fowner=2004 func=FILE_CHECK
dont_measure @ fowner=2005 uid=1001
measure @ fowner=2005
measure @ fowner=2006 func=FILE_CHECK mask=MAY_READ pcr=12
measure @ fowner=2006 func=FILE_CHECK pcr=11
dont_appraise @ fowner=2007 func=FILE_CHECK uid=1001
appraise @ fowner=2007 appraise_type=imasig
appraise @ fowner=2008 func=BPRM_CHECK appraise_type=imasig
appraise @ fowner=2008 func=FILE_CHECK
TXT
}

prepare()
{
	local owner
	for owner in 2001 2002 2003 2004 2005 2006 2007; do
		file $owner $owner
	done
	cp "$ACT" 2008
	cp 2008 2008-signed
	printf x >>2008-signed
	chown 2008 2008 2008-signed
	hash 2008
	sign 2008-signed
}

steps()
{
	local owner
	for owner in 2001 2002 2003 2004 2005 2006 2007; do
		step "$owner, the user reads" user open r $owner
		step "$owner, root reads" root open r $owner
		step "$owner, root reads and writes" root open rw $owner
	done
	step 'a hash is enough to read' root open r 2008
	step 'and not to run' root exec ./2008
	step 'then a signature is asked for to read it, too' root open r 2008
	step 'what is signed is right for both' root exec ./2008-signed
	step 'what is signed is read' root open r 2008-signed
}
