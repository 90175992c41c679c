# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Does not end by itself: for the test of the rig.
echo hanging
sleep 1000
