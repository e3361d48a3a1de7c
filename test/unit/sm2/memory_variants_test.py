#!/usr/bin/env python3
"""Compiles the SM2 core by itself with other compilers and levels of optimisation than the build's, and lets memory_test.c search for what each of
them leaves of secrets: which words go to the stack, and how deep, is the compiler's choice.

usage: memory_variants_test.py SOURCE-ROOT BUILD-ROOT (--engine NAME | --shared) FLAG-OR-FILE... ..."""
import os, pathlib, re, shutil, subprocess, sys, tempfile
from variants import build, parts

VARIANTS = [("gcc", "-O1"), ("clang", "-O1"), ("clang", "-O3")]


def main():
    source, _ = map(pathlib.Path, sys.argv[1:3])
    os.chdir(sys.argv[2])  # meson names files from there
    everything = parts(sys.argv[3:])
    tests = [str(source / "test/unit/sm2" / name) for name in ("memory_test.c", "secret_search.c", "oracle.c")]
    everything.append((None, [], tests))
    count, failed = 0, False

    def tell(good, what, details):
        nonlocal count, failed
        count += 1
        failed |= not good
        print(f"{'ok' if good else 'not ok'} {count} - {what}")
        print("\n".join("# " + line for line in details.splitlines()[:40] if not good or "SM2_TEST_SEED" in line))

    for compiler, level in [variant for variant in VARIANTS if shutil.which(variant[0])]:
        with tempfile.TemporaryDirectory() as folder:
            program, fault = build(compiler, level, folder, source, everything, ["-lcmocka", "-lcrypto", "-lpthread"])
            tell(program is not None, f"{compiler} {level}: compiles", fault)
            if program:
                done = subprocess.run([program], capture_output=True, text=True, env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
                for verdict, what in re.findall(r"^(not ok|ok) \d+ - (.*)$", done.stdout, re.M):
                    tell(verdict == "ok", f"{compiler} {level}: {what}", done.stdout)
                tell(done.returncode == 0, f"{compiler} {level}: ends well", done.stdout + done.stderr)
    print(f"1..{count}")
    sys.exit(failed)


main()
