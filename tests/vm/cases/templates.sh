# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Each template by a rule, for files with and without signatures; two PCRs.

rows='2001 ima
2002 ima-ng
2003 ima-sig
2004 ima-ngv2
2005 ima-sigv2
2006 evm-sig
2007 ima-modsig
2008 d-ng|n-ng'

policy()
{
	local owner template
	while read -r owner template; do
		echo "measure @ fowner=$owner func=FILE_CHECK template=$template"
	done <<<"$rows"
	echo 'measure @ fowner=2009 func=FILE_CHECK mask=MAY_READ pcr=11'
	echo 'measure @ fowner=2009 func=FILE_CHECK pcr=12 template=ima-sig'
}

prepare()
{
	local owner kind
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009; do
		for kind in plain signed hashed; do
			file $owner-$kind $owner
		done
		sign $owner-signed
		hash $owner-hashed
		file "$owner with blanks" $owner
		: >$owner-empty
		chown $owner $owner-empty
	done
	evmctl sign --imasig --key /dev/null 2006-plain >/dev/null 2>&1
	setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 2006-signed
	chmod 4751 2006-signed
}

steps()
{
	local owner kind
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009; do
		for kind in plain signed hashed empty; do
			step "$owner-$kind" root open r $owner-$kind
		done
		step "$owner with blanks" root open r "$owner with blanks"
	done
	step 'in another PCR' root open rw 2009-plain
	step 'and again' root open r 2009-plain , open rw 2009-plain
}
