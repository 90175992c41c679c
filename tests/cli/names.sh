#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# File names are bytes: newlines, spaces, what is no UTF-8, deep trees, lists of paths.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3
make_keys

mkdir tree
python3 - <<'PY'
import os
names = [b"plain", b"with space", b"new\nline", b"tab\tbed", b"not\xff\xfeutf8", "虎符".encode(), b"back\\slash", b"-dash", b"x" * 251,
         b"escape\x1b[2Jit", b"'quote\"", "rtl\u202eevil".encode()]
for name in names:
    open(b"tree/" + name, "wb").write(name)
PY
n=12
sign=("$HUFU" sign --sidecar -k ima.key --cert ima.der)

expect "all are signed" 0 "^signed $n, " '' "${sign[@]}" -v -r tree
check "a newline is shown as \\n" grep -qF 'tree/new\nline: signed' out
check "other bytes as \\x" grep -qF 'tree/not\xff\xfeutf8: signed' out
check "UTF-8 as it is" grep -qF 'tree/虎符: signed' out
check "a backslash as two" grep -qF 'tree/back\\slash: signed' out
if grep -q "$(printf '[\033\t]')" out; then not_ok "no control character comes through"; else ok "no control character comes through"; fi
if grep -qF "$(printf '\342\200\256')" out; then not_ok "nothing is written backwards"; else ok "nothing is written backwards"; fi
expect "verified" 0 "^verified $n, " '' "$HUFU" verify --sidecar -r --cert ima.der tree
expect_json "nothing is lost in JSON" 0 'sorted(bytes.fromhex(l["path_hex"]) if "path_hex" in l else l["path"].encode() for l in lines[:-1]
	if not l["path"].endswith(".sig")) == sorted(b"tree/" + n for n in __import__("os").listdir(b"tree") if not n.endswith(b".sig"))' \
	"$HUFU" verify --sidecar --json -r --cert ima.der tree
check "only what is no UTF-8 has the hex form" test "$(grep verified out | grep -c path_hex)" -eq 1
expect "a bad name that is not there" 1 '*' 'no\\nsuch\\xff: No such file' "${sign[@]}" "$(printf 'no\nsuch\377')"
expect "after --, a name with a dash" 0 'signed 1' '' "${sign[@]}" --force -- tree/-dash
cd tree || exit 1
expect "-dash itself" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k ../ima.key -- -dash
rm out err
cd ..

# ---- --files-from

(cd tree && find . -type f ! -name '*.sig' -print0) | sed -z 's/^\./tree/' >list0
expect "--files-from -0" 0 "^signed $n, " '' "${sign[@]}" --force -0 --files-from list0
expect "... from standard input" 0 "^signed $n, " '' bash -c '"$@" <list0' - "${sign[@]}" --force -0 --files-from -
printf 'tree/plain\n\ntree/with space' >list
expect "lines; empty ones and the last without a newline" 0 '^signed 2, ' '' "${sign[@]}" --force --files-from list
expect "operands as well" 0 '^signed 3, ' '' "${sign[@]}" --force --files-from list tree/虎符
expect "-r with a list" 0 "^signed $n, " '' "${sign[@]}" --force -r --files-from <(echo tree)
: >nothing
expect "an empty list" 0 '^signed 0, ' '' "${sign[@]}" --files-from nothing
expect "a list that is not there" 3 '*' 'nolist: No such file' "${sign[@]}" --files-from nolist
expect "a list that is a directory" 3 '*' 'tree: Is a directory' "${sign[@]}" --files-from tree
expect "NUL bytes without -0" 3 '*' 'a NUL byte in path 1: give -0' "${sign[@]}" --files-from list0
head -c 100000 /dev/zero | tr '\0' z >long
expect "an endless name" 3 '*' 'path 1 is longer than 4095 bytes' "${sign[@]}" --files-from long

# ---- --exclude

mkdir -p left/cache left/src
touch left/a.o left/cache/x left/src/b left/src/c
expect "names, directories and paths are left out" 0 '^signed 1, already right 0, skipped 3, ' '' \
	"${sign[@]}" -r --exclude '*.o' --exclude cache --exclude 'left/*/c' left
expect "what is named is meant" 0 '^signed 1, ' '' "${sign[@]}" --exclude '*.o' left/a.o

# ---- deep

python3 - <<'PY'
import os
os.mkdir("deep")
os.chdir("deep")
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
open("leaf", "w").write("x")
PY
expect "1,500 levels" 0 '^signed 1, ' '' "${sign[@]}" -r deep
expect "verified" 0 '^verified 1, ' '' "$HUFU" verify --sidecar -r --cert ima.der deep
expect "with few descriptors" 0 '^verified 1, ' '' bash -c 'ulimit -n 64; "$HUFU" verify -j1 --sidecar -r --cert ima.der deep'
finish
