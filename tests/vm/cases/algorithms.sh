# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2046,SC2086,SC2317 # words without blanks; functions are called by compare.sh
# appraise_algos: a right label in an algorithm that is not allowed.

policy()
{
	cat <<'TXT'
appraise @ func=FILE_CHECK fowner=2001 appraise_algos=sm3
appraise @ func=FILE_CHECK fowner=2002 appraise_algos=sha256,sha512
TXT
}

prepare()
{
	local owner
	for owner in 2001 2002; do
		file $owner-sm3 $owner
		file $owner-sha256 $owner
		file $owner-signed $owner
		hash $owner-sm3
		setfattr -n security.ima -v 0x0404$(sha256sum <$owner-sha256 | cut -c 1-64) $owner-sha256
		sign $owner-signed
		file $owner-none $owner
	done
}

steps()
{
	local owner name
	for owner in 2001 2002; do
		for name in sm3 sha256 signed none; do
			step "$owner $name" root open r $owner-$name
			step "$owner $name again" root open r $owner-$name
		done
	done
}
