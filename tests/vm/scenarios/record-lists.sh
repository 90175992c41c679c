# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Makes a short measurement list with everything a template can say of a file: see scripts/record-lists.
# vm: --tpm
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

dir=/var/lists
mkdir -p $dir && cd $dir || exit 1
printf plain >plain
printf blanks >'two  blanks'
printf hashed >hashed
printf signed >signed
printf evm >evm
: >empty
printf newline >$'new\nline'
hufu key new -q --type sm2 -o /tmp/k.key && hufu cert ca -q --key /tmp/k.key --subject /CN=lists -o /tmp/k.pem || not_ok "a key"
chown 2001:2002 ./*
chmod 4751 signed
check 'a signed file' hufu sign -q -k /tmp/k.key --cert /tmp/k.pem signed
check 'a hashed file' hufu hash -q hashed
check 'capabilities' setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 signed
# a portable signature of EVM in form only: what is shown is its bytes
check 'a signature of EVM' setfattr -n security.evm -v 0x0502041122334400083006020101020101 evm

cat >/tmp/policy <<'TXT'
measure func=FILE_CHECK mask=MAY_READ fowner=2001
measure func=FILE_CHECK fowner=2001 pcr=11
TXT
check 'the policy' dd if=/tmp/policy of=$IMA/policy bs=4096 status=none
for file in plain 'two  blanks' hashed signed evm empty $'new\nline' plain; do
	cat "$file" >/dev/null
done
exec 3<>plain
cat plain >/dev/null # a violation: open_writers
exec 3>&-
cat $IMA/ascii_runtime_measurements >"$results/ascii"
cat $IMA/binary_runtime_measurements >"$results/binary"
for bank in sha1 sha256; do
	for n in 0 1 2 3 4 5 6 7 8 9 10 11; do
		echo "$bank $n $(cat /sys/class/tpm/tpm0/pcr-$bank/$n)"
	done
done >"$results/pcrs"
cp /tmp/k.pem "$results/cert.pem"
check 'hufu reads it' hufu log verify "$results/binary" --pcrs "$results/pcrs" --cert /tmp/k.pem
equal 'and shows it as the kernel does' "$(cat "$results/ascii")" "$(hufu log show "$results/binary")"
end
