#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# evmctl verifies what hufu signs, and hufu what evmctl signs: SM2, RSA, ECDSA, in the attribute and beside the file.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need evmctl openssl setfattr getfattr
find_place
make_keys

head -c 100000 /dev/urandom >content
evm=()
[ ${#place[@]} -eq 0 ] || evm=(--xattr-user)

while read -r type hash <&3; do
	name=${type/:/-}
	hufu key new -q -t "$type" -o "$name.key"
	hufu cert issue -q --ca ca.pem --ca-key ca.key --key "$name.key" --subject /CN=interop --der -o "$name.der" ||
		not_ok "$type: certificate"
	openssl x509 -inform DER -in "$name.der" -out "$name.pem"

	cp content by-hufu
	expect "$type: hufu signs" 0 'signed 1' '' "$HUFU" sign "${place[@]}" -a "$hash" -k "$name.key" --cert "$name.der" by-hufu
	check "$type: evmctl verifies" evmctl ima_verify "${evm[@]}" -k "$name.der" by-hufu
	echo x >>by-hufu
	if evmctl ima_verify "${evm[@]}" -k "$name.der" by-hufu >/dev/null 2>&1; then not_ok "$type: evmctl refuses a change"; else
		ok "$type: evmctl refuses a change"
	fi

	cp content by-evmctl
	check "$type: evmctl signs" evmctl ima_sign "${evm[@]}" -a "$hash" -k "$name.key" by-evmctl
	expect "$type: hufu verifies" 0 'verified 1' '' "$HUFU" verify "${place[@]}" --cert "$name.der" by-evmctl
	expect "$type: hufu calls it right" 0 'already right 1' '' "$HUFU" sign "${place[@]}" -a "$hash" -k "$name.key" by-evmctl
	echo x >>by-evmctl
	expect "$type: hufu refuses a change" 1 'refused' '' "$HUFU" verify "${place[@]}" --cert "$name.der" by-evmctl

	cp content beside
	check "$type: evmctl writes a sidecar" evmctl ima_sign -n -f -a "$hash" -k "$name.key" beside
	expect "$type: hufu reads it" 0 'verified 1' '' "$HUFU" verify --sidecar --cert "$name.pem" beside
	expect "$type: hufu writes one" 0 'signed 1' '' "$HUFU" sign --sidecar --force -a "$hash" -k "$name.key" beside
	check "$type: evmctl reads it" evmctl ima_verify -f -k "$name.der" beside
done 3<<'TYPES'
sm2 sm3
rsa:2048 sha256
rsa sha1
rsa:4096 sha512
ecdsa-p256 sha256
ecdsa-p384 sha384
TYPES

cp content hashed
check "evmctl hashes" evmctl ima_hash "${evm[@]}" -a sm3 hashed
expect "hufu finds it right" 0 'already right 1' '' "$HUFU" hash "${place[@]}" hashed
cp content hashed1
check "evmctl hashes, sha1" evmctl ima_hash "${evm[@]}" -a sha1 hashed1
expect "hufu finds it right, the old form" 0 'already right 1' '' "$HUFU" hash "${place[@]}" -a sha1 hashed1

# an SM2 signature by hand: e is the SM3 of the file, without Z
"$HUFU" sign -q --sidecar -k ima.key content
openssl pkey -in ima.key -pubout -out ima.pub 2>/dev/null
tail -c +10 content.sig >raw.sig
openssl dgst -sm3 -binary content >content.sm3
check "openssl pkeyutl -verify" openssl pkeyutl -verify -pubin -inkey ima.pub -in content.sm3 -sigfile raw.sig
finish
