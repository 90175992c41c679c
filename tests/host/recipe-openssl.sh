#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recipe with keys and certificates made by the well-known openssl commands, whose CA says CA:FALSE and whose key file begins
# with a text dump.
. "$SRC/tests/host/lib.sh"
. "$SRC/tests/host/recipe-body.sh"

openssl_keys()
{
	cat >genkey.conf <<'TXT'
[ req ]
distinguished_name = req_distinguished_name
prompt = no
string_mask = utf8only
x509_extensions = v3_ca

[ req_distinguished_name ]
O = IMA-CA
CN = IMA signing key
emailAddress = ca@ima-ca

[ v3_ca ]
basicConstraints=CA:FALSE
keyUsage=digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
TXT
	openssl ecparam -genkey -name SM2 -text -out ca.key &&
		openssl req -new -x509 -sm3 -sigopt distid:1234567812345678 -config genkey.conf -key ca.key -days 365 -out ca.cert &&
		openssl ecparam -genkey -name SM2 -text -out ima.key &&
		openssl req -new -sm3 -sigopt distid:1234567812345678 -config genkey.conf -key ima.key -out ima.csr &&
		openssl x509 -req -in ima.csr -CA ca.cert -CAkey ca.key -CAcreateserial -sm3 -sigopt distid:1234567812345678 \
			-vfyopt distid:1234567812345678 -extfile genkey.conf -extensions v3_ca -days 365 -out ima.cert &&
		openssl x509 -in ima.cert -outform DER -out ima.der &&
		cp ca.cert root/etc/hufu/trust.d/ca.pem
}

host_begin "$@"
openssl_keys >openssl.log 2>&1 || {
	cat openssl.log
	exit 1
}
other_keys || exit 1
run_recipe
if grep -q 'is no CA by its own words' hufud.err; then
	ok "the odd root is taken, and said to be odd"
else
	not_ok "the odd root is taken, and said to be odd" "$(head -n 5 hufud.err)"
fi
host_end
