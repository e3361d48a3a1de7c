"""Harm that is done to running programs of an instance, by a library that hufud's children are started with (test/support/kill_at.c)."""
import mmap, shutil, struct

PROGRAMS = ("portal", "signer", "escrow")
MAILERS = ("courier", "mailbox")
SIZE = 40


def file_of(scene, program):
    return scene.folder / f"harm.{program}"


class Harm:
    """What one program is to suffer: it is read at each of its calls."""

    def __init__(self, scene, program):
        self.path = file_of(scene, program)
        self.path.write_bytes(bytes(SIZE))
        with open(self.path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), SIZE)

    def kill_after(self, calls, half=False):
        """SIGKILL at this call that leaves a trace, the last one written by half; 0: never."""
        self.memory[:16] = struct.pack("=qq", calls, half)

    def left(self):
        return struct.unpack("=q", self.memory[:8])[0]

    def fill_disk(self, full):
        """No file grows any more."""
        self.memory[16:24] = struct.pack("=q", full)

    def shift_clock(self, seconds):
        self.memory[24:32] = struct.pack("=q", seconds)

    def overrun(self):
        """Memory is read beyond its end once."""
        self.memory[32:] = struct.pack("=q", 1)


def with_harm(scene, program):
    file_of(scene, program).write_bytes(bytes(SIZE))  # none yet
    return f"LD_PRELOAD={scene.build}/test/support/libkill_at.so HUFU_KILL_FILE={file_of(scene, program)}"


def lay_out(scene, names=PROGRAMS + MAILERS, environment=with_harm):
    """hufud and its programs in a folder of their own, where these are started with a library. Before the instance is made."""
    programs = scene.folder / "programs/src"
    for folder in (scene.build / "src").iterdir():
        program, own = folder / folder.name, programs / folder.name / folder.name
        if not program.is_file():
            continue
        own.parent.mkdir(parents=True)
        if folder.name in names:
            own.write_text(f"#!/bin/sh\n{environment(scene, folder.name)} exec {program}\n")
            own.chmod(0o755)
        elif folder.name == "hufud":
            shutil.copy(program, own)  # it looks for the others beside itself
        else:
            own.symlink_to(program)
    usual = scene.instance.program
    scene.instance.program = lambda name: str(programs / name / name) if name == "hufud" else usual(name)
