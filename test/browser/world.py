"""A whole evaluation instance for the browser tests: everything runs, windows are answered from a plan.

usage: world.py BUILD; prints one line of JSON when all is up, then does what each line of JSON on its input asks, answering with one."""
import html, json, os, pathlib, re, shutil, signal, socket, sys, tempfile, urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tool"))
from instance import PATIENCE, Instance

AGENT_PORTS = (21871, 21872, 21873)  # those that a page looks for


def free_agent_port():
    for port in AGENT_PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    sys.exit("world: all of the agent's ports are taken")


class World:
    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hufu-browser-"))
        self.instance = Instance(build, self.root / "instance", usual_ports=False)
        self.instance.agent_port = free_agent_port()
        self.instance.runtime = self.root
        self.plan = self.root / "hufu-pinentry.plan"
        self.plan.write_text("")
        self.files = {}

    def start(self):
        keys = self.instance.make()
        for name in keys:
            self.files[name] = self.instance.folder / "persons" / f"{name}.vkey"
        with open(self.root / "hufud.log", "wb") as log:
            self.instance.start(log=log)
        self.start_agent()
        return {"origin": self.instance.origin, "mailbox": self.instance.mail, "status": self.instance.status, "root": str(self.root),
                "keys": {name: {"key": key, "pin": pin} for name, (key, pin) in keys.items()}}

    def start_agent(self):
        with open(self.root / "agent.log", "ab") as log:
            self.instance.start_agent(pinentry=self.build / "test/support/pinentry-script", log=log)
        return {}

    def stop_agent(self):
        self.instance.agent.send_signal(signal.SIGTERM)
        self.instance.agent.wait(30)
        return {}

    def new_key(self, name, label):
        self.files[name] = self.root / f"{name}.vkey"
        told = self.instance.hufu("key", "new", str(self.files[name]), label).split()
        return {"key": next(word for word in told if word.startswith("HUFUV")), "pin": told[-1]}

    def plug(self, name):
        self.instance.plug(self.files[name])
        return {}

    def pull(self, name):
        self.instance.pull(name)
        return {}

    def expect(self, lines):
        with self.plan.open("a") as plan:
            plan.write("".join(line + "\n" for line in lines))
        return {}

    def windows(self):
        log = self.root / "hufu-pinentry.log"
        return {"text": log.read_text() if log.exists() else ""}

    def mails(self):
        """Every mail of the mailbox, newest first, as text."""
        with urllib.request.urlopen(self.instance.mail + "/", timeout=PATIENCE) as answer:
            numbers = re.findall(r'href="(/mail/\d+)"', answer.read().decode())
        texts = []
        for path in dict.fromkeys(numbers):
            with urllib.request.urlopen(self.instance.mail + path, timeout=PATIENCE) as answer:
                texts.append(html.unescape(re.sub(r"<[^>]+>", " ", answer.read().decode())))
        return {"mails": texts}

    def stop(self):
        self.instance.stop()
        shutil.rmtree(self.root, ignore_errors=True)
        return {}


def main():
    world = World(sys.argv[1])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print(json.dumps(world.start()), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps(getattr(world, asked.pop("do"))(**asked)), flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        for log in ("hufud.log", "agent.log"):
            if os.environ.get("HUFU_LOGS") and (world.root / log).exists():
                shutil.copy(world.root / log, os.environ["HUFU_LOGS"])
        world.stop()


main()
