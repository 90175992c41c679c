# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The cases of cases/ under one engine, ENGINE=kernel or ENGINE=hufud, on disks that tests/vm/compare has made.
# vm: --append ima_template=ima-ng --seconds 200
export OUT=/run/results/compare MNT=/mnt DISKS=$VM/with/disks KEYS=$VM/with/keys CASES=$VM/cases ROOT_PEM=$VM/root.pem
export ROOT_KEY=$VM/root.key ACT=/usr/bin/guest-act HUFUD_RUN=/run/hufu ENGINE=${ENGINE:-kernel}
# shellcheck source=tests/vm/guest/compare.sh
. "$VM/compare.sh"

mkdir -p $OUT
if [ ! -d "$VM/with" ]; then
	compare_prepare || exit 1
fi
compare_mount || exit 1
if [ "$ENGINE" = kernel ]; then
	keyctl padd asymmetric '' %:.ima <"$KEYS/ima.der" >/dev/null || exit 1
else
	compare_hufud '' || exit 1
fi
compare_run
[ "$ENGINE" = kernel ] || hufu status --json >/run/results/status.json
