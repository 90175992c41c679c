# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tests/vm/compare does on this machine, in a mount namespace of its own; $1: compare.sh; $2: prepare or run.
# shellcheck source=tests/vm/guest/compare.sh
. "$1"

mount -t tmpfs -o mode=755 hufu-compare "$MNT" || exit 1
[ "$2" = run ] || {
	compare_prepare
	exit
}
root=$OUT/../root
stop()
{
	[ -z "${hufud_pid-}" ] || kill "$hufud_pid"
	for _ in $(seq 50); do
		kill -0 "${hufud_pid:-0}" 2>/dev/null || break
		sleep 0.1
	done
	for case in $(cases); do
		umount "$MNT/$case"
	done
}
mkdir -p "$OUT" "$root"
compare_mount || exit 1
trap stop EXIT
compare_hufud "$root" || exit 1
compare_run
"$HUFU" --run-dir "$HUFUD_RUN" status --json >"$OUT/../status.json"
