"""What people do with an instance: an enterprise and the staff, through the portal's pages, with keys plugged in or kept in files."""
import base64, json, pathlib, re, secrets, shutil, struct, subprocess, tempfile, time, urllib.request, zlib

from client import Agent, Portal
from instance import PATIENCE, Instance

FORM = {
    "organisation_code": "", "address": "北京市西城区裕民东路3号", "province": "北京市", "city": "北京市", "legal_person": "王建国",
    "handler_name": "李明", "handler_id": "110101199003071233", "telephone": "010-82031677", "mail": "handler@example.cn", "department": "",
    "version": "0", "then": "next",
}
STAFF_PIN = {"intake": "intake-4711", "reviewer": "review-4712", "audit": "audits-4714"}
SM2_ID = ("-sigopt", "distid:1234567812345678")


def png(width=640, height=400):
    """A scanned paper: a grey page with darker lines."""
    rows = b"".join(b"\0" + bytes(90 if y % 40 < 3 and 40 < x < width - 40 else 245 for x in range(width)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def credit_code(number):
    """The number-th of a row of valid unified social credit codes (GB 32100, GB 11714)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    organisation = f"{number:08d}"
    check = 11 - sum(int(c) * w for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    text = "91110108" + organisation + ("X" if check == 10 else "0" if check == 11 else str(check))
    return text + letters[-sum(letters.index(c) * 3**i for i, c in enumerate(text)) % 31]


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=more.pop("check", True), **more).stdout


def canonical(members):
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def b64(data):
    return base64.b64encode(data).decode()


class FileKey:
    """An SM2 key in a file, where others have one in a USB key; after take_over it has a certificate."""

    def __init__(self, folder, name):
        self.path = pathlib.Path(folder) / f"{name}.key"
        openssl("genpkey", "-algorithm", "SM2", "-out", self.path)
        self.certificate = None

    def csr(self, subject="/CN=file"):
        return openssl("req", "-new", "-sm3", *SM2_ID, "-key", self.path, "-utf8", "-subj", subject, "-outform", "DER")

    def sign(self, text):
        return openssl("dgst", "-sm3", "-sign", self.path, *SM2_ID, input=text if isinstance(text, bytes) else text.encode())

    def take(self, certificate):
        self.certificate, self.serial = certificate, serial_of(certificate)


def der_of(pem):
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))


def serial_of(certificate):
    """As hufu writes it: 32 lower-case digits."""
    told = openssl("x509", "-inform", "DER", "-noout", "-serial", input=certificate).decode()
    return told.strip().split("=")[1].lower().rjust(32, "0")


class Stage:
    """An instance on free ports with its agent, whose PIN windows a program answers."""

    def __init__(self, build, folder):
        self.build, self.folder = pathlib.Path(build).resolve(), pathlib.Path(folder).resolve()
        self.instance = Instance(build, self.folder / "instance", usual_ports=False)
        self.instance.runtime = pathlib.Path(tempfile.mkdtemp(prefix="hufu-"))
        self.plan = self.instance.runtime / "hufu-pinentry.plan"
        self.plan.write_text("")

    def begin(self, *persons, **settings):
        """The ceremony, all processes, and these persons' keys plugged in with PINs of their choice."""
        self.keys = self.instance.make(**settings)
        self.start()
        self.start_agent(*persons)

    def start(self):
        with open(self.folder / "hufud.log", "ab") as log:
            self.instance.start(log=log)

    def start_agent(self, *persons):
        with open(self.folder / "agent.log", "ab") as log:
            self.instance.start_agent(pinentry=self.build / "test/support/pinentry-script", log=log)
        self.agent = Agent(self.instance.agent_port, self.instance.origin)
        for person in persons:
            serial, initial = self.keys[person]
            self.instance.plug(self.instance.folder / "persons" / f"{person}.vkey")
            self.expect_windows(f"pin {serial} {initial}", f"new {serial} {STAFF_PIN[person]}")
            self.agent.ask("/v1/pin/change", {"key": serial})

    def end(self):
        self.instance.stop()
        shutil.rmtree(self.instance.runtime, ignore_errors=True)

    def expect_windows(self, *lines):
        """What the program at the PIN windows will be asked."""
        with self.plan.open("a") as plan:
            plan.write("".join(line + "\n" for line in lines))

    # ---- an enterprise ----

    def new_key(self, name, label, pin):
        """A fresh virtual key, plugged in: its serial number."""
        file = self.folder / f"{name}.vkey"
        told = self.instance.hufu("key", "new", str(file), label).split()
        key = next(word for word in told if word.startswith("HUFUV"))
        self.instance.plug(file)
        self.expect_windows(f"pin {key} {told[-1]}", f"new {key} {pin}")
        return key

    def draft(self, enterprise):
        """A first save: (portal session, number)."""
        portal = Portal(self.instance.origin)
        portal.get("/apply/form")
        portal.post("/apply/form", {**FORM, **enterprise})
        return portal, re.search(r"/application/(\d+)", portal.url).group(1)

    def bring_key(self, portal, number, csr, key=None):
        """key: None for a request in a file, else the plugged key that made it, with csr in base64."""
        page = portal.get(f"/application/{number}/key")
        if key:
            portal.submit("enroll", key=key, csr=csr)
        else:
            form = page.forms[f"/application/{number}/request"]
            portal.post_file(form["action"], form["fields"], "request.csr", csr)

    def add_paper(self, portal, number, name="盖章申请表.png", content=None):
        page = portal.get(f"/application/{number}/papers")
        portal.post_file(f"/application/{number}/papers", {"csrf": page.csrf}, name, content or png())

    def submit(self, portal, number):
        portal.get(f"/application/{number}/check")
        if portal.url.endswith("/check"):  # one that is submitted already leads to its progress
            portal.submit(f"/application/{number}/submit")

    def apply(self, enterprise, key=None, csr=None):
        """From the empty form to the submitted application: (portal session, number)."""
        portal, number = self.draft(enterprise)
        self.bring_key(portal, number, csr, key)
        self.add_paper(portal, number)
        self.submit(portal, number)
        return portal, number

    def collected(self, portal, number):
        data = portal.get(f"/application/{number}/collect").data
        return {name: base64.b64decode(data[name]) for name in ("sign", "encryption", "envelope")}, data["application"]

    def install(self, portal, number, key, container):
        """Through the agent; the holder signs for the certificates."""
        got, application = self.collected(portal, number)
        installed = self.agent.ask("/v1/enroll/install", {"key": key, "container": container, "application": application,
                                                          **{name: b64(der) for name, der in got.items()}})
        portal.submit("collect", order=installed["order"], signature=installed["signature"])
        self.check_receipt(portal)
        return got

    def downloaded(self, portal, number):
        """What collected tells, for a key in a file."""
        application = portal.get(f"/application/{number}/collect").data["application"]
        sign, encryption, envelope = (portal.download(f"/application/{number}/collect/{file}")
                                      for file in ("sign.crt", "encryption.crt", "envelope.der"))
        return {"sign": der_of(sign), "encryption": der_of(encryption), "envelope": envelope}, application

    def take_over(self, portal, number, file_key):
        """What install does, for a key in a file."""
        got, application = self.downloaded(portal, number)
        file_key.take(got["sign"])
        serials = sorted((file_key.serial, serial_of(got["encryption"])))
        signed = self.signed_order(file_key, {"order": "installed", "application": application, "proof": "opened", "serials": serials})
        portal.submit("collect", **signed)
        return got

    def signed_order(self, file_key, draft):
        """The form's fields of an order that a key in a file has signed."""
        text = canonical({**draft, "by": file_key.serial, "ca": self.ca(), "made": int(time.time()), "nonce": secrets.token_hex(16), "v": 1})
        return {"order": text, "signature": b64(file_key.sign("hufu-order-v1\n" + text))}

    def ca(self):
        """The issuing key's identifier."""
        told = openssl("x509", "-in", self.instance.folder / "ca/issuing.crt", "-noout", "-ext", "subjectKeyIdentifier").decode()
        return re.search(r"([0-9A-F]{2}:){19}[0-9A-F]{2}", told).group().replace(":", "").lower()

    # ---- both doors ----

    def login_text(self, challenge, serial):
        return f"hufu-login-v1\n{self.instance.origin}\n{challenge}\n{serial}"

    def login(self, path, key):
        """With the certificate on a plugged key: (portal session, what was signed)."""
        portal = Portal(self.instance.origin)
        portal.get(path)
        challenge = portal.ask("/login/challenge")["challenge"]
        container = next(c["container"] for c in self.agent.key(key)["containers"] if c["sign"])
        signed = self.agent.ask("/v1/sign/login", {"key": key, "container": container, "challenge": challenge})
        portal.submit("login", serial=signed["serial"], certificate=signed["certificate"], signature=signed["signature"])
        return portal, self.login_text(challenge, signed["serial"]), signed

    def login_with_file(self, file_key, path="/login"):
        portal = Portal(self.instance.origin)
        portal.get(path)
        text = self.login_text(portal.ask("/login/challenge")["challenge"], file_key.serial)
        portal.submit("login", serial=file_key.serial, certificate=b64(file_key.certificate), signature=b64(file_key.sign(text)))
        return portal

    # ---- the staff ----

    def staff(self, person):
        return self.login("/staff/login", self.keys[person][0])[0]

    def signed_by_key(self, portal, key):
        """The order that the page shows, signed by a plugged key."""
        draft = json.loads(portal.page.data["draft"])
        container = next(c["container"] for c in self.agent.key(key)["containers"] if c["sign"])
        return self.agent.ask("/v1/sign/order", {"key": key, "container": container, "draft": draft})

    def check_receipt(self, portal):
        data = portal.page.data
        self.agent.ask("/v1/receipt", {"receipt": data["receipt"], "signature": data["signature"], "order": data["order"]})
        return data["receipt"], base64.b64decode(data["signature"])

    def sign(self, portal, key):
        """Signs the order that the page shows, and has the agent check the receipt: (order, signature, receipt, its signature)."""
        signed = self.signed_by_key(portal, key)
        portal.submit("order", order=signed["order"], signature=signed["signature"])
        return signed["order"], base64.b64decode(signed["signature"]), *self.check_receipt(portal)

    def accept(self, intake, number):
        intake.get(f"/staff/application/{number}")
        intake.get(f"/staff/application/{number}/accept")
        return self.sign(intake, self.keys["intake"][0])

    def approve(self, reviewer, number, code, profile="enterprise"):
        reviewer.get(f"/staff/application/{number}")
        reviewer.get(f"/staff/application/{number}/approve?profile={profile}")
        self.expect_windows(f"code {code[-6:]}")
        return self.sign(reviewer, self.keys["reviewer"][0])

    def reject(self, reviewer, number, note):
        """What was accepted: by a signed order."""
        page = reviewer.get(f"/staff/application/{number}")
        fields = page.forms[f"/staff/application/{number}/return"]["fields"]
        reviewer.post(f"/staff/application/{number}/reject", {**fields, "note": note})
        return self.sign(reviewer, self.keys["reviewer"][0])

    # ---- the status service ----

    def status_request(self, serial):
        return openssl("ocsp", "-issuer", self.instance.folder / "ca/issuing.crt", "-serial", "0x" + serial, "-reqout", "-")

    def ask_status(self, serial):
        """One OCSP question: (status, the request, the answer, the answer in words)."""
        question = self.status_request(serial)
        request = urllib.request.Request(self.instance.status + "/ocsp", data=question, headers={"Content-Type": "application/ocsp-request"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            der = answer.read()
        shown = openssl("ocsp", "-respin", "-", "-noverify", "-resp_text", input=der, check=False).decode()
        status = re.search(r"Cert Status: (\w+)", shown)
        return (status.group(1) if status else shown[:300]), question, der, shown
