#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which accesses a rule sees: each way to open, to map and to execute, by what the task's system call says.
. "$SRC/tests/host/lib.sh"

host_begin "$@"
hufu_keys || exit 1
sign_disk || exit 1
echo data >disk/home/imatest/plain
echo data >disk/home/imatest/signed
chmod 0666 disk/home/imatest/plain disk/home/imatest/signed
cp disk/usr/bin/id disk/home/imatest/dummy
hufu sign -q -k ima.key --cert ima.der disk/home/imatest/signed
cp ima.der root/etc/hufu/ima.d/
hufud_start || exit 1

probe()
{
	scratch_user /usr/bin/probe "$@"
}

# Rules are appended by a second load, as in the kernel; a fresh set needs a replacing one.
policy()
{
	cat >policy
	hufu policy load --replace policy >policy.said || {
		cat policy.said
		exit 1
	}
}

plain=/home/imatest/plain
policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_READ
TXT
expect "mask=MAY_READ: open for reading is refused" 1 EPERM probe open r $plain
expect "mask=MAY_READ: a signed file is opened" 0 ok probe open r /home/imatest/signed
expect "mask=MAY_READ is exact: not O_RDWR" 0 ok probe open rw $plain
expect "mask=MAY_READ: not O_WRONLY" 0 ok probe open w $plain
expect "openat2, whose flags are in memory, is taken at its widest" 1 EPERM probe openat2 r $plain
expect "root is not named" 0 '' scratch_root /usr/bin/cat $plain

policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=^MAY_WRITE
TXT
expect "mask=^MAY_WRITE: O_WRONLY is refused" 1 EPERM probe open w $plain
expect "mask=^MAY_WRITE: O_RDWR is refused" 1 EPERM probe open rw $plain
expect "mask=^MAY_WRITE: O_APPEND is refused" 1 EPERM probe open wa $plain
expect "mask=^MAY_WRITE: creat is refused" 1 EPERM probe creat - $plain
expect "mask=^MAY_WRITE: reading is not" 0 ok probe open r $plain
expect "what was refused is not truncated" 0 data cat disk$plain

policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_APPEND
TXT
expect "mask=MAY_APPEND is exact: not write and append" 0 ok probe open wa $plain

policy <<'TXT'
appraise appraise_type=imasig func=FILE_CHECK mask=^MAY_READ fowner=1001
TXT
chown 1001 disk$plain
expect "fowner: the owner's file is refused, to root too" 1 'not permitted' scratch_root /usr/bin/cat $plain
chown 0 disk$plain
expect "fowner: another's file is not" 0 '' scratch_root /usr/bin/cat $plain

policy <<'TXT'
dont_appraise fsname=ext4
appraise appraise_type=imasig uid=1001
TXT
expect "a dont_ rule before ends the class" 0 ok probe open r $plain
policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_READ fsmagic=0xef53
dont_appraise fsname=ext4
TXT
expect "fsmagic: ext4 is seen; a dont_ rule after comes too late" 1 EPERM probe open r $plain
uuid=$(blkid -s UUID -o value disk.img)
policy <<TXT
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_READ fsuuid=$uuid
TXT
expect "fsuuid: this file system's" 1 EPERM probe open r $plain
policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_READ fsuuid=00000000-0000-0000-0000-000000000001
TXT
expect "fsuuid: another's" 0 ok probe open r $plain

policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=MMAP_CHECK
TXT
if exact_mmap; then
	expect "mmap with PROT_EXEC is refused" 1 EPERM probe mmap rx $plain
	expect "mmap without it is not" 0 ok probe mmap r $plain
	expect "reading is not" 0 ok probe read - $plain
	expect "READ_IMPLIES_EXEC makes a readable mapping executable" 1 EPERM probe implied - $plain
else
	expect "before 6.14 an ELF file is judged when it is opened" 1 EPERM probe mmap rx /home/imatest/dummy
	expect "one that is not ELF is not" 0 ok probe mmap rx $plain
fi
expect "a signed file is mapped" 0 ok probe mmap rx /usr/bin/id

policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=BPRM_CHECK
TXT
setfattr -x security.ima disk/usr/lib64/ld-linux-x86-64.so.2 2>/dev/null
hufu clear -q -r disk/usr/lib disk/usr/lib64
expect "BPRM_CHECK does not ask of the ELF interpreter and libraries" 0 imatest scratch_user /usr/bin/id -un
expect "execve of an unsigned program" 1 EPERM probe exec - /home/imatest/dummy
expect "execveat with AT_EMPTY_PATH of an unsigned program" 1 EPERM probe fexecve - /home/imatest/dummy
expect "execve of a signed program" 0 '' probe exec - /usr/bin/id
expect "a program after an exec that failed half way is still a program" 1 EPERM probe e2big - /home/imatest/dummy
expect "reading it is nobody's business" 0 ok probe open r /home/imatest/dummy
host_end
