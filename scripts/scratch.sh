# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A scratch machine for the quickstart and the host tests: a small ext4 file system in a file, with bash, a few programs and
# their libraries on it, in a private mount namespace. Only this file system is ever watched. Sourced, not run.
#
# scratch_enter "$@"   runs the calling script again in a private mount namespace, as root; returns inside it
# scratch_begin        makes $scratch (work directory) and $disk (where the file system is mounted)
# scratch_program P... copies programs of this machine with their libraries onto $disk
# scratch_user ARG...  runs a program of $disk as uid 1001, with $disk as its root
# scratch_root ARG...  the same as root
# scratch_end          ends what was started, unmounts, removes; also runs when the script ends in any way

scratch_uid=1001
scratch_disk_mb=${scratch_disk_mb:-192}

scratch_enter()
{
	if [ -n "${HUFU_SCRATCH_INSIDE-}" ]; then
		return 0
	fi
	if [ "$(id -u)" -ne 0 ]; then
		echo "needs root: for a mount namespace, a loop device and fanotify" >&2
		return 1
	fi
	HUFU_SCRATCH_INSIDE=1 exec unshare --mount --propagation private --kill-child -- "$BASH" "$0" "$@"
}

scratch_begin()
{
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/hufu-scratch.XXXXXX") || return 1
	chmod 0755 "$scratch"
	disk=$scratch/disk
	trap scratch_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir "$disk" &&
		truncate -s "${scratch_disk_mb}M" "$scratch/disk.img" &&
		mkfs.ext4 -q -F "$scratch/disk.img" &&
		scratch_mount || return 1
	mkdir -p "$disk"/usr/{bin,sbin,lib,lib64} "$disk"/{etc,tmp,proc,dev,.old,home/imatest}
	ln -s usr/bin usr/sbin usr/lib usr/lib64 "$disk/"
	chmod 1777 "$disk/tmp"
	chown $scratch_uid:$scratch_uid "$disk/home/imatest"
	printf 'root:x:0:0::/root:/bin/bash\nimatest:x:%d:%d::/home/imatest:/bin/bash\n' $scratch_uid $scratch_uid >"$disk/etc/passwd"
	printf 'root:x:0:\nimatest:x:%d:\n' $scratch_uid >"$disk/etc/group"
	scratch_program bash setpriv
}

# Mounts the image again, after scratch_umount and after changes to it.
scratch_mount()
{
	mount -o loop "$scratch/disk.img" "$disk"
}

scratch_umount()
{
	umount "$disk"
}

# Copies a file to the same place below $disk. /lib and the like are links into /usr there.
scratch_copy()
{
	local from=$1 to
	to=$disk$from
	mkdir -p "$(dirname "$to")" && cp -L "$from" "$to"
}

scratch_program()
{
	local program path library
	for program in "$@"; do
		path=$(command -v "$program") || return 1
		path=/usr/bin/$(basename "$path")
		[ -e "$path" ] || path=$(readlink -f "$(command -v "$program")")
		scratch_copy "$path" || return 1
		for library in $(ldd "$path" | grep -o '/[^ ]*'); do
			[ -e "$disk$library" ] || scratch_copy "$library" || return 1
		done
	done
}

# pivot_root instead of chroot: paths are then those of the scratch machine, as they would be at a real root.
scratch_root()
{
	# shellcheck disable=SC2016 # the inner shell expands them
	timeout --foreground 60 env -i HOME=/ PATH=/usr/bin:/usr/sbin:/bin:/sbin unshare --mount --propagation private -- sh -c '
		cd "$1" && mount --bind . . && cd "$1" && pivot_root . .old && shift && cd / && exec "$@"' sh "$disk" "$@"
}

scratch_user()
{
	scratch_root /usr/bin/setpriv --reuid $scratch_uid --regid $scratch_uid --clear-groups "$@"
}

# hufud of this build, with everything it keeps below $scratch/root. More options may be given.
# shellcheck disable=SC2120 # they are optional
hufud_start()
{
	"$HUFUD" --root "$scratch/root" --watch "$disk" "$@" </dev/null >/dev/null 2>>"$scratch/hufud.err" &
	hufud_pid=$!
	hufud_wait
}

# Until it answers; it may also end at once, with a message.
hufud_wait()
{
	local i
	for ((i = 0; i < 100; i++)); do
		"$HUFU" --root "$scratch/root" status >/dev/null 2>&1 && return 0
		kill -0 "$hufud_pid" 2>/dev/null || break
		sleep 0.1
	done
	cat "$scratch/hufud.err" >&2
	return 1
}

# hufud_stop [SIGNAL]: ends it and waits; its exit code is in $scratch_status.
# shellcheck disable=SC2120 # the signal is optional
hufud_stop()
{
	local i
	[ -n "${hufud_pid-}" ] || return 0
	{
		kill "-${1:-TERM}" "$hufud_pid"
		for ((i = 0; i < 100; i++)); do
			kill -0 "$hufud_pid" || break
			sleep 0.1
		done
		kill -KILL "$hufud_pid"
		wait "$hufud_pid"
		# shellcheck disable=SC2034 # for the caller
		scratch_status=$?
	} 2>/dev/null # the shell would say "Killed" here
	hufud_pid=
	return 0
}

scratch_end()
{
	trap - EXIT
	hufud_stop
	if [ -n "${scratch-}" ]; then
		umount -q "$scratch/root/run/hufu/securityfs" 2>/dev/null
		umount -q "$disk" 2>/dev/null || umount -q -l "$disk" 2>/dev/null
		rm -rf --one-file-system "$scratch"
	fi
}
