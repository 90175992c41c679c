#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lists of each template as a 6.1 kernel wrote them, against what the registers of its TPM held then: see scripts/record-lists.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

lists=$SRC/tests/vectors/lists
for dir in "$lists"/*/; do
	name=$(basename "$dir")
	for form in ascii binary; do
		expect "$name: $form is shown" 0 'boot_aggregate' '' "$HUFU" log show "$dir$form"
		check "$name: as the kernel shows it, from $form" cmp out "$dir/ascii"
		expect "$name: $form is right" 0 '10 entries, 1 violation, 0 wrong' '' "$HUFU" log verify "$dir$form" --pcrs "$dir/pcrs"
		check "$name: $form leads to both PCRs in both banks" test "$(grep -c '^PCR 1[01], .* as the TPM says$' out)" -eq 4
		head -c -1 "$dir$form" >torn
		expect "$name: $form without its last byte" 1 '*' 'torn' "$HUFU" log verify torn --pcrs "$dir/pcrs"
		sed 's|/var/lists/hashed|/var/lists/hasheD|' "$dir$form" >forged
		expect "$name: a name in $form is another" 1 '*' 'entry 4, /var/lists/hasheD: the template hash' \
			"$HUFU" log verify forged --pcrs "$dir/pcrs"
		case $(head -n 1 "$dir/ascii") in
		*' ima-sig '* | *' ima-sigv2 '* | *' ima-modsig '*)
			expect "$name: the signature in $form" 0 '1 good signature' '' "$HUFU" log verify "$dir$form" --cert "$dir/cert.pem"
			;;
		*' evm-sig '*)
			expect "$name: signatures of EVM are left aside" 0 '0 good signatures' '' \
				"$HUFU" log verify "$dir$form" --cert "$dir/cert.pem"
			;;
		esac
	done
	sed '$d' "$dir/ascii" >short
	expect "$name: the last entry is left out" 1 '*' 'PCR 10, sha256: the list gives' "$HUFU" log verify short --pcrs "$dir/pcrs"
	awk '$1 == "sha256" && $2 == 11 { $3 = "00" substr($3, 3) } 1' "$dir/pcrs" >other
	expect "$name: another value of PCR 11" 1 '*' 'PCR 11, sha256: the list gives' "$HUFU" log verify "$dir/binary" --pcrs other
	awk '$1 == "sha256" && $2 == 3 { $3 = "00" substr($3, 3) } 1' "$dir/pcrs" >other
	case $name in
	ima) ;; # says SHA-1 whatever the bank
	*) expect "$name: of another boot" 1 '*' 'boot_aggregate is not' "$HUFU" log verify "$dir/binary" --pcrs other ;;
	esac
done
finish
