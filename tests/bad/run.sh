#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each malformed file is refused with the exit code and the words that stand in `cases`, and nothing is written.
# shellcheck source=tests/cli/lib.sh
. "$SRC/tests/cli/lib.sh"
bad=$SRC/tests/bad

make_keys
echo content >file

# The command that is given a file of this kind.
command_for()
{
	case $1 in
	sig/*) set -- "$HUFU" verify --sidecar --cert ima.der file ;;
	cert/*) set -- "$HUFU" cert show "$2" ;;
	key/*) set -- "$HUFU" sign --sidecar -k "$2" file ;;
	policy/*) set -- "$HUFU" policy check "$2" ;;
	mlog/*) set -- "$HUFU" log verify "$2" ;;
	esac
	command=("$@")
}

# Other commands that meet the same file: they may take it or refuse it, but end in order and soon.
others_for()
{
	case $1 in
	sig/*) survives "$1" show --sidecar file ;;
	cert/*)
		survives "$1" verify --sidecar --cert "$2" file
		survives "$1" cert issue --ca "$2" --ca-key ca.key --key ima.key -o made
		survives "$1" cert issue --ca ca.pem --ca-key ca.key --csr "$2" -o made
		;;
	key/*)
		survives "$1" cert ca --key "$2" --subject X -o made
		survives "$1" cert issue --ca ca.pem --ca-key "$2" --key ima.key -o made
		;;
	policy/*) survives "$1" policy show "$2" ;;
	mlog/*) survives "$1" log show "$2" ;;
	esac
}

survives()
{
	local name=$1
	shift
	run "$HUFU" "$@"
	if [ "$code" -le 3 ] && [ ! -e made ]; then ok "$name: hufu $1 ends in order"; else
		not_ok "$name: hufu $*" "exit $code" "$(tail -n 3 err)" "$(ls made 2>&1)"
		rm -f made
	fi
}

refused()
{
	local name=$1 path=$2 wanted=$3 words=$4
	[ "${name%%/*}" != sig ] || cp "$path" file.sig
	command_for "$name" "$path"
	# What is refused is said on standard error by most, and with the results by verify.
	run "${command[@]}"
	if [ "$code" -eq "$wanted" ] && cat out err | grep -qE -- "$words"; then ok "$name"; else
		not_ok "$name" "exit $code, not $wanted" "wanted: $words" "$(cat out err | head -n 5)"
	fi
	others_for "$name" "$path"
	[ "${name%%/*}" != key ] || [ ! -e file.sig ] || not_ok "$name: nothing is written" "$(ls file.sig*)"
	rm -f file.sig
}

listed=()
while read -r name code_wanted words; do
	case $name in
	'' | '#'*) continue ;;
	esac
	listed+=("$name")
	if [ -f "$bad/$name" ]; then refused "$name" "$bad/$name" "$code_wanted" "$words"; else not_ok "$name is in cases, but no such file"; fi
done <"$bad/cases"
for path in "$bad"/*/*; do
	case " ${listed[*]} " in
	*" ${path#"$bad"/} "*) ;;
	*) not_ok "${path#"$bad"/} is not in cases" ;;
	esac
done

# What is large is made here.
mkdir large
head -c 1200000 /dev/zero | tr '\0' '#' | fold -w 1000 >large/policy
head -c 10000 /dev/zero | tr '\0' x >large/line
echo >>large/line
head -c 2000000 /dev/zero >large/zeros
head -c 2000000 /dev/zero | tr '\0' '\n' >large/newlines
refused policy/one-megabyte-and-more large/policy 3 'longer than 1048576 bytes'
refused policy/line-of-10000 large/line 1 'line 1, column 4096: a line of 10000 bytes'
refused cert/two-megabytes large/zeros 3 'longer than|not a certificate'
refused key/two-megabytes large/newlines 3 'longer than|no private key'
refused sig/two-megabytes large/zeros 1 'longer than 2048 bytes'
refused mlog/two-megabytes-of-zeros large/zeros 1 'entry 1 at byte 0'
refused mlog/two-megabytes-of-newlines large/newlines 1 'entry 1 at byte 0'
finish
