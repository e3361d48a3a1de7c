"""A user's side of hufu without a browser: the portal's pages and forms, and the agent's JSON."""
import html.parser, http.client, http.cookiejar, json, re, urllib.error, urllib.parse, urllib.request

from instance import PATIENCE


class Refused(Exception):
    """A refusal with its code (HF-nnnn) and, where it came over HTTP, its status."""

    def __init__(self, code, text, status=None):
        super().__init__(f"{code}: {text}")
        self.code, self.status = code, status


class Page(html.parser.HTMLParser):
    """What a program needs of a page: its forms with their hidden fields, what stands typed in fields and what is said to be wrong there,
    every data- attribute, and its words."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.typed, self.faults, self.data, self.csrf, self.words, self.links = {}, {}, {}, {}, None, [], []
        self.form = self.at_fault = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.form = self.forms[a.get("id") or a.get("action")] = {"action": a.get("action"), "fields": {}}
        if tag == "input" and self.form is not None and a.get("type") == "hidden":
            self.form["fields"][a["name"]] = a.get("value", "")
        if tag == "input" and a.get("type") not in ("hidden", "file", "checkbox"):
            self.typed[a["name"]] = a.get("value", "")
        self.at_fault = a["id"].removesuffix("-fault") if a.get("class") == "fault" and "id" in a else None
        if tag == "meta" and a.get("name") == "csrf":
            self.csrf = a.get("content")
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        self.data.update({name[5:]: value for name, value in a.items() if name.startswith("data-") and value})

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        self.at_fault = None

    def handle_data(self, text):
        if text.strip():
            self.words.append(text.strip())
        if self.at_fault:
            self.faults[self.at_fault] = self.faults.get(self.at_fault, "") + text

    def text(self):
        return " ".join(self.words)


class WholeHead(urllib.request.BaseHandler):
    """Refuses an answer whose head was cut off, which urllib takes for whole: the portal's heads end with the length, where there is a body."""

    handler_order = 100  # before anything is done with it

    def http_response(self, request, answer):
        if answer.status != 204 and "Content-Length" not in answer.headers and "Transfer-Encoding" not in answer.headers:
            raise http.client.IncompleteRead(b"")
        return answer


class Portal:
    """One browser session with the portal. watch: called with each answer."""

    watch = staticmethod(lambda answer: None)

    def __init__(self, origin, language="zh"):
        self.origin, self.language = origin, language
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(WholeHead(), urllib.request.HTTPCookieProcessor(self.jar))
        self.page, self.url = None, None

    def request(self, method, path, body=None, headers=None):
        """The answer, whatever its status; follows redirects as a browser does."""
        request = urllib.request.Request(urllib.parse.urljoin(self.origin, path), data=body, method=method,
                                         headers={"Accept-Language": self.language, "Accept": "text/html", **(headers or {})})
        try:
            answer = self.opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        answer.body = answer.read()
        self.watch(answer)
        return answer

    def take(self, answer):
        self.page, self.url = Page(answer.body.decode()), answer.url
        if answer.status >= 400:
            code = re.search(r"HF-\d{4}", self.page.text())
            raise Refused(code.group() if code else str(answer.status), self.page.text()[:300], answer.status)
        return self.page

    def get(self, path):
        return self.take(self.request("GET", path))

    def download(self, path):
        """A file's bytes; the page stays as it was."""
        answer = self.request("GET", path)
        return answer.body if answer.status < 400 else self.take(answer)

    def post(self, path, fields):
        """A form of the last page, or any with its token."""
        body = urllib.parse.urlencode({"csrf": self.page.csrf or "", **fields}).encode()
        return self.take(self.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}))

    def submit(self, form, **fields):
        return self.post(self.page.forms[form]["action"], {**self.page.forms[form]["fields"], **fields})

    def post_file(self, path, fields, name, content):
        mark = "hufu-part-4d1f0c"
        parts = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items())
        parts += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        parts += content + f"\r\n--{mark}--\r\n".encode()
        return self.take(self.request("POST", path, parts, {"Content-Type": f"multipart/form-data; boundary={mark}", "Origin": self.origin}))

    def ask(self, path):
        """POST without a form, answered in JSON, as the pages' scripts do."""
        answer = self.request("POST", path, b"{}", {"Content-Type": "application/json", "Accept": "application/json",
                                                      "X-Hufu-Csrf": self.page.csrf or "", "Origin": self.origin})
        told = json.loads(answer.body)
        if answer.status >= 400:
            raise Refused(told.get("code", str(answer.status)), told.get("text", ""), answer.status)
        return told


class Agent:
    """The agent as the portal's pages see it."""

    def __init__(self, port, origin):
        self.base, self.origin = f"http://127.0.0.1:{port}", origin

    def ask(self, route, body=None):
        headers = {"Origin": self.origin, "X-Hufu-Agent": "1"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(self.base + route, data=data, headers=headers), timeout=PATIENCE) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            told = json.loads(error.read() or b"{}")
            raise Refused(told.get("code", str(error.code)), told.get("text", ""), error.code) from error

    def keys(self):
        return self.ask("/v1/keys", {})["keys"]

    def key(self, serial):
        return next(key for key in self.keys() if key["key"] == serial)
