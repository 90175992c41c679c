#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Each house check is given a small tree that breaks one rule, and has to say so; and one that breaks none.

A check that cannot fail is worth nothing, and nobody would notice.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

SCRIPTS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "scripts")
SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"
GOOD = {
    "include/hufu.h": SPDX + "#ifndef HUFU_H\n#define HUFU_H\n#define HUFU_API\nHUFU_API int hufu_x(void);\n#endif\n",
    "src/base/low.h": SPDX + "int low_read(const char *path);\n",
    "src/base/low.c": SPDX + '#include "low.h"\n\nint low_read(const char *path)\n{\n\treturn *path;\n}\n',
    "src/engine/high.h": SPDX + "int high_do(void);\n",
    "src/engine/high.c": SPDX + '#include "high.h"\n\n#include "low.h"\n\nint high_do(void)\n{\n'
                         '\treturn low_read("strcpy(a) exit(1)"); /* strcpy(a) */\n}\n',
    "docs/architecture.md": "# Map\n\n`src/base/low.c` and high\n\n[decisions](decisions/README.md)\n",
    "docs/decisions/README.md": "# Decisions\n\n[1](0001-a.md)\n",
    "docs/decisions/0001-a.md": "# A\n",
}
LONG = SPDX + "int low_long(void)\n{\n" + "\t;\n" * 58 + "}\n"

# check, file to add or replace, its content, what has to be said
BROKEN = [
    ("check-includes", "src/base/up.c", SPDX + '#include "../engine/high.h"\n', "never a path"),
    ("check-includes", "src/base/up.c", SPDX + '#include "high.h"\n', "base must not see engine"),
    ("check-includes", "src/base/up.c", SPDX + "#include <sys/fanotify.h>\n", "belongs to watch"),
    ("check-includes", "src/base/up.c", SPDX + "extern int high_do(void);\n", "extern belongs in a header"),
    ("check-includes", "src/base/up.c", SPDX + "void f(char *a)\n{\n\tstrcpy (a, a);\n}\n", "strcpy() is not used here"),
    ("check-includes", "tests/x.c", SPDX + "int f(char *a)\n{\n\treturn atoi(a);\n}\n", "atoi() is not used here"),
    ("check-includes", "src/base/up.c", SPDX + "void f(void)\n{\n\texit(1);\n}\n", "exit() in base"),
    ("check-includes", "src/daemon/up.c", SPDX + "void f(void)\n{\n\tabort();\n}\n", "abort() in daemon"),
    ("check-includes", "src/engine/up.c", SPDX + 'void f(void)\n{\n\tprintf("x");\n}\n', "the library is silent"),
    ("check-includes", "src/engine/up.c", SPDX + "void f(void)\n{\n\tputc(1, stderr);\n}\n", "the library is silent"),
    ("check-includes", "src/engine/low.c", SPDX, "the same name as"),
    ("check-includes", "src/base/meson.build", "x = include_directories('../engine')\n", "include paths are given"),
    ("check-size", "src/base/long.c", SPDX + "\n" * 400, "401 lines, at most 400"),
    ("check-size", "src/base/long.c", LONG, "low_long: 61 lines, at most 60"),
    ("check-size", "src/base/long.c", SPDX + "static struct x *\nlong_p(int a, int b, int c,\n\tint (*d)(int, int), int e, "
     "char f[2])\n{\n}\n", "long_p: 6 parameters"),
    ("check-size", "src/base/long.h", SPDX + "int long_p(int a, int b, int c, int d, int e, int f);\n", "6 parameters"),
    ("check-words", "src/base/w.c", SPDX + "/* TO" + "DO: later */\n", "do it, or write down"),
    ("check-words", "src/base/w.c", SPDX + "/* see /ho" + "me/someone/x */\n", "a path of some"),
    ("check-words", "src/base/w.c", SPDX + "int x; \n", "white space at the end"),
    ("check-words", "src/base/w.c", SPDX + "int x;", "no newline at the end"),
    ("check-words", "src/base/w.c", "int x;\n", "no SPDX-License-Identifier"),
    ("check-docs", "docs/x.md", "[x](missing.md)\n", "missing.md: no such file"),
    ("check-docs", "docs/x.md", "[x](architecture.md#nowhere)\n", "no such heading"),
    ("check-docs", "docs/x.md", "`src/base/nothing.c`\n", "src/base/nothing.c does not exist"),
    ("check-docs", "docs/decisions/0002-b.md", "# B\n", "0002-b.md is not in"),
    ("check-docs", "src/base/new.c", SPDX, "src/base/new.c is not in docs/architecture.md"),
    ("check-headers", "src/base/alone.h", SPDX + "int alone_x(size_t len);\n", "alone.h"),
    ("check-headers", "src/base/up.h", SPDX + '#include "high.h"\n', "up.h"),
    ("check-format", "src/base/low.c", SPDX + "int  low_read ( void )\n{ return 1; }\n", "clang-format"),
    ("check-shell", "scripts/x", "#!/bin/sh\nrm -r $1\n", "SC2086"),
    ("check-layers", "src/base/low.c", "int high_do(void);\nint low_read(void)\n{\n\treturn high_do();\n}\n",
     "base uses high_do of engine"),
    ("check-layers", "src/engine/high.c", "int high_count = 1;\nint high_do(void)\n{\n\treturn high_count++;\n}\n",
     "engine has a variable of its own: high_count"),
    ("check-layers", "src/engine/high.c", "int low_read(void);\nint low_read(void)\n{\n\treturn 1;\n}\n",
     "low_read is defined in"),
    ("check-layers", "src/engine/high.c", "int hufu_y(void);\nint high_do(void)\n{\n\treturn hufu_y();\n}\n",
     "hufu_y, which no layer defines"),
    ("check-exports", "src/engine/high.c", "int hufu_y(void);\nint hufu_y(void)\n{\n\treturn 1;\n}\n",
     "hufu_y is exported and not declared"),
    ("check-exports", "src/engine/high.c", "int other(void);\nint other(void)\n{\n\treturn 1;\n}\n",
     "its name should begin with high_"),
    ("check-exports", "src/base/api.c", "int hufu_x(void);\n", "hufu_x is declared in hufu.h and not exported"),
]
ALL = sorted({row[0] for row in BROKEN})
API = "int hufu_x(void);\nint hufu_x(void)\n{\n\treturn 1;\n}\n"
LAYERS = ["base", "crypto", "format", "policy", "watch", "trust", "engine"]


def make_tree(root, more):
    shutil.copytree(SCRIPTS, os.path.join(root, "scripts"), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(os.path.join(os.path.dirname(SCRIPTS), ".clang-format"), root)
    for path, text in {**GOOD, **more}.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def make_build(root):
    """What meson would build, as far as the checks look at it."""
    build = os.path.join(root, "build")
    api = os.path.join(root, "src", "base", "api.c")
    if not os.path.exists(api):
        with open(api, "w", encoding="utf-8") as file:
            file.write(API)
    objects = []
    for layer in [*LAYERS, "cli", "daemon"]:
        source, target = os.path.join(root, "src", layer), os.path.join(build, "src", layer)
        here = []
        os.makedirs(os.path.join(target, "x.p"))
        for name in sorted(os.listdir(source)) if os.path.isdir(source) else []:
            if name.endswith(".c"):
                here.append(os.path.join(target, "x.p", name + ".o"))
                subprocess.run(["gcc", "-fPIC", f"-I{root}/src/base", f"-I{root}/src/engine", "-c",
                                os.path.join(source, name), "-o", here[-1]], check=True)
        if layer in LAYERS:
            subprocess.run(["ar", "rc", os.path.join(target, f"lib{layer}.a"), *here], check=True)
            objects += here
        elif not here:
            subprocess.run(["gcc", "-x", "c", "-c", "/dev/null", "-o", os.path.join(target, "x.p", "x.o")], check=True)
    subprocess.run(["gcc", "-shared", "-Wl,-z,undefs,-z,muldefs", "-o", os.path.join(build, "libhufu.so"),
                    f"-Wl,--version-script={root}/map", *objects], check=True)
    with open(os.path.join(build, "build.ninja"), "w", encoding="utf-8"):
        pass
    return build


def run_check(check, more):
    """(exit code, output) of a check on the good tree with `more` in it."""
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, {**more, "map": "V {\nglobal:\n\thufu_*;\nlocal:\n\t*;\n};\n"})
        needs_build = check in ("check-layers", "check-exports")
        build = [make_build(root)] if needs_build else []
        # house.files() must not find a repository around the directory
        env = {**os.environ, "GIT_CEILING_DIRECTORIES": os.path.dirname(root)}
        done = subprocess.run([os.path.join(root, "scripts", check), *build], capture_output=True, text=True, env=env,
                              check=False, timeout=60)
        return done.returncode, done.stdout + done.stderr


def test_summary():
    rows = [
        {"name": "a", "result": "OK", "stdout": "[ RUN      ] x\n[       OK ] x\n[ RUN      ] y\n[  SKIPPED ] y\n"
         "[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] y\n"},
        {"name": "b", "result": "FAIL", "stdout": "[ RUN      ] x\n[ RUN      ] y\n", "stderr": "[  FAILED  ] y\n",
         "duration": 1.0},
        {"name": "c", "result": "SKIP", "stdout": "needs root\n"},
        {"name": "d", "result": "TIMEOUT", "stdout": "ok 1 - x\nnot ok 2 - y # SKIP no disk\n"},
        {"name": "e", "result": "OK", "stdout": "all well\n"},
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write("\n".join(json.dumps(row) for row in rows))
        file.flush()
        out = subprocess.run([os.path.join(SCRIPTS, "test-summary"), file.name], capture_output=True, text=True,
                             check=True).stdout
    return out.splitlines()[-1] == "3 2 3" and "skipped c: needs root" in out and "FAILED b" in out, out


def main():
    # So that both forms of a refusal are seen: `good` tells what a check says of a tree that breaks no rule.
    good = {check: run_check(check, {}) for check in ALL}
    skipped = {check for check in ALL if good[check][0] == 77}
    n = failed = 0

    def tell(fine, name, output):
        nonlocal n, failed
        n += 1
        failed += not fine
        print(f"{'ok' if fine else 'not ok'} {n} - {name}")
        if not fine:
            print("\n".join("# " + line for line in output.splitlines()))

    for check in ALL:
        # The exceptions that check-size lists by name are not in the small tree: that is all it may say.
        lines = [line for line in good[check][1].splitlines() if "is none any more" not in line]
        fine = good[check][0] == 0 or (check == "check-size" and not lines)
        if check not in skipped:
            tell(fine, f"{check} takes a good tree", good[check][1])
    for check, path, text, words in BROKEN:
        if check in skipped:
            n += 1
            print(f"ok {n} - {check} # SKIP {good[check][1].strip()}")
            continue
        code, output = run_check(check, {path: text})
        tell(code not in (0, 77) and words in output and words not in good[check][1], f"{check}: {words}", output)
    tell(*[test_summary()[0], "test-summary counts", test_summary()[1]])
    print(f"1..{n}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
