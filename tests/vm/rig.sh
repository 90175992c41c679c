#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The rig when things are missing or go wrong: a clear message, a skip that names what is missing, nothing left over.
# Needs BUILD, the build directory.
set -u

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd) || exit 1
tmp=$(mktemp -d "${TMPDIR:-/tmp}/hufu-rig.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$tmp"' EXIT
hufu=$BUILD/src/cli/hufu
checks=0
failures=0

# says NAME CODE TEXT COMMAND...: exit code, and a line that holds TEXT
says()
{
	local name=$1 code=$2 text=$3 rc
	shift 3
	timeout -k 5 120 "$@" >"$tmp/said" 2>&1 </dev/null
	rc=$?
	checks=$((checks + 1))
	if [ $rc -eq "$code" ] && grep -Fq -- "$text" "$tmp/said"; then
		echo "ok $checks - $name"
		return
	fi
	failures=$((failures + 1))
	printf 'not ok %d - %s: exit code %d, wanted %d and: %s\n' $checks "$name" $rc "$code" "$text"
	sed 's/^/   /' "$tmp/said"
}

nothing_left()
{
	checks=$((checks + 1))
	for _ in $(seq 50); do
		if ! pgrep -f "$tmp/machine" >/dev/null && [ -z "$(ls -A "$tmp/machine")" ]; then
			echo "ok $checks - $1"
			return
		fi
		sleep 0.1
	done
	failures=$((failures + 1))
	echo "not ok $checks - $1"
	pgrep -af "$tmp/machine"
	ls "$tmp/machine"
}

# A machine with just what stands here.
mkdir "$tmp/bin" "$tmp/cache" "$tmp/machine"
for name in bash cat sed dirname readlink mktemp rm seq sleep cpio gzip busybox mke2fs tail sha256sum cut awk gcc dpkg-query mkdir grep env make; do
	ln -s "$(type -P $name)" "$tmp/bin/$name" 2>/dev/null
done
says 'without qemu' 77 'needs qemu-system-x86_64' env PATH="$tmp/bin" "$tmp/bin/bash" "$here/run" --build "$BUILD" hello
says 'without what builds a kernel' 77 'needs bc' env PATH="$tmp/bin" HUFU_CACHE="$tmp/cache" "$tmp/bin/bash" "$here/kernel" reference "$hufu"
says 'without the source' 77 'package linux-source-6.1' env HUFU_CACHE="$tmp/cache" HUFU_KERNEL_SOURCE="$tmp/none.tar.xz" "$here/kernel" reference "$hufu"
mkdir "$tmp/other"
printf 'VERSION = 6\nPATCHLEVEL = 12\n' >"$tmp/other/Makefile"
tar -cJf "$tmp/other.tar.xz" -C "$tmp" other
says 'another source' 1 'no Linux 6.1' env HUFU_CACHE="$tmp/cache" HUFU_KERNEL_SOURCE="$tmp/other.tar.xz" "$here/kernel" reference "$hufu"
head -c 1000 "$tmp/other.tar.xz" >"$tmp/cut.tar.xz"
truncate -s -9 "$tmp/cut.tar.xz"
says 'a source that is cut off' 1 'cannot unpack' env HUFU_CACHE="$tmp/cache" HUFU_KERNEL_SOURCE="$tmp/cut.tar.xz" "$here/kernel" reference "$hufu"
checks=$((checks + 1))
if find "$tmp/cache" -name 'making.*' | grep -q .; then
	failures=$((failures + 1))
	echo "not ok $checks - nothing half-made is left"
else
	echo "ok $checks - nothing half-made is left"
fi
says 'no such scenario' 1 'no-such' "$here/run" --build "$BUILD" no-such
says 'no such kernel' 2 'no such kernel' "$here/kernel" other "$hufu"
says 'an option that is none' 2 'unknown option' "$here/run" --what
says 'nothing to run' 2 'no scenario' "$here/run" --build "$BUILD"
says 'no build' 1 'no hufu in' "$here/run" --build "$tmp" hello

# The rest boots, so it needs all that the rig needs.
"$here/kernel" reference "$hufu" >/dev/null 2>"$tmp/why" || {
	rc=$?
	tail -n 1 "$tmp/why"
	exit $rc
}
command -v qemu-system-x86_64 >/dev/null || {
	echo "needs qemu-system-x86_64 (package qemu-system-x86)"
	exit 77
}
export TMPDIR=$tmp/machine
says 'a machine that does not boot' 1 'ended without results' "$here/run" --build "$BUILD" --append rdinit=/nothing hello
nothing_left 'nothing is left of it'
says 'a scenario that hangs' 124 'hanging' "$here/run" --build "$BUILD" --seconds 2 hang
nothing_left 'nothing is left of that'
for signal in TERM KILL; do
	"$here/run" --build "$BUILD" --tpm --seconds 60 hang >/dev/null 2>&1 &
	pid=$!
	for _ in $(seq 100); do
		! pgrep -f "qemu.*$tmp/machine" >/dev/null || break
		sleep 0.1
	done
	kill -$signal $pid
	wait $pid 2>/dev/null
	[ $signal = TERM ] || rm -rf --one-file-system "$tmp"/machine/* # what a killed script cannot do itself
	nothing_left "nothing is left running after SIG$signal"
done
echo "$checks checks, $failures failed"
[ $failures -eq 0 ]
