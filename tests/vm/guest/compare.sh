# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Runs every file of cases/ under one engine and writes down what came of it, in a form that can be compared with what came of the
# same under another: $OUT/CASE/{steps,list,audit,counts}. Needs: ENGINE (kernel or hufud), CASES (the directory), OUT, MNT (where
# disks are mounted), KEYS and DISKS (directories that compare_prepare fills), ROOT_PEM and ROOT_KEY (the CA), ACT (the program of
# act.c); with ENGINE=kernel also IMA, else HUFUD_RUN. The disks are made once for all engines, since an SM2 signature is another
# one each time it is made.
#
# Every case has a file system of its own, and @ in its policy stands for fsuuid= of that. So its rules concern nothing else, and all
# cases can be run in one machine, whose policy only grows. A case is a file that defines three functions:
#   policy     prints the rules
#   prepare    makes files, in the root of its file system, before any rule is there
#   steps      `step NAME WHO THINGS...` notes what came of what act.c does; WHO: root, or user (uid 1001);
#              `step NAME run COMMAND...` notes output and exit code of any other command
set -u

# shellcheck disable=SC2153 # from the environment
out=$OUT keys=$KEYS

key()
{
	local hufu=${HUFU:-hufu} ca=$ROOT_PEM ca_key=$ROOT_KEY
	if [ "$1" = stranger ]; then
		"$hufu" key new -q -o "$keys/other.key"
		"$hufu" cert ca -q --key "$keys/other.key" --subject /CN=other -o "$keys/other.pem"
		ca=$keys/other.pem ca_key=$keys/other.key
	fi
	"$hufu" key new -q -o "$keys/$1.key" || return
	"$hufu" cert issue -q --ca "$ca" --ca-key "$ca_key" --key "$keys/$1.key" --subject "/CN=$1" -o "$keys/$1.pem" || return
	openssl x509 -in "$keys/$1.pem" -outform DER -out "$keys/$1.der"
}

# ---- what a case uses ----

# sign FILE...; stranger FILE...; hash FILE...: the three kinds of security.ima
sign() { "${HUFU:-hufu}" sign -q --force -k "$keys/ima.key" --cert "$keys/ima.pem" "$@"; }
stranger() { "${HUFU:-hufu}" sign -q --force -k "$keys/stranger.key" --cert "$keys/stranger.pem" "$@"; }
hash()
{
	local file
	for file; do
		setfattr -n security.ima -v "0x0411$(openssl dgst -sm3 -r "$file" | cut -c 1-64)" "$file"
	done
}
xattr() { getfattr -h -e hex --only-values -n security.ima "$1" 2>/dev/null | od -An -tx1 | tr -d ' \n'; }
# file NAME OWNER [GROUP]: owners tell rules apart within one file system
file()
{
	echo "$1" >"$1"
	chmod 0666 "$1"
	chown "$2:${3:-0}" "$1"
}

# Where an engine may be a moment late: what follows from the last close of a file that was written.
settle()
{
	[ "$ENGINE" = kernel ] || sleep 0.5
}

# One process does the things of all steps, each in a child: to start a program for each costs more than what is looked at.
ask_act()
{
	printf '%s\0' "$@" '' >&"${ACTOR[1]}"
	IFS= read -r -t 30 said <&"${ACTOR[0]}" || said='no answer'
}

step()
{
	local name=$1 who=$2 said rc
	shift 2
	case $who in
	root) ask_act "$@" ;;
	user) ask_act ids 1001 1001 1001 1001 , "$@" ;;
	run)
		said=$("$@" 2>&1)
		rc=$?
		said="$rc${said:+ ${said//$'\n'/; }}"
		;;
	esac
	printf '%s: %s\n' "$name" "$said" >>"$result/steps"
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

# the file that policies are written to
if [ "$ENGINE" = kernel ]; then POLICY=$IMA/policy; else POLICY=$HUFUD_RUN/securityfs/ima/policy; fi
load() { cat >"$POLICY"; }

# Without what differs by nature: time, serial, process and session ids, the name of the loop device.
audit_plain()
{
	sed -E -e 's/^audit: type=1800 /INTEGRITY_DATA /; s/^audit: type=1801 /INTEGRITY_METADATA /' \
		-e 's/^audit: type=1802 /INTEGRITY_STATUS /; s/^audit: type=1804 /INTEGRITY_PCR /' \
		-e 's/^audit: type=1805 /INTEGRITY_RULE /; s/^audit: type=1807 /INTEGRITY_POLICY_RULE /; s/^type=//' \
		-e 's/msg=audit\([^)]*\): ?//; s/audit\([^)]*\): ?//' \
		-e 's/\b(ppid|pid|auid|ses)=[0-9]+ ?//g; s/\btty=[^ ]* //; s/ dev="[^"]*"//; s/ exe="[^"]*"//; s/ subj=[^ ]*//' \
		-e "s#$MNT/#/mnt/#g" |
		grep -v '^INTEGRITY_POLICY_RULE\|op=policy_update'
}

# ---- a run ----

uuid_of()
{
	blkid -o value -s UUID "$DISKS/$1.img" 2>/dev/null || dumpe2fs -h "$DISKS/$1.img" 2>/dev/null | sed -n 's/^Filesystem UUID: *//p'
}

mount_disk()
{
	mkdir -p "$MNT/$1" && mount -o loop "$DISKS/$1.img" "$MNT/$1"
}

make_disk()
{
	truncate -s 16M "$DISKS/$1.img" &&
		mkfs.ext4 -q -b 4096 -I 256 -O ^has_journal -U "$(printf '5ca1ab1e-0000-4000-8000-%012d' "$2")" "$DISKS/$1.img" &&
		mount_disk "$1" && chmod 755 "$MNT/$1"
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
	coproc ACTOR { exec "$ACT" serve; }
	list | wc -c >"$result/.list"
	audit | wc -l >"$result/.audit"
	echo "$(count runtime_measurements_count) $(count violations)" >"$result/.counts"
	policy | sed "s/@/fsuuid=$(cat "$DISKS/$case.uuid")/" >"$result/.policy"
	step 'the policy is taken' run load <"$result/.policy"
	steps
	settle
	# shellcheck disable=SC1083 # so bash closes a descriptor that is in an array
	exec {ACTOR[1]}>&-
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
	local case number=0
	mkdir -p "$keys" "$DISKS" "$MNT"
	key ima && key stranger || return
	for case in $(cases); do
		number=$((number + 1))
		make_disk "$case" $number || return
		prepare_case "$case" >"$DISKS/$case.log" 2>&1 || {
			echo "case $case could not be prepared:"
			cat "$DISKS/$case.log"
			return 1
		}
		uuid_of "$case" >"$DISKS/$case.uuid"
		umount "$MNT/$case" || return
		rm -f "$DISKS/$case.log"
	done
}

compare_mount()
{
	local case
	for case in $(cases); do
		mount_disk "$case" || return
	done
}

compare_run()
{
	local case
	mkdir -p "$out"
	list | head -n 1 >"$out/boot_aggregate"
	for case in $(cases); do
		run_case "$case"
	done
}

# hufud for these disks: configuration in $1/etc/hufu, run directory $HUFUD_RUN
compare_hufud()
{
	local root=$1 case
	mkdir -p "$root/etc/hufu/trust.d" "$root/etc/hufu/ima.d" "$HUFUD_RUN"
	cp "$ROOT_PEM" "$root/etc/hufu/trust.d/"
	cp "$keys/ima.der" "$root/etc/hufu/ima.d/"
	{
		printf '[hufud]\ntemplate = ima-ng\nhash = sm3\njournal = no\nmode = %s\n' "${MODE:-enforce}"
		printf 'run-dir = %s\n' "$HUFUD_RUN"
		for case in $(cases); do
			echo "watch = $MNT/$case"
		done
	} >"$root/etc/hufu/hufud.conf"
	"${HUFUD:-hufud}" ${root:+--root "$root"} >"$out/../hufud.log" 2>&1 &
	hufud_pid=$!
	for _ in $(seq 150); do
		[ ! -e "$HUFUD_RUN/securityfs/ima/policy" ] || return 0
		kill -0 $hufud_pid 2>/dev/null || break
		sleep 0.2
	done
	echo 'hufud did not start:'
	cat "$out/../hufud.log"
	return 1
}
