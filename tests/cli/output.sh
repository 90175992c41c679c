#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Output that cannot be written, signals, and files that cannot be signed: said, exit code 3 or 1, nothing half-written.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
make_keys
mkdir tree
for ((i = 0; i < 200; i++)); do echo "$i" >"tree/$i"; done

[ -c /dev/full ] || skip "needs /dev/full"
for command in "--help" "sign --help" "cert show ca.pem" "cert show --json ca.pem" "show --sidecar -r tree" "verify --sidecar --json -r --cert ima.der tree"; do
	# shellcheck disable=SC2086 # words of a command
	expect "a full disk: $command" 3 '' '^hufu: standard output: No space left' bash -c '"$@" >/dev/full' - "$HUFU" $command
	# shellcheck disable=SC2086
	expect "no standard output: $command" 3 '' '^hufu: standard output: Bad file' bash -c '"$@" >&-' - "$HUFU" $command
	# shellcheck disable=SC2086
	expect "a reader that goes away: $command" 0 '^3$' '' bash -c '"$@" 2>err2 | true; echo ${PIPESTATUS[0]}; cat err2 >&2' - \
		bash -c 'sleep 0.2; exec "$@"' - "$HUFU" $command
done
expect "no standard input or error" 0 'Test CA' '' bash -c '"$@" <&- 2>&-' - "$HUFU" cert show ca.pem
check "no file was taken for a stream" openssl x509 -in ca.pem -noout

# ---- signals: a run ends at a good place, says what was done, and what is written is whole

# stopped SIGNAL: 2 GB of nothing take longer than it takes to send it
stopped()
{
	local signal=$1
	rm -f slow.sig
	"$HUFU" sign --sidecar -j1 -k ima.key slow tree/* >out 2>err &
	local pid=$! i
	sleep 0.7
	kill -"$signal" $pid
	for ((i = 0; i < 100; i++)); do
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	wait $pid
	code=$?
	if [ "$code" -eq 3 ] && grep -q interrupted err && grep -q '^signed ' out; then ok "SIG$signal"; else
		not_ok "SIG$signal" "exit $code" "$(cat out err)"
	fi
	check "SIG$signal: no signature of half a file" test ! -e slow.sig
	check "SIG$signal: no temporary file" test -z "$(find . -name '.hufu*')"
}
truncate -s 4G slow || skip "needs sparse files of 4 GB"
stopped TERM
stopped HUP
# INT is ignored by what a shell starts in the background: as terminal.sh has it, from a terminal
rm slow

# ---- file systems that do not play along, in a mount namespace of this test

if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	cat >mounted.sh <<'SH'
. "$SRC/tests/cli/lib.sh"
cd "$1" || exit 1
checks=$2
mkdir small ro
mount -t tmpfs -o size=64k none small || exit 99
for ((i = 0; i < 12; i++)); do echo $i >small/$i; done
head -c 100000 /dev/zero >small/fill 2>/dev/null
expect "a full file system" 1 'failed [1-9]' 'No space left' "$HUFU" sign --sidecar -r -k ima.key small
check "nothing is half-written" test -z "$(find small -size 0 -name '*.sig')"
check "nothing is left behind" test -z "$(find small -name '.hufu*')"
umount small
mount -t tmpfs none ro && echo x >ro/file && mount -o remount,ro ro
expect "a read-only file system" 1 'failed 1' 'ro/file: .*read-only' "$HUFU" sign -k ima.key ro/file
expect "a read-only file system, beside" 1 'failed 1' 'ro/file.*read-only' "$HUFU" sign --sidecar -k ima.key ro/file
expect "a key on a read-only file system" 3 '' 'ro/k.*Read-only' "$HUFU" key new -o ro/k
mount --bind /proc small 2>/dev/null
expect "a file system without attributes" 1 'failed 1' 'small/version: ' "$HUFU" sign -k ima.key small/version
umount small
echo $checks $failures >counts
exit 0
SH
	unshare -m --propagation private bash mounted.sh "$scratch" $checks
	read -r checks more <counts || not_ok "the tests on mounted file systems"
	failures=$((failures + more))
else
	echo "# mounted file systems: not tested without root"
fi
finish
