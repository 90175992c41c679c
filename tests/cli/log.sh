#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# log show and verify, on lists written by another program from the description of the format.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3

cat >make.py <<'PY'
import hashlib, struct, sys

def field(data):
    return struct.pack("<I", len(data)) + data

def dng(name, digest):
    return field(name + b":\0" + digest)

entries = []  # pcr, template hash, name, data, ascii

def add(template, fields, text, pcr=10, violation=False):
    data = b"".join(fields)
    digest = b"\0" * 20 if violation else hashlib.sha1(data).digest()
    entries.append((pcr, digest, template, data, text))

zeros = b"\0" * 32
add("ima-ng", [dng(b"sha256", zeros), field(b"boot_aggregate\0")], "sha256:" + zeros.hex() + " boot_aggregate")
sm3 = bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
add("ima-ng", [dng(b"sm3", sm3), field(b"/a_b\0")], "sm3:" + sm3.hex() + " /a_b")
sig = bytes.fromhex("030211a47fc1150004") + b"\x30\x02\x01\x00"
add("ima-sig", [dng(b"sm3", sm3), field(b"/usr/bin/id\0"), field(sig)], "sm3:" + sm3.hex() + " /usr/bin/id " + sig.hex())
add("ima-sig", [dng(b"sm3", sm3), field(b"/no/sig\0"), field(b"")], "sm3:" + sm3.hex() + " /no/sig ")
add("ima-ng", [dng(b"sha256", zeros), field(b"/x\0")], "sha256:" + zeros.hex() + " /x", violation=True)
add("ima-buf", [dng(b"sm3", sm3), field(b"kexec-cmdline\0"), field(b"root=/")], "sm3:" + sm3.hex() + " kexec-cmdline " + b"root=/".hex(), pcr=9)
name = b"/new\nline\xff\0"
add("ima-ng", [dng(b"sm3", sm3), field(name)], None)

def record(e):
    return struct.pack("<I", e[0]) + e[1] + struct.pack("<I", len(e[2])) + e[2].encode() + struct.pack("<I", len(e[3])) + e[3]

open("binary", "wb").write(b"".join(record(e) for e in entries))
open("ascii", "w").write("".join("%2d %s %s %s\n" % (e[0], e[1].hex(), e[2], e[4]) for e in entries[:-1]))
bad = list(entries)
bad[2] = (10, b"\x11" * 20) + entries[2][2:]
open("wrong", "wb").write(b"".join(record(e) for e in bad))
open("wrong.ascii", "w").write("".join("%2d %s %s %s\n" % (e[0], e[1].hex(), e[2], e[4]) for e in bad[:-1]))
unknown = entries[:1] + [(10, hashlib.sha1(b"abcd").digest(), "my-own|fmt", b"abcd", "")]
open("unknown", "wb").write(b"".join(record(e) for e in unknown))
whole = open("binary", "rb").read()
open("torn", "wb").write(whole[:-5])
open("huge", "wb").write(record(entries[0]) + struct.pack("<I", 10) + b"\1" * 20 + struct.pack("<I", 6) + b"ima-ng" + b"\xff\xff\xff\xff")
many = record(entries[0]) + b"".join(record((10, hashlib.sha1(d).digest(), "ima-ng", d, "")) for d in
    (dng(b"sm3", sm3) + field(b"/bin/%d\0" % i) for i in range(100000)))
open("many", "wb").write(many)

def replay(list, pcr):
    value = b"\0" * 20
    for e in list:
        if e[0] == pcr:
            value = hashlib.sha1(value + (b"\xff" * 20 if e[1] == b"\0" * 20 else e[1])).digest()
    return value.hex()

def replay_bank(list, pcr, bank):
    value = b"\0" * hashlib.new(bank).digest_size
    for e in list:
        if e[0] == pcr:
            ext = b"\xff" * len(value) if e[1] == b"\0" * 20 else hashlib.new(bank, e[3]).digest()
            value = hashlib.new(bank, value + ext).digest()
    return value.hex()

open("pcrs", "w").write("%s\n%s\n" % (replay(entries, 10), replay(entries, 9)))
both = [(bank, pcr, replay_bank(entries, pcr, bank)) for bank in ("sha1", "sha256", "sha384") for pcr in (9, 10)]
open("tpm", "w").write("".join("%s %d %s\n" % row for row in both))
open("tpm2", "w").write("".join("  %s:\n" % b + "".join("    %-2d: 0x%s\n" % (p, v.upper()) for c, p, v in both if c == b)
    for b in ("sha1", "sha256", "sha384")))
open("tpm.earlier", "w").write("sha256 10 %s\n" % replay_bank(entries[:4], 10, "sha256"))
open("tpm.other", "w").write("sha256 10 %s\nsha1 10 %s\n" % ("11" * 32, replay(entries, 10)))
open("tpm.unused", "w").write("sha256 11 %s\n" % ("00" * 32))
open("tpm.boot", "w").write("".join("sha256 %d %s\n" % (n, "22" * 32) for n in range(10)) + "sha256 10 %s\n" % both[3][2])
open("only9", "wb").write(b"".join(record(e) for e in entries if e[0] == 9))
open("pcr24", "wb").write(whole + record((24,) + entries[1][1:]))
open("tpm.zero", "w").write("sha256 9 %s\nsha256 10 %s\n" % (replay_bank(entries, 9, "sha256"), "00" * 32))
open("tpm.sysfs", "w").write("".join("/sys/class/tpm/tpm0/pcr-%s/%d:%s\n" % (b, p, v.upper()) for b, p, v in both))
open("tpm.bad", "w").write("sha256 10 abc\n")
PY
python3 make.py || not_ok "the lists"

# ---- show

expect "show, binary" 0 '^10 0adefe762c149c7cec19da62f0da1297fcfbffff ima-ng sha256:0{64} boot_aggregate$' '' "$HUFU" log show binary
head -n 6 out >shown
check "binary is shown as the kernel's ascii file" cmp shown ascii
check "raw bytes when it is no terminal" grep -qaF "$(printf 'line\377')" out
expect "show, ascii" 0 '*' '' "$HUFU" log show ascii
check "ascii is shown as it is" cmp out ascii
expect_json "show --json" 0 'len(lines) == 7 and lines[0]["pcr"] == 10 and lines[0]["template"] == "ima-ng" and
	lines[1]["digest"].startswith("sm3:66c7") and lines[1]["name"] == "/a_b" and lines[2]["extra"].startswith("030211") and
	lines[4]["template_hash"] == "00" * 20 and bytes.fromhex(lines[6]["name_hex"]) == b"/new\nline\xff" and
	[l["index"] for l in lines] == list(range(1, 8))' "$HUFU" log show --json binary
expect "the list of the run directory" 0 'boot_aggregate' '' bash -c 'mkdir -p r/run/hufu/ima && cp binary r/run/hufu/ima/binary_runtime_measurements &&
	"$HUFU" log show --root r'
expect "another run directory" 0 'boot_aggregate' '' "$HUFU" log show --run-dir r/run/hufu

# ---- verify

expect "verify, binary" 0 '^binary: 7 entries, 1 violation, 0 wrong$' '' "$HUFU" log verify binary
check "PCR 10" grep -qx "PCR 10, sha1: $(sed -n 1p pcrs)" out
check "PCR 9" grep -qx "PCR 9, sha1: $(sed -n 2p pcrs)" out
expect "verify, ascii" 0 '^ascii: 6 entries, 1 violation, 0 wrong$' '' "$HUFU" log verify ascii
expect "verify -q" 0 '' '' "$HUFU" log verify -q binary
expect_json "verify --json" 0 'len(lines) == 1 and lines[0]["ok"] and lines[0]["entries"] == 7 and lines[0]["violations"] == 1 and
	lines[0]["pcr_sha1"]["10"] == open("pcrs").readline().strip()' "$HUFU" log verify --json binary
for list in wrong wrong.ascii; do
	expect "a wrong entry: $list" 1 '1 wrong' "^hufu: $list: entry 3, /usr/bin/id: " "$HUFU" log verify $list
done
expect_json "a wrong entry in --json" 1 'lines[0]["ok"] is False and lines[0]["first_wrong"] == 3 and
	lines[0]["first_wrong_name"] == "/usr/bin/id" and lines[0]["reason"]' "$HUFU" log verify --json wrong
expect "torn" 1 'and then malformed' 'torn' "$HUFU" log verify torn
expect "show, torn: what there is, and then the fault" 1 'kexec-cmdline' 'torn' "$HUFU" log show torn
expect "a length of 4 GiB" 1 '1 entry' 'huge' "$HUFU" log verify huge
expect "a template that is not known" 3 '2 entries' 'not checked' "$HUFU" log verify unknown
: >empty
expect "an empty list" 3 '' 'holds no entry' "$HUFU" log verify empty
head -c 5000 /dev/urandom >noise
run "$HUFU" log verify noise
if [ "$code" -eq 1 ] || [ "$code" -eq 3 ]; then ok "noise is refused"; else not_ok "noise is refused" "exit $code"; fi
expect "no such list" 3 '' 'nolist: .*No such file' "$HUFU" log verify nolist
expect "a directory" 3 '*' 'hufu: \.' "$HUFU" log verify .
expect "100,001 entries" 0 '^many: 100,001 entries' '' "$HUFU" log verify many
if ! grep -qa __asan_init "$HUFU"; then # a sanitizer wants all of the address space
	expect "in 64 MB of address space" 0 '100,001' '' bash -c 'ulimit -v 65536; "$HUFU" log verify many'
fi

# ---- against a TPM, and signatures

for file in tpm tpm2 tpm.sysfs; do
	expect "--pcrs $file" 0 'PCR 10, sha256: as the TPM says' '' "$HUFU" log verify binary --pcrs $file
	check "each bank is compared: $file" test "$(grep -c 'as the TPM says' out)" -eq 6
done
expect "--pcrs -q" 0 '' '' "$HUFU" log verify -q binary --pcrs tpm
expect "--pcrs, a value of before" 1 '*' 'PCR 10, sha256: .* after entry 4;' "$HUFU" log verify binary --pcrs tpm.earlier
expect "--pcrs, another value" 1 'PCR 10, sha1: as the TPM says' 'PCR 10, sha256: the list gives' "$HUFU" log verify binary --pcrs tpm.other
expect "--pcrs, registers the list does not use" 3 '*' 'nothing was compared' "$HUFU" log verify binary --pcrs tpm.unused
expect "--pcrs, nothing is left of what went into PCR 10" 1 'PCR 9, sha256: as' 'PCR 10, sha256: the list gives 0{64}' \
	"$HUFU" log verify only9 --pcrs tpm
expect "--pcrs, PCR 10 was never used" 0 'PCR 10, sha256: as the TPM says' '' "$HUFU" log verify only9 --pcrs tpm.zero
expect "a PCR no TPM has" 1 '8 entries, 1 violation, 1 wrong' 'pcr24: entry 8, /a_b: there is no PCR 24' "$HUFU" log verify pcr24
expect "--pcrs, of another boot" 1 '*' 'boot_aggregate is not' "$HUFU" log verify binary --pcrs tpm.boot
expect "--pcrs, a line that is none" 3 '' 'tpm.bad: line 1: ' "$HUFU" log verify binary --pcrs tpm.bad
expect "--pcrs, no such file" 3 '' 'nofile' "$HUFU" log verify binary --pcrs nofile
expect_json "--pcrs --json" 1 'lines[0]["ok"] is False and {(p["bank"], p["match"]) for p in lines[0]["pcrs"]} == {("sha256", "other"), ("sha1", "same")}' \
	"$HUFU" log verify --json binary --pcrs tpm.other
expect_json "--pcrs --json, of before" 1 'lines[0]["pcrs"][0]["match"] == "earlier" and lines[0]["pcrs"][0]["entry"] == 4' \
	"$HUFU" log verify --json binary --pcrs tpm.earlier
"$HUFU" key new -q -o k.key && "$HUFU" cert ca -q --key k.key -o k.pem --subject /CN=x
expect "--cert: a signature of another key" 1 '*' '/usr/bin/id: signed with the key a47fc115' "$HUFU" log verify binary --cert k.pem
expect "--cert, no such file" 3 '' 'nocert' "$HUFU" log verify binary --cert nocert
expect "a pipe" 0 '7 entries' '' bash -c 'cat binary | "$HUFU" log verify /dev/stdin'
finish
