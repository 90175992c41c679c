# SPDX-License-Identifier: Apache-2.0
"""What the house checks share: the layers, the files of the tree, and C source without comments and strings."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# For each layer, the layers it may see. The same table as in meson.build, where the include paths come from.
LAYERS = {
    "base": [],
    "crypto": ["base"],
    "format": ["base"],
    "policy": ["base"],
    "watch": ["base"],
    "trust": ["crypto", "format", "base"],
    "engine": ["trust", "policy", "crypto", "format", "base"],
    "cli": ["base"],
    "daemon": ["watch", "base"],
}
LIBRARY = ["base", "crypto", "format", "policy", "trust", "engine"]  # what libhufu.so is made of
PROGRAMS = {"cli": "hufu", "daemon": "hufud"}
SKIP = 77


def files(*suffixes):
    """Paths, relative to the root, of what is in git or would be, with one of the suffixes; all without any."""
    try:
        # The clone may belong to the user who calls this through sudo.
        out = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT,
                             check=True, capture_output=True).stdout
        names = [os.fsdecode(name) for name in out.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, here in os.walk(ROOT):
            folders[:] = [name for name in folders if name != ".git" and not name.startswith("build")]
            names += [os.path.relpath(os.path.join(folder, name), ROOT) for name in here]
    names = [name for name in sorted(set(names)) if os.path.isfile(os.path.join(ROOT, name))]
    return [name for name in names if not suffixes or name.endswith(suffixes)]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def layer_of(path):
    """The layer of a file below src/, else None."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" and parts[1] in LAYERS else None


def is_test(path):
    return path.startswith("tests/") or os.path.basename(path).startswith("test-")


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code(text):
    """C text with comments and the insides of strings blanked; lines and columns stay where they were."""
    def blank(match):
        word = match.group(0)
        if word[0] in "\"'":
            return word[0] + " " * (len(word) - 2) + word[0]
        return re.sub(r"[^\n]", " ", word)
    return TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def build_dir(argv):
    """The build directory given, else the one ./check makes; ends as a skip where there is none."""
    folder = argv[1] if len(argv) > 1 else os.path.join(ROOT, "build", "check-gcc")
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        print(f"no build in {os.path.relpath(folder)}: run ./check, or name one")
        sys.exit(SKIP)
    return folder


def archive(build, layer):
    path = os.path.join(build, "src", layer, f"lib{layer}.a")
    if not os.path.exists(path):
        sys.exit(f"{path}: not built")
    return path


def run(*argv):
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(argv)}: {done.stderr.strip()}")
    return done.stdout


def report(problems, fine):
    """Prints the problems, or the sentence that all is well, and ends the program."""
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print(fine)
    sys.exit(0)
