# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the kernel reads for itself, on Debian's own kernel under hufud: modules, firmware, kernels to boot and their initramfs.
# vm: --kernel stock --seconds 180
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

disk=/mnt/disk
uuid=5ca1ab1e-0000-4000-8000-0000000000aa
audit=/run/hufu/audit.log
list=/run/hufu/ima/ascii_runtime_measurements
firmware=/sys/devices/virtual/misc/test_firmware

# says NAME TEXT COMMAND...: what it prints
says()
{
	local name=$1 text=$2
	shift 2
	"$@" >said 2>&1
	if grep -Fq -- "$text" said; then ok "$name"; else not_ok "$name" "no '$text' in:" "$(cat said)"; fi
}

# ---- a disk with one good and several bad ones of each

cd /tmp || exit 1
{
	hufu key new -q -o ca.key && hufu cert ca -q --key ca.key --subject /CN=CA -o ca.pem &&
		hufu key new -q -o ima.key &&
		hufu cert issue -q --ca ca.pem --ca-key ca.key --key ima.key --subject /CN=ima --der -o ima.der &&
		hufu key new -q -o other.key &&
		hufu cert ca -q --key other.key --subject /CN=other -o other.pem
} || exit 1
truncate -s 96M disk.img
mkfs.ext4 -q -O ^has_journal -U $uuid disk.img
mkdir -p $disk
mount -o loop disk.img $disk || exit 1
mkdir $disk/fw
for name in signed unsigned altered stranger; do
	cp /modules/test_firmware.ko $disk/$name.ko
	printf 'firmware, %s' $name >$disk/fw/$name
	{ head -c 3000 /dev/zero && echo $name; } >$disk/$name.initramfs
done
cp /modules/vmlinuz $disk/signed.vmlinuz
cp /modules/vmlinuz $disk/unsigned.vmlinuz
# This kernel has no SM3, and therefore takes no security.ima with it: it is put there while the disk is not mounted
says 'this kernel refuses SM3 in security.ima' 'unavailable-hash-algorithm' hufu sign -q -k ima.key --cert ima.der $disk/signed.ko
hufu sign -q --sidecar -k ima.key --cert ima.der $disk/{signed,altered}.ko $disk/fw/{signed,altered} \
	$disk/{signed,altered}.initramfs $disk/signed.vmlinuz || exit 1
hufu sign -q --sidecar -k other.key --cert other.pem $disk/stranger.ko $disk/fw/stranger $disk/stranger.initramfs || exit 1
for file in $disk/altered.ko $disk/fw/altered $disk/altered.initramfs; do
	printf x >>$file
done
mkdir sigs
(cd $disk && find . -name '*.sig') | while read -r sidecar; do
	mv "$disk/$sidecar" sigs/"${sidecar##*/}.$((++n))"
	echo "ea_set -f sigs/${sidecar##*/}.$n ${sidecar%.sig} security.ima"
done >ea
umount $disk
debugfs -w -f ea disk.img >debugfs.said 2>&1
mount -o loop disk.img $disk || exit 1
check 'signatures are there' getfattr -n security.ima $disk/signed.ko $disk/fw/stranger

mkdir -p /etc/hufu/trust.d /etc/hufu/ima.d
cp ca.pem /etc/hufu/trust.d/
cp ima.der /etc/hufu/ima.d/
printf '[hufud]\nwatch = %s\njournal = no\n' $disk >/etc/hufu/hufud.conf
hufud >/run/results/hufud.log 2>&1 &
for _ in $(seq 100); do
	[ ! -e /run/hufu/securityfs/ima/policy ] || break
	sleep 0.1
done

# policy: from standard input, in place of the one before
policy()
{
	cat >/tmp/policy
	hufu policy load --replace /tmp/policy >/tmp/said || not_ok 'a policy is taken'
}

# audited NAME PATTERN: the last record has it; another thread writes them
audited()
{
	for _ in $(seq 30); do
		if tail -n 1 $audit | grep -Eq -- "$2"; then
			ok "$1"
			return
		fi
		sleep 0.1
	done
	not_ok "$1" "no '$2' in:" "$(tail -n 2 $audit)"
}

measured()
{
	grep -Eq "^10 [0-9a-f]{40} ima-sig s[hm][a-z0-9]*:[0-9a-f]{64} $1" $list
}

# ---- modules

policy <<TXT
appraise appraise_type=imasig fsuuid=$uuid func=MODULE_CHECK
measure fsuuid=$uuid func=MODULE_CHECK
TXT
check 'nothing is said of rules that are not enforced' test -z "$(grep -i 'does not enforce' /run/results/hufud.log)"
check 'reads are watched' grep -q '"read": *true' <(hufu status --json)
refused 'an unsigned module is refused' insmod $disk/unsigned.ko
audited "with the kernel's record" \
	"type=INTEGRITY_DATA .* op=appraise_data cause=IMA-signature-required comm=\"insmod\" name=\"$disk/unsigned.ko\" dev=\"loop[0-9]+\" ino=[0-9]+ res=0"
refused 'an altered one' insmod $disk/altered.ko
audited 'with its record' "cause=invalid-signature comm=\"insmod\" name=\"$disk/altered.ko\""
refused 'one signed with a key that is not trusted' insmod $disk/stranger.ko
audited 'with its record' "cause=invalid-signature comm=\"insmod\" name=\"$disk/stranger.ko\""
check 'none of them is loaded' test ! -e $firmware
says 'by the system call: EPERM' 'module:EPERM' guest-act open r $disk/unsigned.ko , module
check 'reading an unsigned module is nobody'\''s business' cmp $disk/unsigned.ko /modules/test_firmware.ko
check 'a signed module is loaded' insmod $disk/signed.ko
check 'it runs' test -e $firmware
for name in signed unsigned altered stranger; do
	check "$name.ko is in the list" measured "$disk/$name.ko"
done
check 'the signature is in the list' measured "$disk/signed.ko 030211"
before=$(wc -l <$list)
rmmod test_firmware && check 'it is loaded again' insmod $disk/signed.ko
equal 'and measured once' "$before" "$(wc -l <$list)"
rmmod test_firmware
# The gap of docs/deviations.md: no file, no event
says 'from memory it is loaded: fanotify has no event for that' 'module-buffer:ok' guest-act open r $disk/unsigned.ko , module-buffer

# ---- firmware: in the task that asks for it, and by a thread of the kernel

ask()
{
	printf %s "$2" >$firmware/trigger_"$1"
}

policy <<TXT
appraise appraise_type=imasig fsuuid=$uuid func=FIRMWARE_CHECK
measure fsuuid=$uuid func=FIRMWARE_CHECK
TXT
printf %s $disk/fw >/sys/module/firmware_class/parameters/path
for how in request async_request; do
	check "$how: signed firmware" ask $how signed
	equal "$how: it is what was signed" 'firmware, signed' "$(cat /dev/test_firmware)"
	for name in unsigned altered stranger; do
		if ask $how $name 2>/dev/null; then
			not_ok "$how: $name firmware is refused"
		else
			ok "$how: $name firmware is refused"
		fi
		check "$how: nothing of it got in" test ! -s <(cat /dev/test_firmware)
	done
	comm=bash
	[ $how = request ] || comm='kworker[^"]*'
	audited "$how: the record names who reads" "op=appraise_data cause=invalid-signature comm=\"$comm\" name=\"$disk/fw/stranger\""
done
check 'it is measured' measured "$disk/fw/signed 030211"
check 'unsigned firmware too' measured "$disk/fw/unsigned"
check 'modules are not asked for now' eval "rmmod test_firmware && insmod $disk/unsigned.ko"
check 'nor what is read by others' cat $disk/fw/unsigned

# ---- kernels to boot

kexec()
{
	guest-act kexec "$disk/$1" "$2"
}

policy <<TXT
appraise appraise_type=imasig fsuuid=$uuid func=KEXEC_KERNEL_CHECK
measure fsuuid=$uuid func=KEXEC_KERNEL_CHECK
TXT
says 'an unsigned kernel is refused' 'kexec:EPERM' kexec unsigned.vmlinuz -
audited 'with the record' "cause=IMA-signature-required comm=\"guest-act\" name=\"$disk/unsigned.vmlinuz\""
says 'a signed one is taken' 'kexec:ok' kexec signed.vmlinuz -
says 'its initramfs is another matter' 'kexec:ok' kexec signed.vmlinuz $disk/unsigned.initramfs
check 'it is in the list' measured "$disk/signed.vmlinuz 030211"
check 'the initramfs is not' eval "! measured $disk/unsigned.initramfs"
policy <<TXT
appraise appraise_type=imasig fsuuid=$uuid func=KEXEC_INITRAMFS_CHECK
measure fsuuid=$uuid func=KEXEC_INITRAMFS_CHECK
TXT
says 'an unsigned kernel is another matter' 'kexec:ok' kexec unsigned.vmlinuz $disk/signed.initramfs
for name in unsigned altered stranger; do
	says "an initramfs that is $name is refused" 'kexec:EPERM' kexec unsigned.vmlinuz $disk/$name.initramfs
done
audited 'with the record' "cause=invalid-signature comm=\"guest-act\" name=\"$disk/stranger.initramfs\""
check 'it is in the list' measured "$disk/signed.initramfs 030211"

# ---- by the strictest policy there is

policy <<TXT
appraise appraise_type=imasig fsuuid=$uuid
TXT
refused 'a rule without func= is about modules as well' eval "rmmod test_firmware; insmod $disk/unsigned.ko"
end
