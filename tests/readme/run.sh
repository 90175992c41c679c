#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recipe of the README does what it says, pasted as it stands; and the one of README.zh-CN.md is the same. Runs in a private
# mount namespace with empty /mnt, /run and /etc/hufu.
set -u
: "${SRC:?the source tree}" "${HUFU:?the program}" "${HUFUD:?the daemon}"

skip()
{
	echo "skipped: $*"
	exit 77
}

# The fenced blocks between two headings, without what comments say in either language.
recipe_of()
{
	awk -v from="$2" -v to="$3" '$0 == from { on = 1 } $0 == to { on = 0 }
		on && /^```/ { in_block = !in_block; next } on && in_block' "$1"
}

if [ -z "${README_INSIDE-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip "needs root: for a mount namespace, a loop device and fanotify"
	[ -e /dev/loop-control ] || skip "needs loop devices"
	[ -e /dev/fuse ] || skip "needs /dev/fuse"
	README_INSIDE=1 exec unshare --mount --propagation private --kill-child -- "$BASH" "$0"
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/hufu-readme.XXXXXX") || exit 1
made_etc=
if [ ! -e /etc/hufu ]; then
	mkdir /etc/hufu || exit 1
	made_etc=1
fi
cleanup()
{
	cd /
	# What the recipe started is killed with this process; its mounts end with the namespace.
	[ -z "${daemon-}" ] || kill -KILL "$daemon" 2>/dev/null
	umount -l /mnt /etc/hufu 2>/dev/null
	[ -z "$made_etc" ] || rmdir /etc/hufu 2>/dev/null
	rm -rf --one-file-system "$dir"
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP
mount -t tmpfs none /run && mount -t tmpfs none /etc/hufu || exit 1

cd "$dir" || exit 1
recipe_of "$SRC/README.md" '## The recipe' '## What it does not do' >recipe
recipe_of "$SRC/README.zh-CN.md" '## 完整流程' '## 做不到的事' >recipe.zh
same=1
diff <(sed 's/ *# .*//' recipe) <(sed 's/ *# .*//' recipe.zh) || same=
if [ -z "$same" ] || [ "$(wc -l <recipe)" -lt 30 ]; then
	echo "not ok 1 - both READMEs have the same recipe"
	exit 1
fi
echo "ok 1 - both READMEs have the same recipe"

# Every line has to succeed, but for the one that says what it is refused with.
{
	echo "set -e"
	sed -E 's/^(.*[^ ]) *# Operation not permitted$/if \1; then echo "was not refused"; exit 1; fi/' recipe
} >script
mkdir bin
ln -s "$HUFU" bin/hufu
ln -s "$HUFUD" bin/hufud
PATH=$dir/bin:$PATH timeout 100 bash script >said 2>&1
code=$?
daemon=$(cat /run/hufu/hufud.lock 2>/dev/null)
n=1
expect()
{
	n=$((n + 1))
	if grep -qE -- "$2" said; then echo "ok $n - $1"; else
		echo "not ok $n - $1: nothing that looks like $2"
		code=1
	fi
}
expect "the copy is refused" 'copy: Operation not permitted'
expect "with the kernel's words" 'op=appraise_data cause=IMA-signature-required comm=.* name="/mnt/bin/copy"'
expect "id runs as 1001" '^uid=1001'
expect "and is measured with its signature" '^10 [0-9a-f]{40} ima-sig sm3:[0-9a-f]{64} /mnt/bin/id 030211'
expect "the second certificate is taken" '^\.ima: added Example: Second, key id [0-9a-f]{8}, serial [0-9a-f]{8}'
expect "rules are appended" '^dont_measure fsmagic=0x1021994'
if [ "$code" -ne 0 ]; then
	echo "not ok $((n + 1)) - the recipe ends in order: exit code $code"
	sed 's/^/# /' said
	exit 1
fi
echo "ok $((n + 1)) - the recipe ends in order"
