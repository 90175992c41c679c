#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Passphrases from a file, a descriptor, the environment; the prompt is in terminal.sh.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need openssl

secret='correct horse 虎符'
printf '%s\n' "$secret" >pass
: >file

expect "key new, from a file" 0 'key id [0-9a-f]{8}, encrypted' '' "$HUFU" key new -o k --passphrase-file pass
check "it is encrypted" grep -qx -- '-----BEGIN ENCRYPTED PRIVATE KEY-----' k
check "600,000 rounds" grep -qE 'INTEGER +:0927C0' <(openssl asn1parse -in k -i)
check "openssl decrypts it" openssl pkey -in k -passin "pass:$secret" -noout
printf '%s' "$secret" >pass.bare
printf '%s\r\n' "$secret" >pass.dos
printf '%s\nanother line\n' "$secret" >pass.two
for form in pass pass.bare pass.dos pass.two; do
	expect "sign, from a file: $form" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k k --passphrase-file $form file
done
export SECRET=$secret WRONG=wrong EMPTY=
expect "from the environment" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k k --passphrase-env SECRET file
expect "from a descriptor" 0 'signed 1' '' bash -c '"$HUFU" sign --sidecar --force -k k --passphrase-fd 7 file 7<pass.two'
expect "from a pipe that stays open" 0 'signed 1' '' bash -c \
	'mkfifo pipe; exec 8<>pipe; cat pass >&8; "$HUFU" sign --sidecar --force -k k --passphrase-fd 8 file'
expect "from a process" 0 'signed 1' '' bash -c '"$HUFU" sign --sidecar --force -k k --passphrase-file <(cat pass) file'

refused()
{
	local what=$1 pattern=$2
	shift 2
	rm -f file.sig
	expect "$what" 3 '' "$pattern" "$HUFU" sign --sidecar -k k "$@" file
	check "$what: one line" test "$(wc -l <err)" -eq 1
	check "$what: nothing signed" test ! -e file.sig
}
refused "wrong" 'k: .*passphrase' --passphrase-env WRONG
refused "empty" 'k: .*passphrase' --passphrase-env EMPTY
refused "no such variable" 'no environment variable NOPE' --passphrase-env NOPE
refused "no such file" 'nofile: No such file' --passphrase-file nofile
refused "no such descriptor" 'descriptor 99: Bad file' --passphrase-fd 99
head -c 5000 /dev/zero | tr '\0' x >pass.long
refused "longer than any" 'longer than 1024 bytes' --passphrase-file pass.long
printf 'a\0b\n' >pass.nul
refused "a NUL byte" 'NUL byte' --passphrase-file pass.nul
mkdir dir
refused "a directory" 'dir: Is a directory' --passphrase-file dir
expect "no terminal to ask on" 3 '' 'no terminal to ask on: give --passphrase-file' setsid -w "$HUFU" sign --sidecar -k k file

not_made()
{
	local what=$1 pattern=$2
	shift 2
	expect "$what" 3 '' "$pattern" setsid -w "$HUFU" key new -o new "$@"
	check "$what: no key" test -z "$(find . -name 'new*')"
}
not_made "key new, empty" 'an empty passphrase protects nothing' --passphrase-env EMPTY
not_made "key new, an empty file" 'an empty passphrase' --passphrase-file file
not_made "key new, no terminal" 'no terminal' --passphrase-prompt
not_made "key new, too long" 'longer than 1024' --passphrase-file pass.long
head -c 1024 /dev/zero | tr '\0' y >pass.most
expect "1024 bytes fit" 0 'encrypted' '' "$HUFU" key new -o most --passphrase-file pass.most
expect "and open it" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k most --passphrase-file pass.most file

# both keys of `cert issue` with one line from a descriptor
expect "an encrypted authority" 0 '^ca.pem' '' "$HUFU" cert ca --key k --passphrase-env SECRET -o ca.pem
expect "the leaf" 0 '^leaf.pem' '' bash -c \
	'"$HUFU" key new -q -o leaf.key --passphrase-env SECRET &&
	 "$HUFU" cert issue --ca ca.pem --ca-key k --key leaf.key -o leaf.pem --passphrase-fd 7 7<pass'

# what openssl encrypts
openssl ecparam -genkey -name SM2 -noout -out plain.key 2>/dev/null
openssl pkcs8 -topk8 -in plain.key -out pkcs8.key -passout "pass:$secret" 2>/dev/null
openssl genrsa 2>/dev/null | openssl rsa -traditional -aes128 -passout "pass:$secret" -out old.key 2>/dev/null
expect "PKCS#8 by openssl" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k pkcs8.key --passphrase-file pass file
expect "the old PEM encryption" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k old.key --passphrase-file pass file
finish
