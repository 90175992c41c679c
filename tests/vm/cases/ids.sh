# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
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
3018 uid=0 fowner=500
3019 fgroup>3018
3020 fgroup<3021'

policy()
{
	local group condition
	while read -r group condition; do
		echo "measure @ fgroup=$group $condition func=FILE_CHECK mask=^MAY_READ"
		echo "appraise @ fgroup=$group $condition func=FILE_CHECK mask=^MAY_READ"
	done <<<"$rows"
}

prepare()
{
	local group condition
	while read -r group condition; do
		file $group-user 500 $group
		file $group-root 0 $group
	done <<<"$rows"
}

steps()
{
	local group condition who
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
