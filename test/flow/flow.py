"""What the flows share: checks told as TAP, and a stage in a folder that is thrown away."""
import contextlib, os, pathlib, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time, traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tool"))
from client import Portal, Refused
from instance import PATIENCE
from stage import Stage


class Checks:
    """with checks("what holds"): statements that raise when it does not."""

    def __init__(self):
        self.done = self.failed = 0

    @contextlib.contextmanager
    def __call__(self, name):
        self.done += 1
        try:
            yield
            print(f"ok {self.done} - {name}", flush=True)
        except Exception as error:
            self.failed += 1
            print(f"not ok {self.done} - {name}")
            for frame in traceback.extract_tb(error.__traceback__)[1:]:
                print(f"# {os.path.basename(frame.filename)} {frame.lineno}: {frame.line}")
            print("# " + f"{type(error).__name__}: {error}".replace("\n", "\n# "), flush=True)

    def skip(self, name, why):
        self.done += 1
        print(f"ok {self.done} - {name} # SKIP {why}", flush=True)

    def end(self):
        print(f"1..{self.done}", flush=True)
        sys.exit(1 if self.failed else 0)


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"{got!r} instead of {wanted!r}")


def holds(value, words="it does not hold"):
    if not value:
        raise AssertionError(words)


def wait_for(stands, words="it does not come"):
    """Until stands() is true, which it returns."""
    until = time.monotonic() + PATIENCE
    while not (found := stands()):
        holds(time.monotonic() < until, words)
        time.sleep(0.1)
    return found


def refused(code, act, *arguments, **named):
    """That it is refused with this code; the refusal."""
    try:
        act(*arguments, **named)
    except Refused as refusal:
        if refusal.code != code:
            raise AssertionError(f"refused with {refusal}, not {code}") from refusal
        return refusal
    raise AssertionError(f"not refused with {code}")


def words_of_faults():
    """What each code says to people in Chinese."""
    text = (ROOT / "po/fault.zh.po").read_text(encoding="utf-8")
    return {said.replace('"\n"', ""): code for code, said in re.findall(r'msgid "(HF-\d{4})"\nmsgstr "((?:[^"]|"\n")*)"', text)}


def with_names(line):
    """A frame of a sanitizer's report with its function and line: a jailed program cannot look them up itself."""
    frame = re.match(r"( +#\d+ 0x[0-9a-f]+) +\((\S+)\+(0x[0-9a-f]+)\)", line)
    if not frame:
        return line
    told = subprocess.run(["addr2line", "-fe", frame.group(2), frame.group(3)], capture_output=True, text=True).stdout.split()
    return f"{frame.group(1)} {' '.join(told)}"


def reports(text):
    """What sanitizers wrote into a log: a list of reports, each the lines from what was found to the end of its first stack."""
    found, lines = [], text.splitlines()
    for at, line in enumerate(lines):
        if re.search(r"ERROR: \w+Sanitizer|: runtime error: ", line):
            end = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
            found.append("\n".join(with_names(line) for line in lines[at:min(end, at + 40)]))
    return found


class Scene(Stage):
    """A stage of the flows: its folder goes with it, its logs are shown when a check has failed. Whatever a sanitizer found in a program
    fails the flow, also when hufud started that program again."""

    LOGS = ("hufud.log", "agent.log")
    wanted_reports = ()

    def __init__(self, checks):
        if len(sys.argv) < 2:
            sys.exit(f"usage: {sys.argv[0]} BUILD-DIRECTORY")
        self.checks = checks
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with the test
        super().__init__(sys.argv[1], tempfile.mkdtemp(prefix="hufu-flow-"))

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.end()
        if self.is_sanitized():
            with self.checks("the sanitizers found nothing in the programs"):
                equal([report for report in self.reports() if report not in self.wanted_reports], [])
        if error is not None or self.checks.failed:
            for name in self.LOGS:
                for line in self.log(name).splitlines()[-40:]:
                    print(f"# {name}: {line}")
        if not os.environ.get("HUFU_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self, name):
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def reports(self):
        return [report for name in self.LOGS for report in reports(self.log(name))]

    def is_sanitized(self):
        return b"__asan_report" in (self.build / "src/portal/portal").read_bytes()

    def rows(self, sql, *values):
        """What the portal's store says."""
        with contextlib.closing(sqlite3.connect(f"file:{self.instance.folder}/portal/store/store.db?mode=ro", uri=True)) as store:
            return store.execute(sql, values).fetchall()

    def row(self, sql, *values):
        return self.rows(sql, *values)[0]
