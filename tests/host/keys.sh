#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rules of KEY_CHECK: what enters hufud's keyrings is in the list, whether it was loaded before the policy or came after it.
. "$SRC/tests/host/lib.sh"

host_begin "$@"
hufu_keys || exit 1
cp ima.der root/etc/hufu/ima.d/
hufu key new -q -o later.key &&
	hufu cert issue -q --ca ca.pem --ca-key ca.key --key later.key --subject /CN=later --der -o later.der || exit 1
list=root/run/hufu/ima/ascii_runtime_measurements

# entry RING FILE: the entry that a certificate makes
entry()
{
	printf ' ima-buf sm3:%s %s %s' "$(openssl dgst -sm3 -r "$2" | cut -d' ' -f1)" "$1" "$(od -An -v -tx1 "$2" | tr -d ' \n')"
}
is_listed()
{
	grep -Fq -- "$(entry "$@")" "$list"
}

printf 'measure func=KEY_CHECK keyrings=.ima\n' >root/etc/hufu/policy
hufud_start || exit 1
expect "no word of rules that are not carried out" 1 '' grep -q KEY_CHECK hufud.err
expect "a key that was loaded at the start is in the list" 0 '' is_listed .ima ima.der
openssl x509 -in ca.pem -outform DER -out ca.der
expect "the ring that no rule names is not" 1 '' is_listed .builtin_trusted_keys ca.der
expect "a key that is added" 0 '' bash -c '"$HUFU" --root root keyring add .ima <later.der'
expect "is in the list" 0 '' is_listed .ima later.der
before=$(wc -l <$list)
kill -HUP "$hufud_pid"
sleep 0.5
expect "reading them again adds nothing" 0 "^$before\$" sh -c "wc -l <$list"
expect "hufu reads the entries" 0 '' hufu log verify "$list"
hufud_stop

# Without a policy they wait for the first
rm root/etc/hufu/policy
rm -r root/run/hufu/ima
hufud_start || exit 1
expect "without a policy nothing is measured" 1 '' grep -q ima-buf $list
printf 'measure func=KEY_CHECK keyrings=.ima|.builtin_trusted_keys\n' | load_policy
expect "the first policy measures what is there" 0 '' is_listed .ima ima.der
expect "in every ring it names" 0 '' is_listed .builtin_trusted_keys ca.der
host_end
