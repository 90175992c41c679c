#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recipe with keys and certificates made by hufu.
. "$SRC/tests/host/lib.sh"
. "$SRC/tests/host/recipe-body.sh"

host_begin "$@"
hufu_keys && other_keys || exit 1
run_recipe
host_end
