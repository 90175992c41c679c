#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The commands that ask hufud, with a real one: it watches a file system of this test, in a mount namespace of this test.
# shellcheck disable=SC2016,SC2317 # inner shells expand them; the trap calls it
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip "needs root (fanotify)"
unshare -m true 2>/dev/null || skip "needs mount namespaces"
if [ -z "${HUFU_CLI_INSIDE-}" ]; then
	cd / && rm -rf --one-file-system "$scratch"
	HUFU_CLI_INSIDE=1 exec unshare -m --propagation private bash "$self"
fi
need python3 openssl
make_keys

root=$scratch/r
mkdir -p "$root/etc/hufu/trust.d" disk
mount -t tmpfs none disk || skip "needs tmpfs"
cp ca.pem "$root/etc/hufu/trust.d/"
"$HUFUD" --root "$root" --watch disk --no-securityfs 2>hufud.err &
daemon=$!
stop()
{
	kill "$daemon" 2>/dev/null
	for ((i = 0; i < 50; i++)); do
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$daemon" 2>/dev/null
	wait "$daemon" 2>/dev/null
	umount -l disk
	cd / && rm -rf --one-file-system "$scratch"
}
trap stop EXIT
for ((i = 0; i < 100; i++)); do
	"$HUFU" --root "$root" status >/dev/null 2>&1 && break
	sleep 0.1
done
ask=("$HUFU" --root "$root")

expect "status" 0 '^hufud runs$' '' "${ask[@]}" status
check "the mode is in it" grep -qE '^  mode +enforce$' out
expect_json "status --json" 0 'lines[0]["ok"] and lines[0]["pid"] == '"$daemon"' and lines[0]["keyrings"][".builtin_trusted_keys"] == 1' \
	"${ask[@]}" status --json
expect "--root after the command" 0 'hufud runs' '' "$HUFU" status --root "$root"
expect "--run-dir" 0 'hufud runs' '' "$HUFU" status --run-dir "$root/run/hufu"

# ---- keyrings

expect "keyring list" 0 '^\.builtin_trusted_keys: 1$' '' "${ask[@]}" keyring list
expect "one ring: lines of /proc/keys" 0 '^[0-9a-f]{8} I------ +[0-9]+ perm [0-9a-f]{8} +0 +0 asymmetri Test CA: [0-9a-f]{40}: X509\.sm2 [0-9a-f]{8} \[\]$' '' \
	"${ask[@]}" keyring list %:.builtin_trusted_keys
expect "an empty ring" 0 '' '' "${ask[@]}" keyring list .ima
add=(bash -c 'ring=$1 file=$2; shift 2; "$@" keyring add "$ring" <"$file"' -)
expect "add from standard input" 0 '^\.ima: added Test: Signer, key id [0-9a-f]{8}, serial [0-9a-f]{8}$' '' "${add[@]}" %:.ima ima.der "${ask[@]}"
serial=$(sed 's/.*serial //' out)
expect "it is there" 0 "^$serial I.*asymmetri Test: Signer: " '' "${ask[@]}" keyring list .ima
expect_json "keyring list --json" 0 'lines[0]["ring"] == ".ima" and len(lines[0]["keys"]) == 1' "${ask[@]}" keyring list --json .ima
expect_json "all rings" 0 '[l["ring"] for l in lines] == [".builtin_trusted_keys", ".secondary_trusted_keys", ".ima", ".blacklist"]' \
	"${ask[@]}" keyring list --json
hufu key new -q -o other-ca.key && hufu cert ca -q --key other-ca.key --subject Other -o other-ca.pem &&
	hufu key new -q -o other.key && hufu cert issue -q --ca other-ca.pem --ca-key other-ca.key --key other.key --der -o other.der
openssl x509 -inform DER -in ima.der -out ima.pem
head -c 100 ima.der >cut.der
: >empty
expect "a stranger's certificate" 1 '' '^hufu: other.der: .*\(ENOKEY\)$' "${ask[@]}" keyring add .ima other.der
expect "PEM" 1 '' 'ima.pem: this is PEM, and keyrings take DER' "${ask[@]}" keyring add .ima ima.pem
expect "truncated" 1 '' '^hufu: cut.der: .*\(EBADMSG\)$' "${ask[@]}" keyring add .ima cut.der
expect "empty" 1 '' '^hufu: empty: .*\(EBADMSG\)$' "${ask[@]}" keyring add .ima empty
head -c 70000 /dev/zero >long
expect "too long, from standard input" 3 '' '^hufu: standard input: longer than' "${add[@]}" %:.ima long "${ask[@]}"
expect "not there" 3 '' 'nofile: .*No such file' "${ask[@]}" keyring add .ima nofile
expect "good and bad together" 1 '^\.ima: added Test: Signer, ' 'other.der: .*ENOKEY' "${ask[@]}" keyring add .ima other.der ima.der
expect_json "refused, in JSON" 1 'lines[0]["ok"] is False and lines[0]["errno"] == "ENOKEY"' "${ask[@]}" keyring add --json .ima other.der
expect "the roots cannot be added to" 1 '' 'trust.d.*\(EACCES\)' "${ask[@]}" keyring add .builtin_trusted_keys ima.der
expect "still one key" 0 "Signer" '' "${ask[@]}" keyring list .ima
check "one" test "$(wc -l <out)" -eq 1
id=$("$HUFU" cert show --json ima.der | sed 's/.*"key_id":"\([0-9a-f]*\)".*/\1/')
expect "remove" 0 "^\.ima: removed $id$" '' "${ask[@]}" keyring remove %:.ima "$id"
expect "it is gone" 0 '' '' "${ask[@]}" keyring list .ima
expect "remove what is not there" 1 '' 'ENOENT' "${ask[@]}" keyring remove .ima "$id"
expect "add again, -q" 0 '' '' "${ask[@]}" keyring add -q .ima ima.der
serial=$("${ask[@]}" keyring list .ima | cut -c 1-8)
expect "remove by serial" 0 "^\.ima: removed $serial$" '' "${ask[@]}" keyring remove .ima "$serial"
expect "blacklist an entry that is none" 1 '' '\(E' "${ask[@]}" keyring add .blacklist junk
expect "blacklist" 0 '^\.blacklist: added bin:' '' "${ask[@]}" keyring add .blacklist "bin:$(openssl dgst -sm3 ima.der | sed 's/.*= //')"
expect "it is listed" 0 'blackli' '' "${ask[@]}" keyring list .blacklist

# ---- policy

echo 'measure func=BPRM_CHECK uid=4242' >policy
expect "policy load" 0 '^policy: loaded, 1 rule$' '' "${ask[@]}" policy load policy
expect "policy show: the active one" 0 '^measure func=BPRM_CHECK uid=4242$' '' "${ask[@]}" policy show
expect "policy load, standard input, appends" 0 'loaded' '' bash -c 'echo "audit func=BPRM_CHECK uid=4243" | "$@" policy load -' - "${ask[@]}"
expect "two rules" 0 '^audit func=BPRM_CHECK uid=4243$' '' "${ask[@]}" policy show
check "two" test "$(wc -l <out)" -eq 2
expect "policy load --replace" 0 'loaded' '' "${ask[@]}" policy load --replace policy
expect_json "one rule" 0 'lines == [["measure func=BPRM_CHECK uid=4242"]]' "${ask[@]}" policy show --json
expect "a bad policy" 1 '' 'line 1, column 1' bash -c 'echo bogus | "$@" policy load -' - "${ask[@]}"
expect "changes nothing" 0 '4242' '' "${ask[@]}" policy show
expect_json "a bad policy, in JSON" 1 'lines[0]["ok"] is False and lines[0]["line"] == 1 and lines[0]["path"] == "bad"' \
	bash -c 'echo bogus >bad; "$@" policy load --json bad' - "${ask[@]}"
expect_json "policy load --json" 0 'lines[0]["ok"]' "${ask[@]}" policy load --json --replace policy

# ---- the list

expect "log show: the daemon's own" 0 '^10 [0-9a-f]{40} ima-(ng|sig) .*boot_aggregate ?$' '' "${ask[@]}" log show
expect "log verify" 0 'entr(y|ies), 0 violations, 0 wrong' '' "${ask[@]}" log verify
check "names the file" grep -q "^$root/run/hufu/ima/binary_runtime_measurements: " out

# ---- who may ask, and what answers

if command -v setpriv >/dev/null; then
	chmod 755 "$scratch"
	expect "only root may ask" 3 '' 'only root may talk to hufud' setpriv --reuid 65534 --clear-groups "${ask[@]}" status
fi
cat >liar.py <<'PY'
import os, socket, sys
os.makedirs("liar", exist_ok=True)
listen = socket.socket(socket.AF_UNIX)
listen.bind("liar/control")
listen.listen()
open("ready", "w")
for answer in [b"", b"junk\n", b"[1]\n", b'{"ok":1}\n', b"\xff\xfe\n", b'{"ok":true}\n', b'{"ok":false}\n', b'{"ok":true,"policy":"bo\\u001bgus"}\n']:
    client, _ = listen.accept()
    client.recv(65536)
    client.sendall(answer)
    client.close()
client, _ = listen.accept()
client.recv(65536)
for _ in range(20):
    try:
        client.sendall(b"x" * 1048576)
    except OSError:
        break
client.close()
PY
timeout 60 python3 liar.py &
liar=$!
for ((i = 0; i < 100; i++)); do
	[ ! -e ready ] || break
	sleep 0.1
done
for what in "nothing" "junk" "an array" "a number" "bytes"; do
	expect "what answers is not hufud: $what" 3 '' '^hufu: (hufud closed the connection|what answers is not hufud)' "$HUFU" --run-dir liar status
done
expect "an answer without keys" 3 '' 'holds no keys' "$HUFU" --run-dir liar keyring list .ima
expect "a refusal without a reason" 1 '' 'does not say why' "$HUFU" --run-dir liar keyring remove .ima 00000001
expect "a policy that is none" 1 '' 'bo\\x1bgus' "$HUFU" --run-dir liar policy show
expect "an endless answer" 3 '' 'File too large' "$HUFU" --run-dir liar status
kill $liar 2>/dev/null
wait $liar 2>/dev/null
finish
