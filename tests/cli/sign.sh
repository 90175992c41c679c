#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sign, verify, show, hash, clear: what they do to files, what they say, and how they end.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3 setfattr getfattr
find_place
make_keys

mkdir -p tree/sub
for name in a b sub/c; do echo "$name" >"tree/$name"; done
ln -s a tree/link
mkfifo tree/pipe
sign=("$HUFU" sign "${place[@]}" -k ima.key --cert ima.der)
verify=("$HUFU" verify "${place[@]}" --cert ima.der)

# ---- sign

expect "a dry run" 0 '^would be signed 3, already right 0, skipped 2, failed 0 \(5 files.*a dry run' '' "${sign[@]}" -r -n tree
check "changes nothing" test -z "$(getfattr -R -d -m "$xattr" tree)"
expect "sign -r" 0 '^signed 3, already right 0, skipped 2, failed 0 \(5 files, 10 bytes, [0-9.]+ s\)$' '' "${sign[@]}" -r tree
expect "again" 0 '^signed 0, already right 3' '' "${sign[@]}" -r -t f -a sm3 tree
expect "again with --force" 0 '^signed 3, already right 0' '' "${sign[@]}" -r --force tree
id=$("$HUFU" cert show --json ima.der | sed 's/.*"key_id":"\([0-9a-f]*\)".*/\1/')
expect "the version 2 header, and the certificate's key id" 0 "=0x030211${id}004[678]30" '' getfattr -e hex -n "$xattr" tree/a
expect "-v says each" 0 'tree/a: already right' '' "${sign[@]}" -v -r tree
check "-v says what is skipped, and why" grep -q 'tree/link: skipped: symbolic link' out
check "-v says the key id" grep -qE '^sm2 key, key id [0-9a-f]{8}, sm3$' out
expect "-q says nothing" 0 '' '' "${sign[@]}" -q -r --force tree
expect "several operands" 0 '^signed 2' '' "${sign[@]}" --force tree/a tree/b
expect_json "sign --json" 0 'len(lines) == 6 and lines[0]["path"] == "tree/a" and lines[0]["state"] == "signed" and
	lines[0]["digest"].startswith("sm3:") and lines[-1]["summary"]["signed"] == 3 and lines[-1]["summary"]["skipped"] == 2' \
	"${sign[@]}" --json -r --force tree
expect "one of them is not there" 1 '^signed 1, already right 0, skipped 0, failed 1 ' 'nowhere: No such file' \
	"${sign[@]}" --force nowhere tree/a
expect "a directory without -r" 1 'failed 1' 'tree: a directory: give --recursive' "${sign[@]}" tree
expect "a link" 1 'failed 1' 'tree/link: a symbolic link' "${sign[@]}" tree/link
expect "a pipe" 1 '*' 'tree/pipe: ' "${sign[@]}" tree/pipe
expect_json "failures in --json" 1 'lines[0]["state"] == "failed" and lines[0]["errno"] == "ENOENT" and
	"No such file" in lines[0]["reason"] and lines[-1]["summary"]["failed"] == 1' "${sign[@]}" --json nowhere tree/a
expect "an SM2 key and sha256" 2 '' 'an SM2 key signs sm3 digests only' "${sign[@]}" -a sha256 tree/a
hufu key new -q -t rsa:2048 -o rsa.key
expect "an RSA key and sm3" 2 '' 'only an SM2 key signs sm3 digests, and this one is rsa' "$HUFU" sign -k rsa.key -a sm3 tree/a
expect "--keyid" 0 'key id 01020304' '' "$HUFU" sign -v --sidecar -k ima.key --keyid 0x01020304 rsa.key
check "it is in the signature" test "$(head -c 7 rsa.key.sig | od -An -tx1 | tr -d ' ')" = 03021101020304
expect "a key that is not the certificate's" 3 '' 'ima.der is not the certificate of rsa.key' \
	"$HUFU" sign "${place[@]}" -k rsa.key --cert ima.der tree/a

# every failure is named, however many there are
mkdir many
for ((i = 0; i < 60; i++)); do echo "many/no$i"; done >list
expect "60 failures" 1 '^signed 0, .*failed 60 ' 'many/no59' "${sign[@]}" --files-from list
check "all of them said" test "$(wc -l <err)" -eq 60

# ---- verify

expect "verify -r" 0 '^verified 3, refused 0, skipped 2, failed 0 ' '' "${verify[@]}" -r tree
echo more >>tree/b
expect "changed" 1 '^tree/b: refused: ' '' "${verify[@]}" -r tree
check "the others are counted" grep -q '^verified 2, refused 1' out
expect "-q still says what is refused" 1 '^tree/b: refused' '' "${verify[@]}" -q -r tree
check "and nothing else" test "$(wc -l <out)" -eq 1
expect_json "verify --json" 1 '[l["state"] for l in lines[:2]] == ["verified", "refused"] and lines[1]["reason"] and
	lines[0]["ima"]["hash"] == "sm3" and lines[-1]["summary"]["refused"] == 1' "${verify[@]}" --json tree/a tree/b
"${sign[@]}" -q tree/b
hufu key new -q -o other.key && hufu cert issue -q --ca ca.pem --ca-key ca.key --key other.key -o other.pem
expect "by a key that is not named" 1 'tree/a: refused: .*key id [0-9a-f]{8}' '' "$HUFU" verify "${place[@]}" --cert other.pem tree/a
expect "several certificates" 0 'verified 1' '' "$HUFU" verify "${place[@]}" --cert other.pem --cert ima.der tree/a
mkdir trust
cp other.pem trust/ && cp ima.der trust/x.der && echo junk >trust/junk.pem && echo notes >trust/README
expect "--trust" 0 'verified 3' 'left out: trust/junk.pem' "$HUFU" verify "${place[@]}" -r --trust trust tree
mkdir empty
expect "--trust without certificates" 3 '' 'empty: no certificate' "$HUFU" verify "${place[@]}" --trust empty tree/a
expect "--trust that is not there" 3 '' 'nowhere: No such file' "$HUFU" verify "${place[@]}" --trust nowhere tree/a
expect "a certificate that is none" 3 '' 'ima.key' "$HUFU" verify "${place[@]}" --cert ima.key tree/a
expect "no signature" 1 'ca.pem: refused: no signature' '' "${verify[@]}" ca.pem
for ((i = 0; i < 30; i++)); do : >many/$i; done
expect "30 refusals" 1 '^many/29: refused: ' '' "${verify[@]}" -r many
check "all of them said, and the summary" test "$(wc -l <out)" -eq 31

# values nobody should have written
bad()
{
	local what=$1 value=$2 pattern=$3
	setfattr -n "$xattr" -v "$value" tree/a
	expect "verify: $what" 1 "tree/a: refused: .*$pattern" '' "${verify[@]}" tree/a
	expect "show: $what" "${4:-1}" '*' '*' "$HUFU" show "${place[@]}" tree/a
}
bad "one byte" 0x03 ''
bad "a header without a signature" 0x030211aabbccdd0046 ''
bad "a length that lies" 0x030211aabbccdd00463044 ''
bad "an unknown algorithm" 0x0302ffaabbccdd000100 ''
bad "version 1" 0x0301aabbccddeeff ''
bad "an unknown type" 0x99aabb ''
bad "a hash is no signature" 0x0411"$(printf '00%.0s' {1..32})" 'no signature, only a hash' 0
if setfattr -n "$xattr" -v "0x$(printf '03%.0s' {1..3000})" tree/a 2>/dev/null; then
	expect "verify: 3000 bytes" 1 'tree/a: refused' '' "${verify[@]}" tree/a
	expect "show: 3000 bytes" 1 '*' 'tree/a: ' "$HUFU" show "${place[@]}" tree/a
fi

# ---- show, hash, clear

"${sign[@]}" -q tree/a
expect "show" 0 '^tree/a: signature version 2, sm3, key id [0-9a-f]{8}, 7[0-2] bytes$' '' "$HUFU" show "${place[@]}" tree/a
expect "show -v: the bytes" 0 'bytes: 30[0-9a-f]+$' '' "$HUFU" show "${place[@]}" -v tree/a
expect_json "show --json" 0 'lines[0]["ima"]["type"] == "signature" and lines[0]["ima"]["version"] == 2 and
	lines[0]["xattr"].startswith("030211" + lines[0]["ima"]["key_id"])' "$HUFU" show "${place[@]}" --json tree/a
expect "hash" 0 '^hashed 1, already right 0' '' "$HUFU" hash "${place[@]}" tree/b
expect "hash again" 0 '^hashed 0, already right 1' '' "$HUFU" hash "${place[@]}" tree/b
check "type 4, algorithm 17" grep -q '=0x0411' <(getfattr -e hex -n "$xattr" tree/b)
expect "show it" 0 '^tree/b: digest sm3:[0-9a-f]{64}$' '' "$HUFU" show "${place[@]}" tree/b
digest=$(openssl dgst -sm3 tree/b | sed 's/.*= //')
check "it is the SM3 of the file" grep -q "sm3:$digest" out
expect "hash -a sha256, -v" 0 "^tree/b: hashed: sha256:$(sha256sum tree/b | cut -c 1-64)\$" '' "$HUFU" hash "${place[@]}" -v -a sha256 tree/b
expect "hash -n -v: only says it" 0 "^tree/b: would be hashed: sm3:$digest" '' "$HUFU" hash "${place[@]}" -v -n tree/b
expect "hash -a sha1: the old form" 0 'hashed 1' '' "$HUFU" hash "${place[@]}" -a sha1 tree/b
expect "show the old form" 0 "digest sha1:$(sha1sum tree/b | cut -c 1-40)" '' "$HUFU" show "${place[@]}" tree/b
expect "an algorithm that is not here" 3 '*' 'streebog256 is not available' "$HUFU" hash "${place[@]}" -a streebog256 tree/a tree/b
expect "clear -n" 0 '^would be cleared 1' '' "$HUFU" clear "${place[@]}" -n tree/b
expect "clear" 0 '^cleared 3, had none 0, skipped 2' '' "$HUFU" clear "${place[@]}" -r tree
expect "clear again" 0 '^cleared 0, had none 3' '' "$HUFU" clear "${place[@]}" -r tree
expect "show: nothing" 0 '^tree/a: nothing there$' '' "$HUFU" show "${place[@]}" tree/a
expect_json "show --json: nothing" 0 'lines[0]["ima"] is None' "$HUFU" show "${place[@]}" --json tree/a

# ---- beside the file

expect "--sidecar" 0 '^signed 3' '' "$HUFU" sign --sidecar -r -k ima.key --cert ima.der tree
check "FILE.sig, the same bytes" test "$(head -c 3 tree/a.sig | od -An -tx1 | tr -d ' ')" = 030211
check "no attribute" test -z "$(getfattr -d -m "$xattr" tree/a)"
expect "the .sig files are left alone" 0 '^signed 0, already right 3' '' "$HUFU" sign --sidecar -r -k ima.key --cert ima.der tree
check "no .sig.sig" test -z "$(find . -name '*.sig.sig')"
expect "verify --sidecar" 0 '^verified 3' '' "$HUFU" verify --sidecar -r --cert ima.der tree
expect "clear --sidecar" 0 '^cleared 3' '' "$HUFU" clear --sidecar -r tree
check "gone" test -z "$(find tree -name '*.sig')"
finish
