"""An evaluation instance: made, started, stopped; its keys and its user's agent. Used by run, demo, bench and the tests that need it all."""
import os, pathlib, random, re, signal, socket, subprocess, time, urllib.request

# Seconds until what does not answer is taken for dead: far more than a busy machine or a sanitizer takes.
PATIENCE = 120


PORTS = range(22000, 32000)  # below those that Linux gives to outgoing connections
taken = []  # this process's claims on ports


def claim(port):
    """Whether the port is free; other callers on this machine then leave it alone as long as this process lives."""
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0hufu-port-{port}")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError:
        mark.close()
        return False
    taken.append(mark)
    return True


def free_ports(count):
    """Ports that nobody listens on now and no other caller gets."""
    ports = []
    while len(ports) < count:
        port = random.choice(PORTS)
        if claim(port):
            ports.append(port)
    return ports


class Instance:
    """Folder and programs of one instance. ports: None for the usual ones (make run), else free ones are drawn."""

    def __init__(self, build, folder, usual_ports=True):
        self.build, self.folder = pathlib.Path(build).resolve(), pathlib.Path(folder).resolve()
        self.children, self.plugged = [], []
        self.hufud = self.agent = None
        self.runtime = None  # a user's runtime folder of its own: keys and windows apart from those of the person at the machine
        if usual_ports:
            portal, status, smtp, mail, self.agent_port = 8080, 8081, 8025, 8082, 21871
        else:
            portal, status, smtp, mail, self.agent_port = free_ports(5)
        self.origin, self.status = f"http://127.0.0.1:{portal}", f"http://127.0.0.1:{status}"
        self.mail = f"http://127.0.0.1:{mail}"
        self.settings = {
            "portal.listen": f"127.0.0.1:{portal}", "portal.origins": self.origin,
            "responder.listen": f"127.0.0.1:{status}", "service.status-url": self.status,
            "mailbox.listen": f"127.0.0.1:{smtp}", "mailbox.page": f"127.0.0.1:{mail}", "courier.smtp": f"smtp://127.0.0.1:{smtp}",
        }

    def program(self, name):
        return str(self.build / "src" / name / name)

    def hufu(self, *arguments):
        """What the command tells; when it refuses, its own words are the error."""
        command = subprocess.Popen([self.program("hufu"), *arguments], env=self.environment(), text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            told, refused = command.communicate()
        except BaseException:
            command.terminate()  # and it leaves nothing
            command.wait()
            raise
        if command.returncode:
            raise RuntimeError(f"hufu {arguments[0]} ended with status {command.returncode}: {refused.strip()}")
        return told

    def environment(self):
        return dict(os.environ, XDG_RUNTIME_DIR=str(self.runtime)) if self.runtime else dict(os.environ)

    def exists(self):
        return (self.folder / "hufu.ini").exists()

    def make(self, **settings):
        """The ceremony. Returns {person: (serial number of the key, initial PIN)}."""
        chosen = dict(self.settings, **{name.replace("__", "."): value for name, value in settings.items()})
        told = self.hufu("init", *[part for name, value in chosen.items() for part in ("--set", f"{name}={value}")],
                         "--evaluation", str(self.folder))
        return {name: (serial, pin) for name, serial, pin in re.findall(r"^(\S+) +(HUFUV\S+) (\S+)$", told, re.M)}

    def start(self, log=None):
        """hufud with everything it starts; returns when portal and status service answer."""
        self.hufu("origins", str(self.folder))
        passphrase = os.open(self.folder / "passphrase", os.O_RDONLY)
        self.hufud = subprocess.Popen([self.program("hufud"), "--passphrase-fd", str(passphrase), str(self.folder)],
                                      pass_fds=[passphrase], stderr=log, stdout=log, start_new_session=True)
        os.close(passphrase)
        self.wait_for(self.origin + "/")
        self.wait_for(self.status + "/crl/issuing.crl")

    def wait_for(self, url, seconds=PATIENCE):
        until = time.monotonic() + seconds
        while True:
            if self.hufud and self.hufud.poll() is not None:
                raise RuntimeError(f"hufud ended with status {self.hufud.returncode}")
            try:
                with urllib.request.urlopen(url, timeout=PATIENCE):
                    return
            except OSError as error:
                if time.monotonic() > until:
                    raise RuntimeError(f"{url} does not answer: {error}") from error
                time.sleep(0.05)

    def start_agent(self, pinentry=None, log=None):
        """The user's agent; with another pinentry its settings are written anew."""
        conf = self.folder / "agent" / "agent.conf"
        wanted = {"port": str(self.agent_port), "library": str(self.build / "src/skf/libhufuskf.so")}
        if pinentry:
            wanted["pinentry"] = str(pinentry)
        kept = [line for line in conf.read_text().splitlines() if line.split("=")[0].strip() not in wanted]
        conf.write_text("\n".join(kept + [f"{name} = {value}" for name, value in wanted.items()]) + "\n")
        self.agent = subprocess.Popen([self.program("agent"), "--settings", str(conf)], env=self.environment(),
                                      stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.agent.poll() is not None:
                raise RuntimeError(f"agent ended with status {self.agent.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.agent_port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("agent does not answer")

    def plug(self, file):
        self.hufu("key", "plug", str(file))
        self.plugged.append(pathlib.Path(file).stem)

    def pull(self, name):
        self.hufu("key", "pull", name)
        self.plugged.remove(name)

    def stop(self):
        """Ends everything that was started here, in order; keys last."""
        for child in (self.agent, self.hufud):
            if child and child.poll() is None:
                child.send_signal(signal.SIGTERM)
                try:
                    child.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        self.agent = self.hufud = None
        for name in list(self.plugged):
            subprocess.run([self.program("hufu"), "key", "pull", name], env=self.environment(), capture_output=True)
        self.plugged.clear()
