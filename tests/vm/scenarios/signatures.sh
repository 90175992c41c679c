# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The kernel's own IMA judges what hufu signed: SM2, RSA and ECDSA, under certificates that hufu's CA issued.
# vm: --tpm --append ima_template=ima-sig
# shellcheck source=tests/vm/guest/lib.sh
. "$VM/lib.sh"

cd /tmp || exit 1
ima=%:.ima

# new NAME TYPE [ISSUER]: a key, and a certificate from the root that the kernel holds
new()
{
	hufu key new -q --type "$2" -o "$1.key" &&
		hufu cert issue -q --ca "$VM/root.pem" --ca-key "$VM/root.key" --key "$1.key" --subject "/CN=$1" -o "$1.pem" &&
		hufu cert show --form der -o "$1.der" "$1.pem" >/dev/null 2>&1 || openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}

for type in sm2 rsa:2048 ecdsa-p256 ecdsa-p384; do
	name=${type//[:-]/}
	new "$name" "$type" || not_ok "a key of type $type"
	check "the kernel takes a $type certificate from hufu's CA" keyctl padd asymmetric '' $ima <"$name.der"
done
hufu key new -q -o other-ca.key
hufu cert ca -q --key other-ca.key --subject /CN=stranger -o other-ca.pem
hufu key new -q -o stranger.key
hufu cert issue -q --ca other-ca.pem --ca-key other-ca.key --key stranger.key --subject /CN=stranger -o stranger.pem
openssl x509 -in stranger.pem -outform DER -out stranger.der
if keyctl padd asymmetric '' $ima <stranger.der >said 2>&1; then
	not_ok "a stranger's certificate is refused by the kernel"
elif grep -q 'Required key not available' said; then
	ok "a stranger's certificate is refused by the kernel: ENOKEY"
else
	not_ok "a stranger's certificate is refused with ENOKEY" "$(cat said)"
fi
equal "the kernel's keyring shows the ids that hufu shows" "$(for n in sm2 rsa2048 ecdsap256 ecdsap384; do
	hufu cert show "$n.pem" | grep -io 'key id[: ]*[0-9a-f]\{8\}' | head -n 1 | grep -o '[0-9a-f]\{8\}$'
done | sort)" "$(grep -o 'X509\.[a-z0-9-]* [0-9a-f]\{8\}' /proc/keys | cut -d' ' -f2 |
	grep -F -f <(for n in sm2 rsa2048 ecdsap256 ecdsap384; do
		hufu cert show "$n.pem" | grep -io 'key id[: ]*[0-9a-f]\{8\}' | head -n 1 | grep -o '[0-9a-f]\{8\}$'
	done) | sort)"

check 'a tree is signed' hufu sign -q -r -t f -a sm3 -k sm2.key --cert sm2.pem /usr
user=/home/imatest
for name in sm2 rsa2048 ecdsap256 ecdsap384; do
	cp /usr/bin/id $user/$name
	hash=sha256
	[ $name != sm2 ] || hash=sm3
	[ $name != ecdsap384 ] || hash=sha384
	check "a file is signed with $name" hufu sign -q -a $hash -k $name.key --cert $name.pem $user/$name
done
cp /usr/bin/id $user/unsigned
cp /usr/bin/id $user/stranger
hufu sign -q -k stranger.key --cert stranger.pem $user/stranger
cp /usr/bin/id $user/altered
hufu sign -q -k sm2.key --cert sm2.pem $user/altered
printf x >>$user/altered
cp /usr/bin/id $user/hashed
hufu hash -q --set $user/hashed 2>/dev/null || evmctl ima_hash -a sm3 $user/hashed >/dev/null 2>&1
echo data >$user/data
hufu sign -q -k sm2.key --cert sm2.pem $user/data
echo data >$user/plain
cp /usr/lib/libtinfo.so.6 $user/libunsigned.so
cp /usr/lib/libtinfo.so.6 $user/libsigned.so
hufu sign -q -k sm2.key --cert sm2.pem $user/libsigned.so
printf '#!/usr/bin/bash\necho script\n' >$user/script
chmod 755 $user/script
cp $user/script $user/script-unsigned
hufu sign -q -k sm2.key --cert sm2.pem $user/script

cat >policy <<'TXT'
appraise appraise_type=imasig uid=1001 func=BPRM_CHECK
appraise appraise_type=imasig uid=1001 func=MMAP_CHECK
appraise appraise_type=imasig uid=1001 func=FILE_CHECK mask=MAY_READ fowner=1001
measure uid=1001 func=BPRM_CHECK
measure uid=1001 func=MMAP_CHECK mask=MAY_EXEC
measure uid=1001 func=FILE_CHECK mask=^MAY_READ fowner=1001
TXT
chown 1001:1001 $user/data $user/plain
check "hufu takes the policy" hufu policy check -q policy
check "the kernel takes it" dd if=policy of=$IMA/policy bs=4096 status=none
equal "they print it the same" "$(hufu policy show policy)" "$(tail -n 6 $IMA/policy | sed 's/ $//')"

check 'signed programs run' as_user id
for name in sm2 rsa2048 ecdsap256 ecdsap384; do
	check "what is signed with $name runs" as_user $user/$name -u
done
check 'a signed script runs' as_user $user/script
check 'a signed library is loaded' as_user env LD_PRELOAD=$user/libsigned.so id
check 'a signed file is read' as_user cat $user/data
for name in unsigned stranger altered hashed script-unsigned; do
	refused "$name is refused" as_user $user/$name
done
refused 'an unsigned file is not read' as_user cat $user/plain
if as_user env LD_PRELOAD=$user/libunsigned.so id 2>&1 | grep -q 'failed to map segment'; then
	ok 'an unsigned library is not mapped'
else
	not_ok 'an unsigned library is not mapped'
fi
check 'root is not named' $user/unsigned

busybox dmesg >log
check "the kernel's audit line for what is unsigned" \
	grep -q "op=appraise_data cause=IMA-signature-required comm=\"[a-z]*\" name=\"$user/unsigned\".* res=0" log
check "the kernel's audit line for what is altered" \
	grep -q "op=appraise_data cause=invalid-signature comm=\"[a-z]*\" name=\"$user/altered\".* res=0" log
keyid=$(grep -o 'X509\.sm2 [0-9a-f]\{8\}' /proc/keys | cut -d' ' -f2 | grep -F "$(hufu cert show sm2.pem | grep -io 'key id[: ]*[0-9a-f]\{8\}' | grep -o '[0-9a-f]\{8\}$' | head -n 1)")
check "the list names program, signature and key" \
	grep -Eq "^10 [0-9a-f]{40} ima-sig sm3:[0-9a-f]{64} /usr/bin/id 030211$keyid" $IMA/ascii_runtime_measurements

# hufu reads and verifies the kernel's lists against the kernel's PCRs
for bank in sha1 sha256; do
	for n in 0 1 2 3 4 5 6 7 8 9 10; do
		echo "$bank $n $(cat /sys/class/tpm/tpm0/pcr-$bank/$n)"
	done
done >pcrs

# says NAME CODE TEXT COMMAND...
says()
{
	local name=$1 code=$2 text=$3 rc
	shift 3
	"$@" >said 2>&1
	rc=$?
	if [ $rc -ne "$code" ]; then
		not_ok "$name" "exit code $rc, not $code" "$(cat said)"
	elif ! grep -Fq -- "$text" said; then
		not_ok "$name" "it does not say: $text" "$(cat said)"
	else
		ok "$name"
	fi
}

for form in ascii binary; do
	cat $IMA/${form}_runtime_measurements >$form
	says "hufu verifies the kernel's $form list against its PCRs" 0 'PCR 10, sha256: as the TPM says' hufu log verify $form --pcrs pcrs
	says 'boot_aggregate too' 0 'boot_aggregate: as the TPM says' hufu log verify $form --pcrs pcrs
	awk '$1 == "sha256" && $2 == 10 { $3 = "00" substr($3, 3) } 1' pcrs >wrong
	says "another PCR value is noticed ($form)" 1 'PCR 10, sha256: the list gives' hufu log verify $form --pcrs wrong
	awk '$1 == "sha256" && $2 == 3 { $3 = "00" substr($3, 3) } 1' pcrs >wrong
	says "and of another boot ($form)" 1 'boot_aggregate is not' hufu log verify $form --pcrs wrong
	says 'with the signatures: what was altered is named' 1 '/home/imatest/' hufu log verify $form \
		--cert sm2.pem --cert rsa2048.pem --cert ecdsap256.pem --cert ecdsap384.pem --cert stranger.pem
done
equal 'they are the same list' "$(hufu log show binary)" "$(cat ascii)"
sed 's/ \/usr\/bin\/id / \/usr\/bin\/ID /' ascii >forged
says 'a forged entry is noticed' 1 'the template hash is' hufu log verify forged --pcrs pcrs
sed '$d' ascii >short
says 'an entry that was left out is noticed' 1 'PCR 10, sha256: the list gives' hufu log verify short --pcrs pcrs
$user/sm2 >/dev/null
as_user $user/sm2 >/dev/null
echo more >$user/data2
chown 1001 $user/data2
hufu sign -q -k sm2.key --cert sm2.pem $user/data2
as_user cat $user/data2 >/dev/null
cat $IMA/binary_runtime_measurements >longer
says 'a list that goes on after the PCRs were read is told from a forged one' 1 'was reached after entry' hufu log verify longer --pcrs pcrs
end
