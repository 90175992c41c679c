#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Certificates: what hufu makes passes `openssl verify`; what the openssl commands of the well-known recipe make is taken.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need openssl python3

id=1234567812345678

# ---- by hufu, checked by openssl

for type in sm2 rsa:2048 ecdsa-p256 ecdsa-p384; do
	t=${type%:*}
	hufu key new -q -t "$type" -o "ca-$t.key" && hufu key new -q -t "$type" -o "$t.key"
	expect "$t: cert ca" 0 "^ca-$t.pem: CA, .* certificate of .*Test CA.*, key id [0-9a-f]{8}, until " '' \
		"$HUFU" cert ca --key "ca-$t.key" --subject "Test CA" -o "ca-$t.pem"
	expect "$t: cert issue" 0 "^$t.pem: .* certificate of .*Signer" '' "$HUFU" cert issue --ca "ca-$t.pem" \
		--ca-key "ca-$t.key" --key "$t.key" --subject /C=CN/O=Test/CN=Signer -o "$t.pem"
	vfyopt=()
	[ "$t" != sm2 ] || vfyopt=(-vfyopt "distid:$id")
	check "$t: openssl verify" openssl verify -x509_strict "${vfyopt[@]}" -CAfile "ca-$t.pem" "$t.pem"
	openssl x509 -in "ca-$t.pem" -noout -text >ca.text
	openssl x509 -in "$t.pem" -noout -text >text
	check "$t: CA:TRUE, critical" grep -A1 'Basic Constraints: critical' ca.text
	check "$t: CA" grep -q 'CA:TRUE' ca.text
	check "$t: keyCertSign" grep -q 'Certificate Sign' ca.text
	check "$t: leaf" grep -q 'CA:FALSE' text
	check "$t: digitalSignature" grep -q 'Digital Signature' text
	check "$t: its AKI is the CA's SKI" test "$(sed -n '/Authority Key/{n;s/ *\(keyid:\)\?//;p}' text)" = \
		"$(sed -n '/Subject Key/{n;s/ *//;p}' ca.text)"
	expect "$t: nothing odd" 0 'usage +digitalSignature' '' "$HUFU" cert show "$t.pem"
	if grep -q warning out; then not_ok "$t: no warning" "$(cat out)"; else ok "$t: no warning"; fi
done

expect "--der" 0 '' '' "$HUFU" cert issue -q --ca ca-sm2.pem --ca-key ca-sm2.key --key sm2.key --der -o sm2.der
check "it is DER" openssl x509 -inform DER -in sm2.der -noout
check "0644" test "$(stat -c %a sm2.der)" = 644
expect "mixed: an SM2 authority, an RSA signer" 0 'rsa certificate' '' "$HUFU" cert issue --ca ca-sm2.pem --ca-key ca-sm2.key \
	--key rsa.key -o mixed.pem
check "mixed: openssl verify" openssl verify -vfyopt "distid:$id" -CAfile ca-sm2.pem mixed.pem
expect "another distid" 0 '' '' "$HUFU" cert issue -q --ca ca-sm2.pem --ca-key ca-sm2.key --key sm2.key --distid other \
	-o distid.pem
check "another distid: openssl" openssl verify -vfyopt distid:other -CAfile ca-sm2.pem distid.pem
if openssl verify -vfyopt "distid:$id" -CAfile ca-sm2.pem distid.pem >/dev/null 2>&1; then
	not_ok "another distid: not with the usual one"
else ok "another distid: not with the usual one"; fi
expect "--days" 0 '' '' "$HUFU" cert issue -q --ca ca-sm2.pem --ca-key ca-sm2.key --key sm2.key --days 2 -o days.pem
check "--days 2: not after a day" openssl x509 -in days.pem -noout -checkend 86400
if openssl x509 -in days.pem -noout -checkend 172900 >/dev/null; then not_ok "--days 2: after two"; else ok "--days 2: after two"; fi

# a request by openssl
openssl req -new -sm3 -sigopt "distid:$id" -key sm2.key -subj /O=Req/CN=fromcsr -out r.csr 2>/dev/null
expect "from a request" 0 'CN=fromcsr' '' "$HUFU" cert issue --ca ca-sm2.pem --ca-key ca-sm2.key --csr r.csr -o csr.pem
check "from a request: openssl verify" openssl verify -vfyopt "distid:$id" -CAfile ca-sm2.pem csr.pem
openssl req -in r.csr -outform DER -out r.der
printf '\x01' | dd of=r.der bs=1 seek=$(($(stat -c %s r.der) - 1)) conv=notrunc status=none
expect "a request whose signature is bad" 3 '' 'r.der' "$HUFU" cert issue --ca ca-sm2.pem --ca-key ca-sm2.key --csr r.der -o bad.pem
check "no certificate" test ! -e bad.pem
expect "an authority's key that is not its own" 3 '' 'do not belong together' "$HUFU" cert issue --ca ca-sm2.pem \
	--ca-key sm2.key --key sm2.key -o bad.pem
expect "a certificate that exists" 3 '' 'exists; give --force' "$HUFU" cert ca --key ca-sm2.key -o ca-sm2.pem
expect "a bad subject" 3 '*' 'subject' "$HUFU" cert ca --key ca-sm2.key --subject /no-equals -o bad.pem

# ---- by the recipe, taken by hufu

cat >genkey.conf <<'CONF'
[ req ]
distinguished_name = req_distinguished_name
prompt = no
string_mask = utf8only
x509_extensions = v3_ca

[ req_distinguished_name ]
O = IMA-CA
CN = IMA/EVM certificate signing key
emailAddress = ca@ima-ca

[ v3_ca ]
basicConstraints=CA:FALSE
keyUsage=digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
CONF
{
	openssl ecparam -genkey -name SM2 -text -out rca.key
	openssl req -new -x509 -sm3 -sigopt "distid:$id" -config genkey.conf -key rca.key -out rca.cert
	openssl ecparam -genkey -name SM2 -text -out rsm2.key
	openssl req -new -sm3 -sigopt "distid:$id" -config genkey.conf -key rsm2.key -out rsm2.csr
	openssl x509 -req -in rsm2.csr -CA rca.cert -CAkey rca.key -CAcreateserial -sm3 -sigopt "distid:$id" \
		-vfyopt "distid:$id" -extfile genkey.conf -extensions v3_ca -days 365 -out rsm2.cert
	openssl x509 -in rsm2.cert -outform DER -out rsm2.der
} >recipe.log 2>&1 || not_ok "the recipe's openssl commands" "$(cat recipe.log)"
expect "the recipe's CA is shown, and what is odd" 0 'warning +self-signed yet CA:FALSE' '' "$HUFU" cert show rca.cert
expect "the recipe's leaf" 0 'key id +[0-9a-f]{8}' '' "$HUFU" cert show rsm2.cert rsm2.der
: >file
expect "signing with both" 0 'signed 1' '' "$HUFU" sign --sidecar -k rsm2.key --cert rsm2.cert file
expect "and the key id without the certificate is the same" 0 'already right 1' '' "$HUFU" sign --sidecar -k rsm2.key file
expect "verifying" 0 'verified 1' '' "$HUFU" verify --sidecar --cert rsm2.der file
expect "issuing under the odd CA" 0 'certificate' 'warning: rca.cert is no CA by its own words .CA:FALSE, no keyCertSign.' "$HUFU" cert issue --ca rca.cert --ca-key rca.key --csr rsm2.csr -o under.pem
expect "a certificate of another key" 3 '' 'rsm2.cert is not the certificate of sm2.key' "$HUFU" sign --sidecar -k sm2.key \
	--cert rsm2.cert file
expect "signing with the odd CA warns" 0 'signed 1' 'warning: rca.cert: self-signed yet CA:FALSE' "$HUFU" sign --sidecar --force \
	-k rca.key --cert rca.cert file
expect "-q: no warning" 0 '' '' "$HUFU" sign -q --sidecar --force -k rca.key --cert rca.cert file

# ---- show

expect_json "cert show --json" 0 'len(lines) == 2 and lines[0]["ca"] and not lines[1]["ca"] and lines[1]["digital_signature"] and
	lines[1]["aki"] == lines[0]["ski"] and lines[1]["ski"].endswith(lines[1]["key_id"]) and not lines[1]["warnings"]' \
	"$HUFU" cert show --json ca-sm2.pem sm2.pem
openssl req -new -x509 -key rsa.key -subj /CN=noski -out noski.pem -addext subjectKeyIdentifier=none 2>/dev/null
expect "no SKI" 0 'warning +no subjectKeyIdentifier' '' "$HUFU" cert show noski.pem
openssl req -new -x509 -key rsa.key -subj "/CN=$(printf 'evil\033[2J\nname')" -utf8 -out evil.pem 2>/dev/null
expect "names cannot move the cursor" 0 'evil' '' "$HUFU" cert show evil.pem
if grep -q "$(printf '\033')" out; then not_ok "no escape sequence comes through"; else ok "no escape sequence comes through"; fi
openssl x509 -in sm2.pem -outform DER | head -c 200 >cut.der
: >empty
head -c 70000 /dev/zero >large
for bad in cut.der empty large sm2.key nofile; do
	expect "cert show $bad" 3 '' "^hufu: $bad" "$HUFU" cert show "$bad"
done
expect "one bad, one good" 3 '^sm2.pem' '^hufu: empty' "$HUFU" cert show empty sm2.pem
finish
