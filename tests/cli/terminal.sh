#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What happens on a terminal: the passphrase prompt, the progress line, Ctrl-C.
# shellcheck disable=SC2016 # inner shells expand them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
need python3
make_keys
printf 'secret\n' >pass
hufu key new -q -o locked.key --passphrase-file pass
: >file
truncate -s 600M slow || skip "needs sparse files"

# term.py SCRIPT COMMAND...: runs the command on a terminal of its own. SCRIPT is Python, which calls wait("text") for
# output and send("text"); then the terminal's output goes to the file screen, and `exit N echo on|off` to the file end.
cat >term.py <<'PY'
import os, pty, select, signal, sys, termios, time

pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
deadline = time.monotonic() + 30

def read(seconds):
    global seen
    if not select.select([fd], [], [], seconds)[0]:
        return True
    try:
        data = os.read(fd, 65536)
    except OSError:
        return False
    seen += data
    return bool(data)

def wait(text):
    start = len(wait.before)
    while text.encode() not in seen[start:]:
        if time.monotonic() > deadline or not read(0.1):
            sys.exit("never seen: %r in %r" % (text, seen[start:]))
    wait.before = seen

wait.before = b""

def echo():
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)

def send(text):
    os.write(fd, text.encode())

exec(sys.argv[1])
while time.monotonic() < deadline and read(0.1):
    pass
try:
    mode = "on" if echo() else "off"
except termios.error:
    mode = "gone"
os.kill(pid, signal.SIGCONT)
while time.monotonic() < deadline:
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        break
    time.sleep(0.05)
else:
    os.kill(pid, signal.SIGKILL)
    sys.exit("does not end")
open("screen", "wb").write(seen)
code = os.waitstatus_to_exitcode(status)
open("end", "w").write("exit %d echo %s" % (code, mode))
PY

# on_terminal WHAT END SCRIPT COMMAND...
on_terminal()
{
	local what=$1 wanted=$2 script=$3
	shift 3
	rm -f screen end
	if ! timeout 60 python3 term.py "$script" "$@" >said 2>&1; then
		not_ok "$what" "$(cat said)"
	elif ! grep -qE "^$wanted" end; then
		not_ok "$what" "$(cat end)" "$(cat -v screen)"
	else
		ok "$what"
	fi
}
shows()
{
	if grep -qaE -- "$2" screen; then ok "$1"; else not_ok "$1" "$(cat -v screen)"; fi
}
hides()
{
	if [ ! -e screen ] || grep -qaE -- "$2" screen; then not_ok "$1" "$(cat -v screen)"; else ok "$1"; fi
}

# ---- prompt

sign=("$HUFU" sign --sidecar --force -k locked.key file)
on_terminal "the passphrase is asked for" 'exit 0' 'wait("Passphrase for locked.key: "); send("secret\n")' "${sign[@]}"
shows "and is right" 'signed 1'
hides "and is not shown" secret
on_terminal "wrong" 'exit 3' 'wait(": "); send("guess\n")' "${sign[@]}"
shows "is said" 'hufu: .*passphrase'
on_terminal "standard input is not the terminal" 'exit 0' 'wait(": "); send("secret\n")' bash -c '"$@" </dev/null' - "${sign[@]}"
on_terminal "end of file" 'exit 3' 'wait(": "); send("\x04")' "${sign[@]}"
on_terminal "Ctrl-C at the prompt ends it by the signal" 'exit -2' 'wait(": "); time.sleep(0.2); assert not echo(); send("\x03")' "${sign[@]}"
on_terminal "and the terminal is as before" 'exit 0' 'wait(": "); time.sleep(0.2); assert not echo(); send("\x03"); wait("after"); assert echo()' \
	bash -c 'trap : INT; "$@"; echo after; sleep 0.5; exit 0' - "${sign[@]}"
on_terminal "stopped and continued, it asks again" 'exit 0' \
	'wait("locked.key: "); time.sleep(0.2); send("\x1a"); wait("Stopped"); assert echo(); wait("locked.key: "); send("secret\n")' \
	bash -c 'set -m; "$@"; sleep 0.3; fg' - "${sign[@]}"
on_terminal "longer than any" 'exit 3' 'wait(": "); send("y" * 1500 + "\n")' "${sign[@]}"

on_terminal "a new passphrase is asked for twice" 'exit 0' \
	'wait("New passphrase for new.key: "); send("tiger\n"); wait("again for new.key: "); send("tiger\n")' \
	"$HUFU" key new -o new.key --passphrase-prompt
shows "made" 'encrypted'
hides "not shown" tiger
printf 'tiger\n' >pass2
expect "it is that passphrase, without the newline" 0 'signed 1' '' "$HUFU" sign --sidecar --force -k new.key --passphrase-file pass2 file
on_terminal "two that differ" 'exit 3' 'wait(": "); send("tiger\n"); wait("again"); send("tigre\n")' \
	"$HUFU" key new -o differ.key --passphrase-prompt
shows "are said" 'not the same'
on_terminal "an empty one" 'exit 3' 'wait(": "); send("\n")' "$HUFU" key new -o differ.key --passphrase-prompt
check "no key" test ! -e differ.key
on_terminal "a key that exists: nobody types in vain" 'exit 3' 'wait("exists")' "$HUFU" key new -o new.key --passphrase-prompt
hides "no question" 'passphrase'
on_terminal "two keys, two questions" 'exit 0' 'wait("Passphrase for locked.key"); send("secret\n"); wait("Passphrase for new.key"); send("tiger\n")' \
	bash -c '"$HUFU" cert ca -q --key locked.key --passphrase-file pass -o l.pem && "$HUFU" cert issue --ca l.pem --ca-key locked.key --key new.key -o n.pem'

# ---- progress

on_terminal "a run of more than a second shows how far it is" 'exit 0' 'wait("left")' "$HUFU" sign --sidecar --force -k ima.key file slow
shows "files, speed" '[0-9]/[0-9]\+? files, [0-9,]+/s, [0-9.]+ [kMG]?B/s'
on_terminal "-q: not" 'exit 0' '' "$HUFU" sign -q --sidecar --force -k ima.key file slow
hides "-q: nothing at all" .
on_terminal "a short run: not" 'exit 0' '' "$HUFU" sign --sidecar --force -k ima.key file
hides "no progress" 'files,'
on_terminal "not when standard error goes elsewhere" 'exit 0' 'wait("signed 1")' bash -c '"$@" 2>err' - "$HUFU" sign --sidecar --force -k ima.key slow
check "nothing in it" test ! -s err

# ---- Ctrl-C

rm -f slow.sig
on_terminal "Ctrl-C" 'exit 3' 'time.sleep(0.7); send("\x03")' "$HUFU" sign --sidecar -k ima.key slow
shows "says so" 'interrupted: what is done stays done'
shows "and what was done" 'signed 0'
check "no signature of half a file" test ! -e slow.sig

# ---- names on a terminal

printf x >"$(printf 'ev\033[31mil')"
on_terminal "JSON on a terminal is plain ASCII" 'exit 1' 'wait("summary")' "$HUFU" show --sidecar --json "$(printf 'ev\033[31mil')" 虎
hides "no escape sequence" "$(printf '\033')\\[31m"
finish
