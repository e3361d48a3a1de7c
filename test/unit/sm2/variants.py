"""The SM2 core compiled by itself, by any compiler at any level of optimisation; for the tests that ask what compilers make of it."""
import pathlib, subprocess

FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-fPIE", "-pie", "-fno-strict-aliasing", "-fstack-protector-strong"]


def parts(words):
    """[(engine or None, flags, files)]"""
    found = []
    for word in words:
        if word in ("--engine", "--shared"):
            found.append([None if word == "--shared" else "", [], []])
        elif found[-1][0] == "":
            found[-1][0] = word
        else:
            found[-1][1 if word.startswith("-") else 2].append(word)
    return found


def build(compiler, level, folder, source, everything, libraries=()):
    """The program of a variant, or what the compiler said."""
    include = [f"-I{source / where}" for where in ("src/lib/sm2", "src/lib/base")]
    objects = []
    for number, (_, flags, files) in enumerate(everything):
        for name in files:
            objects.append(f"{folder}/{number}-{pathlib.Path(name).name}.o")
            # the level last: the build's own flags name one too
            done = subprocess.run([compiler, *FLAGS, *flags, level, *include, "-c", name, "-o", objects[-1]], capture_output=True, text=True)
            if done.returncode:
                return None, done.stderr
    program = f"{folder}/program"
    done = subprocess.run([compiler, "-pie", *objects, *libraries, "-o", program], capture_output=True, text=True)
    return (None, done.stderr) if done.returncode else (program, "")
