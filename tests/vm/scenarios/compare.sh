# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The cases of cases/ under one engine, ENGINE=kernel or ENGINE=hufud. For tests/vm/compare.
# vm: --append ima_template=ima-ng --seconds 300
export OUT=/run/results/compare MNT=/mnt DISKS=/run/disks CASES=$VM/cases ROOT_PEM=$VM/root.pem ROOT_KEY=$VM/root.key
export ACT=/usr/bin/guest-act HUFUD_RUN=/run/hufu ENGINE=${ENGINE:-kernel}
mkdir -p $DISKS
[ ! -d "$VM/with" ] || {
	export KEYS=/run/results/keys
	mkdir -p $KEYS
	cp -r "$VM/with/." $KEYS/
}
# shellcheck source=tests/vm/guest/compare.sh
. "$VM/compare.sh"

start_hufud()
{
	mkdir -p /etc/hufu/trust.d /etc/hufu/ima.d
	cp "$ROOT_PEM" /etc/hufu/trust.d/
	# shellcheck disable=SC2154 # of compare.sh
	cp "$keys/ima.der" /etc/hufu/ima.d/
	{
		echo '[hufud]'
		printf 'template = ima-ng\nhash = sm3\njournal = no\nmode = %s\n' "${MODE:-enforce}"
		for case in $(cases); do
			echo "watch = $MNT/$case"
		done
	} >/etc/hufu/hufud.conf
	hufud >/run/results/hufud.log 2>&1 &
	for _ in $(seq 100); do
		[ ! -e $HUFUD_RUN/securityfs/ima/policy ] || return 0
		sleep 0.2
	done
	cat /run/results/hufud.log
	return 1
}

compare_prepare
if [ "$ENGINE" = kernel ]; then
	keyctl padd asymmetric '' %:.ima <"$keys/ima.der" >/dev/null || exit 1
else
	start_hufud || exit 1
	hufu status >/run/results/status 2>&1
fi
compare_run
[ "$ENGINE" = kernel ] || hufu status --json >/run/results/status.json
