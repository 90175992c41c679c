#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Private keys: what `hufu key new` writes, and which files by others are taken.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need openssl python3

# types: what to ask for, what it is called, what openssl calls it
while read -r type name pattern <&3; do
	expect "key new -t $type" 0 "^$type.key: $name private key, key id [0-9a-f]{8}\$" '' "$HUFU" key new -t "$type" -o "$type.key"
	check "$type: openssl reads it" grep -qE "$pattern" <(openssl pkey -in "$type.key" -noout -text 2>&1)
	check "$type: PKCS#8" grep -qx -- '-----BEGIN PRIVATE KEY-----' "$type.key"
	check "$type: mode 0600" test "$(stat -c %a "$type.key")" = 600
done 3<<'TYPES'
sm2 sm2 SM2
rsa rsa 3072.bit
rsa:2048 rsa 2048.bit
ecdsa-p256 ecdsa-nist-p256 prime256v1
ecdsa-p384 ecdsa-nist-p384 secp384r1
TYPES
expect "sm2 is what is made when nothing is asked" 0 'sm2 private key' '' "$HUFU" key new -o default.key

# the id evmctl and subjectKeyIdentifier=hash use: SHA-1 of the public key bits
id=$("$HUFU" key new --force -o id.key | sed 's/.*key id //')
bits=$(openssl pkey -in id.key -pubout -outform DER 2>/dev/null | tail -c 65 | sha1sum | cut -c 33-40)
check "the key id is the end of SHA-1 of the public key" test "$id" = "$bits"

expect_json "key new --json" 0 'len(lines) == 1 and lines[0]["type"] == "sm2" and lines[0]["path"] == "json.key" and
	len(lines[0]["key_id"]) == 8 and lines[0]["encrypted"] is False' "$HUFU" key new --json -o json.key
expect "key new -q" 0 '' '' "$HUFU" key new -q -o quiet.key

cp sm2.key before
expect "a key that exists is not overwritten" 3 '' 'sm2.key exists; give --force' "$HUFU" key new -o sm2.key
check "it is as it was" cmp sm2.key before
expect "but with --force" 0 'sm2.key' '' "$HUFU" key new --force -o sm2.key
if cmp -s sm2.key before; then not_ok "it is another key"; else ok "it is another key"; fi
expect "a directory that is not there" 3 '' 'nowhere/x.key.*No such file' "$HUFU" key new -o nowhere/x.key
ln -s target.key link.key
expect "a dangling link is not followed" 3 '' 'exists' "$HUFU" key new -o link.key
check "nothing behind it" test ! -e target.key
check "no temporary files left" test -z "$(find . -name '*.tmp')"

# what others write, each used to sign
: >file
signs_with()
{
	expect "$1" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k "$2" file
}
openssl ecparam -genkey -name SM2 -text -out text.key 2>/dev/null
check "openssl's text dump and parameters come first" grep -q 'BEGIN SM2 PARAMETERS' text.key
signs_with "a dump and parameters before the key" text.key
openssl ec -in text.key -out sec1.key 2>/dev/null
signs_with "openssl ec" sec1.key
openssl genrsa -traditional -out pkcs1.key 2048 2>/dev/null
check "PKCS#1" grep -q 'BEGIN RSA PRIVATE KEY' pkcs1.key
signs_with "PKCS#1" pkcs1.key
openssl req -new -x509 -sm3 -key text.key -subj /CN=x -out text.cert 2>/dev/null
cat text.cert text.key >both.pem
signs_with "a certificate in the same file" both.pem

refused()
{
	local what=$1 pattern=$2 key=$3
	expect "$what" 3 '' "$pattern" "$HUFU" sign --sidecar -k "$key" other
	check "$what: nothing signed" test ! -e other.sig
}
: >other
openssl genpkey -algorithm ed25519 -out ed25519.key 2>/dev/null
openssl genpkey -algorithm x25519 -out x25519.key 2>/dev/null
openssl ecparam -genkey -name secp256k1 -out k1.key 2>/dev/null
openssl pkey -in text.key -pubout -out public.pem 2>/dev/null
: >empty.key
head -c 100 text.key >cut.key
head -c 3000 /dev/urandom >noise.key
head -c 2000000 /dev/zero >large.key
refused "Ed25519 cannot sign digests" 'ed25519.key.*(ED|Ed)25519' ed25519.key
refused "X25519 cannot sign" 'x25519.key.*X25519' x25519.key
refused "a curve the kernel does not know" 'k1.key.*secp256k1' k1.key
refused "a public key" 'public.pem' public.pem
refused "a certificate" 'text.cert' text.cert
refused "an empty file" 'empty.key' empty.key
refused "a truncated file" 'cut.key' cut.key
refused "noise" 'noise.key' noise.key
refused "2 MB of zeros" 'large.key' large.key
refused "a key that is not there" 'nokey: .*No such file' nokey
refused "a directory" '^hufu: \.: ' .
finish
