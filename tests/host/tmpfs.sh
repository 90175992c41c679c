#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file system without FAN_PRE_ACCESS (tmpfs): mappings are judged when a file is opened. And one without extended attributes.
. "$SRC/tests/host/lib.sh"

host_begin "$@"
hufu_keys || exit 1
# The scratch machine again, on tmpfs
mkdir second && mount -t tmpfs -o size=256m tmpfs second && cp -a disk/. second/ || exit 1
scratch_umount && mount --move second disk 2>/dev/null || mount --bind second disk || exit 1
setfattr -n security.ima -v 0x01 disk/etc/passwd 2>/dev/null || skip "needs security.ima on tmpfs (CONFIG_TMPFS_XATTR)"
sign_disk || exit 1
cp ima.der root/etc/hufu/ima.d/
cp disk/usr/bin/id disk/home/imatest/dummy
echo text >disk/home/imatest/plain
printf 'appraise appraise_type=imasig uid=1001 func=BPRM_CHECK\nappraise appraise_type=imasig uid=1001 func=MMAP_CHECK\n' >root/etc/hufu/policy
hufud_start || exit 1
expect "status tells how mappings are judged" 0 'at open' hufu status --json
expect "a signed program runs" 0 imatest scratch_user /usr/bin/id -un
expect "an unsigned one is refused" 126 'not permitted' scratch_user /usr/bin/bash -c /home/imatest/dummy
expect "opening an unsigned ELF file is refused: it could be mapped" 1 EPERM scratch_user /usr/bin/probe open r /home/imatest/dummy
expect "opening another file is not" 0 ok scratch_user /usr/bin/probe open r /home/imatest/plain
expect "writing to an ELF file is not" 0 ok scratch_root /usr/bin/probe open w /home/imatest/dummy
expect_audit "the device of the audit line is tmpfs" 'dev="tmpfs"'
host_end
