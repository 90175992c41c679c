# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2046,SC2086,SC2317 # words without blanks; functions are called by compare.sh
# Every kind of security.ima, right and wrong, where a hash is enough and where a signature is asked for.

label() { setfattr -n security.ima -v "$2" "$1"; }

policy()
{
	cat <<'TXT'
appraise @ func=FILE_CHECK fowner=2001
appraise @ func=FILE_CHECK fowner=2002 appraise_type=imasig
measure @ func=FILE_CHECK template=ima-sig
TXT
}

prepare()
{
	local owner name sig
	for owner in 2001 2002; do
		for name in none sha1 sm3 sha256 sha512 wrong short trailing signed stranger altered v1 v3 v9 truncated 			long-field short-field type2 type5 type6 no-key md5 sha1-long; do
			file $owner-$name $owner
		done
		label $owner-sha1 0x01$(sha1sum <$owner-sha1 | cut -c 1-40)
		label $owner-sha1-long 0x0402$(sha1sum <$owner-sha1-long | cut -c 1-40)
		label $owner-md5 0x01$(md5sum <$owner-md5 | cut -c 1-32)00000000
		label $owner-sm3 0x0411$(openssl dgst -sm3 -r $owner-sm3 | cut -c 1-64)
		label $owner-sha256 0x0404$(sha256sum <$owner-sha256 | cut -c 1-64)
		label $owner-sha512 0x0406$(sha512sum <$owner-sha512 | cut -c 1-128)
		label $owner-wrong 0x0411$(openssl dgst -sm3 -r $owner-sm3 | cut -c 1-64)
		label $owner-short 0x0411$(openssl dgst -sm3 -r $owner-short | cut -c 1-62)
		label $owner-trailing 0x0411$(openssl dgst -sm3 -r $owner-trailing | cut -c 1-64)abcd
		sign $owner-signed $owner-altered $owner-no-key $owner-truncated $owner-long-field $owner-short-field
		stranger $owner-stranger
		echo x >>$owner-altered
		sig=$(xattr $owner-signed)
		label $owner-v1 0x0301${sig:4}
		label $owner-v3 0x0303${sig:4}
		label $owner-v9 0x0309${sig:4}
		label $owner-truncated 0x${sig:0:40}
		label $owner-long-field 0x${sig:0:14}0100${sig:18}
		label $owner-short-field 0x${sig:0:14}0010${sig:18}
		label $owner-no-key 0x${sig:0:6}12345678${sig:14}
		label $owner-type2 0x02$(sha1sum <$owner-type2 | cut -c 1-40)
		label $owner-type5 0x05${sig:2}
		label $owner-type6 0x0603${sig:4}
	done
}

steps()
{
	local owner name
	for owner in 2001 2002; do
		for name in none sha1 sha1-long md5 sm3 sha256 sha512 wrong short trailing signed stranger altered v1 v3 v9 truncated 			long-field short-field type2 type5 type6 no-key; do
			step "$owner $name" root open r $owner-$name
			step "$owner $name for writing" root open w $owner-$name
		done
	done
	step 'a signature comes' run label 2002-none 0x$(xattr 2002-signed)
	step 'it is another file'"'"'s' root open r 2002-none
	step 'the signature goes' run setfattr -x security.ima 2002-signed
	step 'and is missed' root open r 2002-signed
}
