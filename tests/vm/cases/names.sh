# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Names with blanks, quotes, control bytes and bytes beyond ASCII, in the list and in audit lines.

policy()
{
	cat <<'TXT'
measure @ func=FILE_CHECK
appraise @ func=FILE_CHECK
TXT
}

names=(plain 'two words' '"quoted"' $'tab\there' 'umläut' '文件' 'back\slash' 'trailing ' 'a=b' '*')

prepare()
{
	local name
	for name in "${names[@]}"; do
		echo x >"$name"
	done
	mkdir -p 'deep dir/of/some/levels'
	echo x >'deep dir/of/some/levels/file'
	echo x >"$(printf 'l%.0s' {1..200})"
}

steps()
{
	local name
	for name in "${names[@]}" 'deep dir/of/some/levels/file' "$(printf 'l%.0s' {1..200})"; do
		step "$name" root open r "$name"
	done
	step 'by another way' root open r './deep dir/../deep dir/of/some/levels/file'
}
