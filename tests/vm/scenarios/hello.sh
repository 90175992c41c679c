# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The rig itself: what a scenario can count on.
# vm: --tpm --append ima_policy=tcb
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

check 'a kernel 6.1' grep -q '^Linux version 6\.1\.' /proc/version
check 'hufu runs' hufu --version
check 'IMA is there' test -r $IMA/ascii_runtime_measurements
check 'boot_aggregate comes first' grep -Eq '^10 [0-9a-f]* ima-[a-z]* sha256:[0-9a-f]* boot_aggregate ?$' <(head -n 1 $IMA/ascii_runtime_measurements)
check 'a TPM' test -r /sys/class/tpm/tpm0/pcr-sha256/10
check 'another user' as_user test -O /home/imatest
end
