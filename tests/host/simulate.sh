#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `hufu policy simulate` says of a tree is what hufud does there: every file is executed, mapped and read as the user, and each
# errno is compared with what was foretold; so is what was measured.
. "$SRC/tests/host/lib.sh"
command -v python3 >/dev/null || skip "needs python3"
command -v cc >/dev/null || skip "needs cc"

host_begin "$@"
hufu_keys && other_keys || exit 1
scratch_program timeout || exit 1
sign_disk || exit 1
t=disk/t
kinds='signed unsigned altered stranger hashed sha256 misfit garbage'
types='dynamic static library script data empty plain setuid unreadable closed'

# elf FILE CC-ARG...: a small program that ends at once
elf()
{
	local file=$1
	shift
	cc -w -O1 -o "$file" "$@" || exit 1
}

make_sources()
{
	cat >static.c <<'TXT'
void _start(void)
{
	__asm__ volatile("syscall" : : "a"(60), "D"(0));
	__builtin_unreachable();
}
TXT
	echo 'int answer(void) { return 42; }' >library.c
	echo 'int main(void) { return 0; }' >dynamic.c
	elf static -static -nostdlib static.c
	elf library -shared -fPIC -nostdlib library.c
	elf dynamic dynamic.c
}

# base TYPE FILE: what a file of this type is before it is labelled
base()
{
	case $1 in
	dynamic | setuid | unreadable | closed | plain) cp dynamic "$2" ;;
	static) cp static "$2" ;;
	library) cp library "$2" ;;
	script) printf '#!/usr/bin/cat\n%s\n' "$2" >"$2" ;;
	data) echo "$2" >"$2" ;;
	empty) : >"$2" ;;
	esac
}

mode()
{
	case $1 in
	setuid) echo 4755 ;;
	unreadable) echo 0711 ;;
	closed) echo 0700 ;;
	data | plain | library) echo 0644 ;;
	*) echo 0755 ;;
	esac
}

label()
{
	case $1 in
	signed) hufu sign -q -k ima.key --cert ima.der "$2" ;;
	altered) hufu sign -q -k ima.key --cert ima.der "$2" && printf x >>"$2" ;;
	stranger) hufu sign -q -k other.key --cert other.der "$2" ;;
	hashed) hufu hash -q -a sm3 "$2" ;;
	sha256) hufu hash -q -a sha256 "$2" ;;
	misfit) hufu hash -q -a sha256 "$2" && printf x >>"$2" ;;
	garbage) setfattr -n security.ima -v 0x0302110102 "$2" ;;
	unsigned) true ;;
	esac || exit 1
}

# script FILE INTERPRETER [KIND]
script()
{
	printf '#!%s\n%s\n' "$2" "$1" >"$1"
	chmod 0755 "$1"
	label "${3-signed}" "$1"
}

make_scripts()
{
	local kind i
	for kind in $kinds; do
		script "$t/by-$kind" "/t/$kind/dynamic"
		elf "$t/loaded-by-$kind" -Wl,--dynamic-linker="/t/loader-$kind" dynamic.c
		label signed "$t/loaded-by-$kind"
		cp -L disk/lib64/ld-linux-x86-64.so.2 "$t/loader-$kind"
		setfattr -x security.ima "$t/loader-$kind" 2>/dev/null
		label "$kind" "$t/loader-$kind"
	done
	script "$t/nest-1" /usr/bin/cat
	for i in 2 3 4 5 6 7 8; do
		script "$t/nest-$i" "/t/nest-$((i - 1))"
	done
	script "$t/middle-2" /t/nest-1 unsigned
	script "$t/middle-3" /t/middle-2
	script "$t/round" /t/round
	script "$t/missing" /usr/bin/nowhere
	script "$t/missing-dir" /usr/nowhere/cat
	script "$t/under-file" /t/nest-1/cat
	script "$t/directory" /usr/bin
	script "$t/not-executable" /t/signed/data
	script "$t/inside-closed" /t/shut/cat
	script "$t/by-link" /t/link-up
	script "$t/by-loop" /t/loop
	script "$t/by-dots" /../../t/../t/./link-cat
	script "$t/by-dots-out" /t/link-out
	script "$t/blanks" "$(printf ' \t/usr/bin/cat \t -n ')"
	script "$t/nothing" '  '
	script "$t/long" "/$(printf '%0250d' 0)cat"
	script "$t/long-argument" "/usr/bin/cat $(printf '%0300d' 0)"
	printf '#!/usr/bin/cat' >"$t/unended"
	chmod 0755 "$t/unended"
	label signed "$t/unended"
	elf "$t/loaded-by-none" -Wl,--dynamic-linker=/t/nowhere dynamic.c
	label signed "$t/loaded-by-none"
}

make_odd()
{
	local name
	mkdir -m 0700 "$t/shut"
	cp disk/usr/bin/cat "$t/shut/cat"
	cp disk/usr/bin/cat "$t/cat"
	hufu sign -q -k ima.key --cert ima.der "$t/shut/cat" "$t/cat"
	ln -s /usr/bin/cat "$t/link-cat"
	ln -s ../t/link-cat "$t/link-up"
	ln -s loop "$t/loop"
	ln -s ../../../../t/link-cat "$t/link-out"
	ln "$t/shut/cat" "$t/hard-of-shut"
	ln "$t/unsigned/dynamic" "$t/hard-of-unsigned"
	for name in 'a blank' $'a\nnew line' $'a\ttab' '-dash' '虎符' $'\xff\xfe' '"quotes"' 'trailing '; do
		cp dynamic "$t/$name"
		cp dynamic "$t/signed $name"
		hufu sign -q -k ima.key --cert ima.der "./$t/signed $name"
	done
	mkdir -m 0750 "$t/group" "$t/others"
	chgrp $scratch_uid "$t/group"
	cp dynamic "$t/group/dynamic"
	cp dynamic "$t/others/dynamic"
	head -c 40 dynamic >"$t/cut"
	chmod 0755 "$t/cut"
	make_acls
}

# An ACL on a file of mode 0750: an entry of the user, an entry with another mask, one for a group, one that takes away.
make_acls()
{
	python3 - "$scratch_uid" "$t" <<'TXT'
import os, shutil, struct, sys
uid, top = int(sys.argv[1]), sys.argv[2]
rows = {"user": (7, [(2, 5, uid)], 4, 7), "masked": (7, [(2, 5, uid)], 0, 4), "none": (7, [(2, 0, uid)], 5, 7),
        "group": (7, [(8, 5, uid)], 0, 5), "only-group": (7, [(8, 1, uid)], 4, 7), "other": (7, [(2, 7, uid + 1)], 0, 7)}
for name, (owner, entries, group, mask) in rows.items():
    path = f"{top}/acl-{name}"
    shutil.copy("dynamic", path)
    os.chmod(path, 0o754)
    value = struct.pack("<I", 2) + struct.pack("<HHI", 1, owner, 0xffffffff)
    for tag, perm, ident in [e for e in entries if e[0] == 2]:
        value += struct.pack("<HHI", tag, perm, ident)
    value += struct.pack("<HHI", 4, group, 0xffffffff)
    for tag, perm, ident in [e for e in entries if e[0] == 8]:
        value += struct.pack("<HHI", tag, perm, ident)
    value += struct.pack("<HHI", 16, mask, 0xffffffff) + struct.pack("<HHI", 32, 4, 0xffffffff)
    os.setxattr(path, "system.posix_acl_access", value)
TXT
}

make_tree()
{
	local kind type
	mkdir $t
	make_sources
	for kind in $kinds; do
		mkdir "$t/$kind"
		for type in $types; do
			base "$type" "$t/$kind/$type"
			label "$kind" "$t/$kind/$type"
			chmod "$(mode "$type")" "$t/$kind/$type"
		done
	done
	make_odd
	make_scripts
	find $t -type f -links 1 ! -path "$t/others/*" ! -perm /4000 -exec chgrp 4242 -- {} +
	find $t -type f -perm /4000 -exec chgrp 4242 -- {} + -exec chmod u+s -- {} +
}

# Each file is executed, mapped if it is ELF, and read by the user; three fields ended by NUL each: path, use, what came of it.
write_driver()
{
	cat >disk/usr/bin/drive <<'TXT'
say()
{
	case $code-$out in
	*-E[A-Z]*) printf '%s\0' "$file" "$1" "$out" ;;
	137-* | 139-*) printf '%s\0' "$file" "$1" killed ;;
	*) printf '%s\0' "$file" "$1" ok ;;
	esac
}
while IFS= read -r -d '' kind && IFS= read -r -d '' file; do
	out=$(/usr/bin/timeout 10 /usr/bin/probe exec - "$file" </nothing)
	code=$?
	say exec
	if [ "$kind" = elf ]; then
		out=$(/usr/bin/probe mmap rx "$file")
		code=$?
		say map
	fi
	out=$(/usr/bin/probe open r "$file")
	code=$?
	say read
done </names
TXT
	hufu sign -q -k ima.key --cert ima.der disk/usr/bin/drive
	: >disk/nothing
	python3 - >disk/names <<'TXT'
import os, sys
for top, _, names in sorted(os.walk(b"disk/t")):
    for path in sorted(os.path.join(top, name) for name in names):
        if not os.path.islink(path):
            with open(path, "rb") as file:
                kind = b"elf" if file.read(4) == b"\x7fELF" else b"other"
            sys.stdout.buffer.write(kind + b"\0" + path.removeprefix(b"disk") + b"\0")
TXT
}

write_judge()
{
	cat >judge.py <<'TXT'
import json, os, sys
told, done, log, mapping, what = sys.argv[1:]
def path_of(row):
    path = bytes.fromhex(row["path_hex"]) if "path_hex" in row else row["path"].encode()
    return path.removeprefix(b"disk")
foretold, measured = {}, set()
for line in open(told, encoding="utf-8"):
    row = json.loads(line)
    if "summary" in row:
        continue
    foretold[path_of(row), row["use"]] = row
    if "measured_by" in row and path_of(row).startswith(b"/t/"):
        measured.add(path_of(row).replace(b" ", b"_"))
fields = open(done, "rb").read().split(b"\0")[:-1]
files, wrong, counts = set(), [], {}
for path, use, came in zip(fields[::3], fields[1::3], fields[2::3]):
    use, came = use.decode(), came.decode()
    row = foretold.get((path, use), {"result": "none"})
    read = foretold.get((path, "read"), {"result": "none"})
    said = row["result"]
    files.add(path)
    if use == "map":
        # who may not open it cannot map it
        wanted = {"none": "EACCES", "refused": "EPERM", "allowed": "EPERM" if read["result"] == "refused" else "ok"}[said]
        if said == "none" and path.endswith(b"/cut"):
            wanted = "EPERM" if read["result"] == "refused" else came
    elif said == "refused":
        wanted = "killed" if row["func"].startswith("MMAP_CHECK") and mapping == "exact" else "EPERM"
    elif said == "broken":
        wanted = row["errno"]
    else:
        wanted = {"none": "EACCES", "allowed": "ok"}[said]
    if use == "exec" and said == "allowed" and came == "ENOEXEC":
        came = "ok"  # nothing the kernel executes, which is nobody's refusal
    counts[use, came] = counts.get((use, came), 0) + 1
    if wanted != came:
        wrong.append(f"{path} {use}: foretold {row}, came {came}")
names = set()
for line in open(log, encoding="utf-8"):
    row = json.loads(line)
    name = bytes.fromhex(row["name_hex"]) if "name_hex" in row else row.get("name", "").encode()
    if name.startswith(b"/t/"):
        names.add(name)
# a file with several names is measured under the one that was used first
one_of = {path.replace(b" ", b"_"): os.stat(b"disk" + path).st_ino for path in files}
by_hufud, by_simulation = {one_of.get(name) for name in names}, {one_of.get(name) for name in measured}
if what == "measures" and by_hufud != by_simulation:
    wrong.append(f"measured only by hufud: {sorted(n for n in names if one_of.get(n) not in by_simulation)}")
    wrong.append(f"measured only in the simulation: {sorted(n for n in measured if one_of.get(n) not in by_hufud)}")
print(f"{len(files)} files,", ", ".join(f"{use} {came} {n}" for (use, came), n in sorted(counts.items())))
print("\n".join(wrong[:20]))
sys.exit(bool(wrong) or len(files) < 60 or not any(came == "EPERM" for _, came in counts))
TXT
}

# compare WHAT [measures]: the policy comes on standard input
compare()
{
	cat >policy
	hufu policy load --replace policy >policy.said || {
		cat policy.said
		exit 1
	}
	# known as soon as a rule asks for mappings, as that of the first comparison does
	[ -n "$mapping" ] || if exact_mmap; then mapping=exact; else mapping="at open"; fi
	if [ "$mapping" = exact ]; then how=(-v); else how=(-v --map-at-open); fi
	hufu policy simulate --uid $scratch_uid --cert ima.der --json "${how[@]}" policy disk >told 2>told.err
	[ $? -le 1 ] || not_ok "$1: simulates" "$(cat told.err)"
	scratch_user /usr/bin/bash /usr/bin/drive >came 2>drive.err
	hufu log show --json >entries
	if python3 judge.py told came entries "$mapping" "${2-}" >said; then ok "$1: $(head -n 1 said)"; else not_ok "$1" "$(cat said)"; fi
}

make_tree
write_driver
write_judge
cp ima.der root/etc/hufu/ima.d/
hufud_start || exit 1
mapping=
find disk -type f -printf '%p %C@ %m %s\n' | sort >before

exec_and_map='appraise appraise_type=imasig uid=1001 func=BPRM_CHECK
appraise appraise_type=imasig uid=1001 func=MMAP_CHECK
measure uid=1001 func=BPRM_CHECK
measure uid=1001 func=MMAP_CHECK'
compare "exec and map" measures <<<"$exec_and_map"
find disk -type f -printf '%p %C@ %m %s\n' | sort >after
expect "nothing is changed" 0 '' cmp before after
compare "reading" <<'TXT'
appraise uid=1001 func=FILE_CHECK mask=MAY_READ fgroup=4242
TXT
compare "hashes are enough" <<'TXT'
dont_appraise func=BPRM_CHECK uid=1001 fowner=1001
appraise func=BPRM_CHECK uid=1001 fgroup=4242
TXT
compare "one algorithm" <<'TXT'
appraise func=BPRM_CHECK uid=1001 appraise_algos=sm3,sha512 fgroup=4242
TXT
compare "the open inside execve" <<TXT
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_EXEC fsname=ext4 fsuuid=$(blkid -s UUID -o value disk.img)
TXT
compare "set-user-id programs only" <<'TXT'
appraise appraise_type=imasig func=MMAP_CHECK euid=0 fgroup=4242
appraise appraise_type=imasig func=CREDS_CHECK gid=1001 fgroup=0
TXT
compare "another file system" <<'TXT'
appraise appraise_type=imasig uid=1001 func=BPRM_CHECK fsname=ext4 fsmagic=0xef53
appraise appraise_type=imasig uid=1001 func=MMAP_CHECK fsname=xfs
TXT

# The same files where no mappings are seen
hufud_stop
mkdir second && mount -t tmpfs -o size=256m tmpfs second && cp -a disk/. second/ || exit 1
scratch_umount && mount --bind second disk && umount second || exit 1
if getfattr -n security.ima disk/usr/bin/cat >/dev/null 2>&1; then
	mapping=
	hufud_start || exit 1
	compare "exec and map on tmpfs" <<<"$exec_and_map"
	compare "mapping alone on tmpfs" <<'TXT'
appraise appraise_type=imasig uid=1001 func=MMAP_CHECK fsname=tmpfs
TXT
fi
host_end
