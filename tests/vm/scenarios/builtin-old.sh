# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The older form of the builtin policy.
# vm: --append ima_tcb
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

equal 'the builtin policy of ima_tcb' "$(sed 's/ $//' $IMA/policy)" "$(hufu policy show --kernel 6.1 --builtin ima_tcb)"
end
