#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What makes no sense is exit code 2, one line on standard error, nothing on standard output, and nothing done.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

misuse()
{
	local what=$1 pattern=$2
	shift 2
	expect "$what" 2 '' "$pattern" "$HUFU" "$@"
	if [ "$(wc -l <err)" -eq 1 ] && grep -q '^hufu: ' err; then ok "$what: one line"; else not_ok "$what: one line" "$(cat err)"; fi
}

misuse "unknown command" "'sgin' is no command: did you mean 'sign'\\?" sgin
misuse "unknown command, nothing near" "'xyzzy' is no command: see hufu --help" xyzzy
misuse "unknown second word" "did you mean 'key new'\\?" key nwe
misuse "unknown first word of two" "did you mean 'policy'\\?" polcy check
misuse "half a command" "key: which of its commands" key
misuse "an empty command" "is no command" ""
misuse "unknown option of the program" "did you mean --version" --versoin
misuse "a command's option before the command" "unknown option --json: see hufu --help" --json status
misuse "a control character in a command" 'a\\x1b\[31mb' "$(printf 'a\033[31mb')"
misuse "a newline in an option" 'unknown option --a\\nb' "$(printf -- '--a\nb')"
misuse "near option" "did you mean --recursive" sign --recusrive x
misuse "unknown letter" "unknown option -z" sign -z
misuse "value missing" "--key wants a value, KEY" sign -k
misuse "value not wanted" "--recursive takes no value" sign --recursive=yes -k K x
misuse "given twice" "given twice: a and b" sign -k a -k b x
misuse "needed option missing" "--key KEY is needed" sign x
misuse "no files" "which files" sign -k K
misuse "bad number" "from 1 to 1024, not '0'" sign -k K -j 0 x
misuse "bad key id" "eight hex digits" sign -k K --keyid 123 x
misuse "unknown digest" "no algorithm is called 'sm4'" sign -k K -a sm4 x
misuse "only regular files" "the one type is f" sign -k K -t d x
misuse "two key ids" "give one" sign -k K --cert C --keyid 00000001 x
misuse "two passphrases" "one way only" sign -k K --passphrase-file F --passphrase-env E x
misuse "two places" "give one" sign -k K --sidecar --xattr-user x
misuse "-0 without a list" "which is not given" sign -k K -0 x
misuse "verify without a signer" "whose signatures are good" verify x
misuse "key type" "there is no key type 'dsa'" key new -t dsa -o k
misuse "key to standard output" "goes into a file" key new -o -
misuse "certificate for nothing" "give one" cert issue --ca C --ca-key K -o X
misuse "certificate for two things" "give one" cert issue --ca C --ca-key K --key K --csr R -o X
misuse "operands missing" "operands are missing: hufu cert show" cert show
misuse "operands missing" "operands are missing: hufu keyring remove" keyring remove .ima
misuse "an operand too many" "extra is one operand too many" status extra
misuse "no keyring" "bogus is no keyring; there are \\.builtin_trusted_keys .* \\.blacklist" keyring list bogus
misuse "no keyring to add to" "is no keyring" keyring add bogus x
misuse "nothing to blacklist" "tbs:HEX or bin:HEX" keyring add .blacklist
misuse "tables of another kind" "bash or json" --print-tables=xml

if [ -z "$(find . -type f ! -name out ! -name err)" ]; then ok "nothing was made"; else not_ok "nothing was made" "$(find .)"; fi

# No daemon: exit code 3, and what to do.
for command in "status" "policy show" "keyring list" "keyring list .ima" "keyring remove .ima 00000001"; do
	# shellcheck disable=SC2086 # words of a command
	expect "no daemon: $command" 3 '' 'no hufud answers at .*/nowhere/run/hufu/control: .*systemctl start hufud' \
		"$HUFU" $command --root "$scratch/nowhere"
done
expect "no daemon, options before the command" 3 '' "no hufud answers at $scratch/run/control" "$HUFU" --run-dir "$scratch/run" status
mkdir run && : >run/control
expect "something else is there" 3 '' 'no hufud answers' "$HUFU" --run-dir run status
expect "no list" 3 '' 'nowhere/run/hufu/ima/binary_runtime_measurements: No such file' "$HUFU" log verify --root "$scratch/nowhere"
finish
