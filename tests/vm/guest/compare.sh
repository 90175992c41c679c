# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Runs every file of cases/ under one engine and writes down what came of it, in a form that can be compared with what came of the
# same under another: $OUT/CASE/{steps,list,audit,counts}. Needs: ENGINE (kernel or hufud), CASES (the directory), OUT, MNT (where the
# disks are mounted), ROOT_PEM and ROOT_KEY (the CA), ACT (the program of act.c); with ENGINE=kernel also IMA.
#
# Every case has a file system of its own, and @ in its policy stands for fsuuid= of that. So its rules concern nothing else, and all
# cases can be run in one machine, whose policy only grows. A case is a file that defines three functions:
#   policy     prints the rules
#   prepare    makes files, in the root of its file system, before any rule is there
#   steps      `step NAME COMMAND...` notes exit code and output of an access; root is who runs it, `u` makes it uid 1001
set -u

# shellcheck disable=SC2153 # from the environment
out=$OUT
mkdir -p "$out" "$MNT" || exit 1
# Keys and signatures, which a second run takes from the first: an SM2 signature is another one each time it is made.
keys=${KEYS:-$out/../keys}
mkdir -p "$keys/sigs"

note()
{
	printf '%s\n' "$*" >&2
}

key()
{
	[ ! -s "$keys/$1.der" ] || return 0
	local ca=$ROOT_PEM ca_key=$ROOT_KEY
	if [ "$1" = stranger ]; then
		hufu key new -q -o "$keys/other.key"
		hufu cert ca -q --key "$keys/other.key" --subject /CN=other -o "$keys/other.pem"
		ca=$keys/other.pem ca_key=$keys/other.key
	fi
	hufu key new -q -o "$keys/$1.key" &&
		hufu cert issue -q --ca "$ca" --ca-key "$ca_key" --key "$keys/$1.key" --subject "/CN=$1" -o "$keys/$1.pem" &&
		openssl x509 -in "$keys/$1.pem" -outform DER -out "$keys/$1.der"
}

# ---- what a case uses ----

# sign FILE...; stranger FILE...; hash FILE...: the three kinds of security.ima
sign() { sign_with ima "$@"; }
stranger() { sign_with stranger "$@"; }
sign_with()
{
	local key=$1 file kept
	shift
	for file; do
		kept=$keys/sigs/$key-$(sha256sum <"$file" | cut -c 1-64)
		[ -s "$kept" ] || {
			hufu sign -q --force -k "$keys/$key.key" --cert "$keys/$key.pem" "$file" || return
			xattr "$file" >"$kept"
		}
		setfattr -n security.ima -v "0x$(cat "$kept")" "$file" || return
	done
}
hash()
{
	local file
	for file; do
		setfattr -n security.ima -v "0x0411$(openssl dgst -sm3 -r "$file" | cut -c 1-64)" "$file"
	done
}
xattr() { getfattr -h -e hex --only-values -n security.ima "$1" 2>/dev/null | od -An -tx1 | tr -d ' \n'; }
u() { setpriv --reuid 1001 --regid 1001 --clear-groups "$@"; }
act() { "$ACT" "$@"; }

# Where an engine may be a moment late: what follows from the last close of a file that was written.
settle()
{
	[ "$ENGINE" = kernel ] || sleep 0.5
}

# step NAME COMMAND...
step()
{
	local name=$1 said rc
	shift
	said=$("$@" 2>&1)
	rc=$?
	said=${said//$'\n'/; }
	printf '%s: %s%s\n' "$name" "$rc" "${said:+ $said}" >>"$result/steps"
}

# ---- the engines ----

list()
{
	if [ "$ENGINE" = kernel ]; then cat "$IMA/ascii_runtime_measurements"; else cat "$HUFUD_RUN/ima/ascii_runtime_measurements"; fi
}

audit()
{
	if [ "$ENGINE" = kernel ]; then
		busybox dmesg -s 8388608 | grep -o 'audit: type=18.*'
	else
		cat "$HUFUD_RUN/audit.log" 2>/dev/null
	fi
}

count()
{
	if [ "$ENGINE" = kernel ]; then cat "$IMA/$1"; else cat "$HUFUD_RUN/securityfs/ima/$1"; fi
}

load()
{
	if [ "$ENGINE" = kernel ]; then
		cat >"$IMA/policy"
	else
		cat >"$HUFUD_RUN/securityfs/ima/policy"
	fi
}

# Without what differs by nature: time, serial, process and session ids, the name of the loop device.
audit_plain()
{
	sed -E -e 's/^audit: type=1800 /INTEGRITY_DATA /; s/^audit: type=1801 /INTEGRITY_METADATA /' \
		-e 's/^audit: type=1802 /INTEGRITY_STATUS /; s/^audit: type=1804 /INTEGRITY_PCR /' \
		-e 's/^audit: type=1805 /INTEGRITY_RULE /; s/^audit: type=1807 /INTEGRITY_POLICY_RULE /; s/^type=//' \
		-e 's/msg=audit\([^)]*\): ?//; s/audit\([^)]*\): ?//' \
		-e 's/\b(ppid|pid|auid|ses)=[0-9]+ ?//g; s/\btty=[^ ]* //; s/ dev="[^"]*"//; s/ subj=[^ ]*//' \
		-e "s#$MNT/#/mnt/#g" |
		grep -v '^INTEGRITY_POLICY_RULE\|op=policy_update'
}

# ---- a run ----

number=0
declare -A uuid_of

disk()
{
	local case=$1 img=$DISKS/$1.img
	number=$((number + 1))
	uuid_of[$case]=$(printf '5ca1ab1e-0000-4000-8000-%012d' $number)
	truncate -s 16M "$img" &&
		mkfs.ext4 -q -b 4096 -I 256 -O ^has_journal -U "${uuid_of[$case]}" "$img" &&
		mkdir -p "$MNT/$case" &&
		mount -o loop "$img" "$MNT/$case" &&
		chmod 755 "$MNT/$case"
}

# Each case in a shell of its own: its functions and its directory concern nobody else.
prepare_case()
(
	cd "$MNT/$1" || exit
	# shellcheck disable=SC1090
	. "$CASES/$1.sh"
	prepare
)

run_case()
(
	case=$1
	result=$out/$case
	mkdir -p "$result"
	cd "$MNT/$case" || exit
	# shellcheck disable=SC1090
	. "$CASES/$case.sh"
	: >"$result/steps"
	list | wc -c >"$result/.list"
	audit | wc -l >"$result/.audit"
	echo "$(count runtime_measurements_count) $(count violations)" >"$result/.counts"
	policy | sed "s/@/fsuuid=${uuid_of[$case]}/" >"$result/.policy"
	step 'the policy is taken' load <"$result/.policy"
	steps
	settle
	list | tail -c "+$(($(cat "$result/.list") + 1))" | sed "s#$MNT/#/mnt/#g" >"$result/list"
	audit | tail -n "+$(($(cat "$result/.audit") + 1))" | audit_plain >"$result/audit"
	read -r entries violations <"$result/.counts"
	echo "entries $(($(count runtime_measurements_count) - entries))" >"$result/counts"
	echo "violations $(($(count violations) - violations))" >>"$result/counts"
	rm -f "$result"/.[a-z]*
)

# names of the cases: all, or those in $ONLY
cases()
{
	local file name
	for file in "$CASES"/*.sh; do
		name=$(basename "$file" .sh)
		case " ${ONLY:-$name} " in
		*" $name "*) echo "$name" ;;
		esac
	done
}

compare_prepare()
{
	local case
	key ima || exit 1
	key stranger || exit 1
	for case in $(cases); do
		disk "$case" || exit 1
		prepare_case "$case" >"$out/prepare-$case.log" 2>&1 || {
			note "case $case could not be prepared: $(cat "$out/prepare-$case.log")"
			exit 1
		}
		rm -f "$out/prepare-$case.log"
	done
	sync
	# what was read while it was made is not to be in memory when it is judged
	echo 3 >/proc/sys/vm/drop_caches 2>/dev/null
}

compare_run()
{
	local case
	list | head -n 1 >"$out/boot_aggregate"
	for case in $(cases); do
		run_case "$case"
	done
}
