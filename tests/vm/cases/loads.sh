# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2317 # functions are called by compare.sh
# How a policy is loaded: lines and writes, what a bad line does, when rules come into force.

policy() { echo 'measure @ fowner=2001 func=FILE_CHECK'; }

prepare()
{
	local owner
	for owner in 2001 2002 2003 2004 2005 2006 2007 2008 2009 2010 2011; do
		file $owner $owner
	done
}

uuid() { cat "$DISKS/loads.uuid"; }
rule() { printf 'measure fsuuid=%s fowner=%s func=FILE_CHECK' "$(uuid)" "$1"; }
# all of it at once, as from a file: a line that comes in two writes is two rules
give()
{
	cat >"$KEYS/given"
	cat "$KEYS/given" 2>&1 >"$POLICY" | sed 's/.*: //'
}

steps()
{
	step 'a line without its newline' run give < <(rule 2002)
	step 'is read' root open r 2002
	step 'a bad line after a good one' run give < <(rule 2003; printf '\nnonsense\n')
	step 'voids all of it' root open r 2003
	step 'a bad line before a good one' run give < <(printf 'nonsense\n'; rule 2004; echo)
	step 'voids it as well' root open r 2004
	step 'comments and empty lines' run give < <(printf '# a comment\n\n   # another\n'; rule 2005; printf '\n\n')
	step 'are passed over' root open r 2005
	step 'nothing at all' run give < <(printf '')
	step 'only comments' run give < <(printf '# nothing\n')
	step 'two rules' run give < <(rule 2006; echo; rule 2007; echo)
	step 'are both there' root open r 2006 , open r 2007
	step 'open for reading and writing' root open rw "$POLICY"
	step 'open for writing twice' root open w "$POLICY" , other w "$POLICY"
	step 'and once more' root open w "$POLICY" , close
	# one write takes one line; the rest is for the writer to write again
	step 'by the byte' run bash -c "$(printf '{ printf %%s%%s %q; printf %%s %q; } >%q' "$(rule 2008 | cut -c 1-20)" "$(rule 2008 | cut -c 21-)" "$POLICY") 2>&1 | sed 's/.*: //'"
	step 'halves are two rules' root open r 2008
	printf '%s\n' "$(rule 2009)" "$(rule 2010)" >rules
	step 'rules by their path' run give < <(printf '%s/rules\n' "$PWD")
	step 'are in force' root open r 2009 , open r 2010
	printf '%s' "$(rule 2011)" >torn
	step 'rules by path without the last newline' run give < <(printf '%s/torn\n' "$PWD")
	step 'are refused' root open r 2011
	step 'a path to nothing' run give < <(printf '%s/none\n' "$PWD")
}
