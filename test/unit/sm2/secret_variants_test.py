#!/usr/bin/env python3
"""Compiles the SM2 core by itself with every compiler at every level of optimisation, and lets valgrind watch its secrets in each (secret_test.c).
A compiler may turn a mask into a branch at one level and not at another. In every variant the controls must be seen.

usage: secret_variants_test.py SOURCE-ROOT BUILD-ROOT (--engine NAME | --shared) FLAG-OR-FILE... ..."""
import concurrent.futures, os, pathlib, shutil, subprocess, sys, tempfile
from variants import build, parts

COMPILERS = ["gcc", "clang"]
# Not -O0: there the sums of fp_x86.h find too few registers, and do not compile.
LEVELS = ["-Og", "-O1", "-O2", "-O3", "-Os", "-Oz"]
CONTROLS = ["control-branch", "control-address", "control-library"]
# Of the processor's features valgrind knows those of adx. It has no AVX-512: the lanes of ifma come in plain C (plain512/immintrin.h), and what is
# single in that engine is left to adx.
WATCHED = {"portable": set(), "adx": {"adx", "bmi2", "avx2"}, "ifma": {"adx", "bmi2", "avx2"}}
COMPLAINED = 9


def features():
    line = next((line for line in open("/proc/cpuinfo", encoding="ascii") if line.startswith("flags")), "")
    return set(line.split())


def watch(program, what):
    return subprocess.run(["valgrind", "--quiet", f"--error-exitcode={COMPLAINED}", program, what], capture_output=True, text=True)


def variant(compiler, level, source, everything, engines):
    """[(good, what, details)]"""
    told = []
    with tempfile.TemporaryDirectory() as folder:
        program, fault = build(compiler, level, folder, source, everything)
        told.append((program is not None, f"{compiler} {level}: compiles", fault))
        if program is None:
            return told
        for what, wanted in [(control, COMPLAINED) for control in CONTROLS] + [(engine, 0) for engine in engines]:
            done = watch(program, what)
            words = f"{compiler} {level}: {what} " + ("is seen" if wanted else "keeps its secrets")
            told.append((done.returncode == wanted, words, f"ended with {done.returncode}\n{done.stderr}"))
    return told


def main():
    source, _ = map(pathlib.Path, sys.argv[1:3])
    os.chdir(sys.argv[2])  # meson names files from there
    everything = parts(sys.argv[3:])
    everything.append((None, [], [str(source / "test/unit/sm2/secret_test.c")]))
    everything = [(engine, [*flags, "-DSM2_CHECK_SECRETS"], files) for engine, flags, files in everything]
    if not shutil.which("valgrind"):
        return print("1..0 # skipped: no valgrind")
    has = features()
    engines = [name for name, _, _ in everything if name in WATCHED and WATCHED[name] <= has]
    variants = [(compiler, level) for compiler in COMPILERS if shutil.which(compiler) for level in LEVELS]
    count, failed = 0, False
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for told in pool.map(lambda v: variant(*v, source, everything, engines), variants):
            for good, what, details in told:
                count += 1
                failed |= not good
                print(f"{'ok' if good else 'not ok'} {count} - {what}")
                if not good:
                    print("\n".join("# " + line for line in details.splitlines()[:40]))
    print(f"1..{count}")
    sys.exit(failed)


main()
