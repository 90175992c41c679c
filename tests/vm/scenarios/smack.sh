# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Rules that ask for labels, with Smack as the security module: the kernel's IMA on one disk, hufud on another, the same files.
# vm: --append lsm=smack,integrity --append ima_template=ima-ng
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

n=0
for disk in kernel hufud; do
	n=$((n + 1))
	truncate -s 8M /run/$disk.img
	mkfs.ext4 -q -O ^has_journal -U 5ca1ab1e-0000-4000-8000-00000000000$n /run/$disk.img
	mkdir -p /mnt/$disk
	mount -o loop /run/$disk.img /mnt/$disk
	for label in secret public _; do
		echo $label >/mnt/$disk/$label
		setfattr -n security.SMACK64 -v $label /mnt/$disk/$label
	done
	echo bare >/mnt/$disk/bare
	setfattr -x security.SMACK64 /mnt/$disk/bare 2>/dev/null
	cat >/tmp/$disk.policy <<TXT
measure fsuuid=5ca1ab1e-0000-4000-8000-00000000000$n func=FILE_CHECK mask=MAY_READ obj_user=secret
measure fsuuid=5ca1ab1e-0000-4000-8000-00000000000$n func=FILE_CHECK mask=MAY_READ subj_user=visitor obj_user=public
TXT
done
check 'hufu knows the labels of Smack' hufu policy check -q /tmp/kernel.policy
check 'the kernel takes the rules' dd if=/tmp/kernel.policy of="$IMA/policy" bs=4096 status=none
mkdir -p /etc/hufu
printf '[hufud]\nwatch = /mnt/hufud\npolicy = /tmp/hufud.policy\njournal = no\ntemplate = ima-ng\n' >/etc/hufu/hufud.conf
hufud >/run/results/hufud.log 2>&1 &
for _ in $(seq 100); do
	[ ! -e /run/hufu/securityfs/ima/policy ] || break
	sleep 0.1
done
check 'hufud takes them' test "$(hufu policy show | wc -l)" -eq 2

for disk in kernel hufud; do
	for file in secret public _ bare; do
		cat /mnt/$disk/$file >/dev/null
	done
	bash -c "echo visitor >/proc/self/attr/current; exec cat /mnt/$disk/public /mnt/$disk/_" >/dev/null
done
names() { sed 's/^[^/]*//' "$1" | grep "^/mnt/$2/" | sed 's#.*/##'; }
equal 'the kernel measures by label' $'secret\npublic' "$(names "$IMA/ascii_runtime_measurements" kernel)"
equal 'hufud measures the same' "$(names "$IMA/ascii_runtime_measurements" kernel)" "$(names /run/hufu/ima/ascii_runtime_measurements hufud)"
end
