# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2046,SC2086,SC2317 # words without blanks; functions are called by compare.sh
# FILE_CHECK with each mask, exact and among others, for each way to open. Files are told apart by their owner.

rows='2001 MAY_READ
2002 ^MAY_READ
2003 MAY_WRITE
2004 ^MAY_WRITE
2005 MAY_APPEND
2006 ^MAY_APPEND
2007 MAY_EXEC
2008 ^MAY_EXEC'

policy()
{
	local owner mask
	while read -r owner mask; do
		echo "measure @ fowner=$owner func=FILE_CHECK mask=$mask"
		echo "appraise @ fowner=$owner func=FILE_CHECK mask=$mask appraise_type=imasig uid=1001"
	done <<<"$rows"
	echo 'measure @ fowner=2009 func=FILE_CHECK'
	echo 'appraise @ fowner=2009 func=FILE_CHECK appraise_type=imasig uid=1001'
}

hows='r w rw wa rwa rt wt rwt'

prepare()
{
	local owner how
	chmod 0777 .
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009; do
		for how in $hows; do
			file $owner-$how $owner
		done
		cp "$ACT" $owner-program
		printf %s $owner >>$owner-program
		chmod 755 $owner-program
		chown $owner $owner-program
	done
}

steps()
{
	local owner how
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009; do
		for how in $hows; do
			step "mask of $owner, the user opens $how" user open $how $owner-$how
			step "mask of $owner, root opens $how" root open $how $owner-$how
		done
		step "mask of $owner, a program" user exec ./$owner-program
		step "mask of $owner, mapped" user open r $owner-program , mmap rx
	done
}
