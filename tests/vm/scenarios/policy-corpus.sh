# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The rules of tests/vectors/policy, judged by the kernel: for scripts/policy-corpus.
# vm: --seconds 300 --append ima_appraise=log
guest-policy-record "$VM/with/rules" "$IMA/policy" >/run/results/recorded
