# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Files that come into being under an appraise rule: what the engine writes into security.ima, and when.

policy()
{
	cat <<'TXT'
appraise @ fowner=0
appraise @ fowner=2002 appraise_type=imasig
measure @ fowner=0 func=FILE_CHECK
TXT
}

prepare()
{
	mkdir dir
	file labelled 0
	hash labelled
	file wrong 0
	hash wrong
	echo other >wrong
	file unlabelled 0
	file signed 0
	sign signed
	file needs-signature 2002
	hash needs-signature
	cp "$ACT" program
	hash program
}

steps()
{
	step 'a new file' root open wcx new , write hello , close
	settle
	step 'its label' run xattr new
	step 'is read' root open r new
	step 'is written again' root open wa new , write more , close
	settle
	step 'its label is another' run xattr new
	step 'is read again' root open r new
	step 'a new empty file' root open wc new-empty , close
	settle
	step 'its label too' run xattr new-empty
	step 'is read, empty' root open r new-empty
	step 'mknod' root mknod made , open w made , write x , close
	settle
	step 'the label of what mknod made' run xattr made
	step 'is read as well' root open r made
	step 'without a name, then with' root open wT . , write x , linkat linked , close
	settle
	step 'the label of that' run xattr linked
	step 'is it read' root open r linked
	step 'labelled is read' root open r labelled
	step 'labelled is changed' root open w labelled , write LABELLED , close
	settle
	step 'its label follows' run xattr labelled
	step 'labelled is read' root open r labelled
	step 'labelled is cut' root open wt labelled , close
	settle
	step 'its label follows again' run xattr labelled
	step 'wrong is read' root open r wrong
	step 'wrong is written' root open w wrong , write x , close
	step 'wrong is cut' root open wt wrong , close
	step 'unlabelled is read' root open r unlabelled
	step 'unlabelled is written' root open w unlabelled , write x , close
	settle
	step 'unlabelled still' run xattr unlabelled
	step 'signed is read' root open r signed
	step 'signed is written' root open w signed , write x
	step 'signed is appended to' root open wa signed , write x
	step 'signed is replaced' root open wcx other , write other , close , rename other signed , open r signed
	settle
	step 'a hash where a signature is asked for' root open r needs-signature
	step 'run' root exec ./program
	step 'chmod of a new file' root open wcx moded , write x , chmod 755 moded , close
	settle
	step 'its label' run xattr moded
	step 'opened' root open r moded
}
