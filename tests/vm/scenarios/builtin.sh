# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The builtin policies of the kernel are those that hufu prints.
# vm: --append ima_policy=tcb|appraise_tcb|secure_boot|critical_data|fail_securely --append ima_appraise=log
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

for name in tcb secure_boot appraise_tcb critical_data fail_securely; do
	hufu policy show --kernel 6.1 --builtin $name
done >/tmp/ours
sed 's/ $//' $IMA/policy >/tmp/theirs
equal 'the builtin policies, rule by rule' "$(cat /tmp/theirs)" "$(cat /tmp/ours)"
check 'there are some' test "$(wc -l </tmp/ours)" -ge 35
end
