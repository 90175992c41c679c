# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2046,SC2086,SC2317 # words without blanks; functions are called by compare.sh
# Whose access it is: uid, euid, gid, egid with each operator, fowner and fgroup. Files are told apart by their group.

rows='3001 uid=1001
3002 uid<1001
3003 uid>1001
3004 euid=1001
3005 euid<1001
3006 euid>1001
3007 gid=1001
3008 gid<1001
3009 gid>1001
3010 egid=1001
3011 egid<1001
3012 egid>1001
3013 fowner=500
3014 fowner<500
3015 fowner>500
3016 uid=1001 gid=1001
3017 uid=1001 gid>1001
3018 uid=0 fowner=500'

policy()
{
	local group condition
	while read -r group condition; do
		echo "measure @ fgroup=$group $condition func=FILE_CHECK mask=^MAY_READ"
		echo "appraise @ fgroup=$group $condition func=FILE_CHECK mask=^MAY_READ"
	done <<<"$rows"
	for condition in 'fgroup>3018' 'fgroup<3018' 'fgroup=3018'; do
		echo "measure @ fowner=501 $condition func=FILE_CHECK mask=^MAY_WRITE"
	done
}

prepare()
{
	local group condition
	file above 501 3019
	file below 501 3017
	file same 501 3018
	while read -r group condition; do
		file $group-user 500 $group
		file $group-root 0 $group
	done <<<"$rows"
}

steps()
{
	local group condition who
	for who in above below same; do
		step "fgroup: $who" root open w $who
	done
	while read -r group condition; do
		for who in user root; do
			step "$condition: uid 1001, $who's file" user open r $group-$who
			step "$condition: root, $who's file" root open r $group-$who
			step "$condition: 1000, $who's file" root ids 1000 1000 1000 1000 , open r $group-$who
			step "$condition: 1002, $who's file" root ids 1002 1002 1002 1002 , open r $group-$who
			step "$condition: root with euid 1001, $who's file" root ids 0 1001 0 1001 , open r $group-$who
			step "$condition: 1001 that may set ids, $who's file" root ids 1001 0 1001 0 , open r $group-$who
		done
	done <<<"$rows"
}
