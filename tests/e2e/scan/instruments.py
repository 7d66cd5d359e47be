"""A proxy that keeps what passes it, and a service with a list of its own, for tests of the real scanner."""

import http.client
import json
import threading
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.program import Program

LONGEST_SECONDS = 120.0


class RecordingProxy:
    """Passes requests on unchanged, and keeps the SHA-256 digests and references that were asked."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.asked: set[str] = set()
        self.refs: set[str] = set()
        self.count = 0
        self.bodies: list[bytes] = []
        self.is_cut = False
        self.grown = threading.Condition()

    def keep(self, path: str, body: bytes) -> None:
        if path != "/v1/checks":
            return
        items = json.loads(body)["items"]
        with self.grown:
            self.count += len(items)
            self.asked.update(item["sha256"] for item in items)
            self.refs.update(item["ref"] for item in items)
            self.bodies.append(body)
            self.grown.notify_all()

    def wait_until_asked(self, count: int, seconds: float = LONGEST_SECONDS) -> bool:
        with self.grown:
            return self.grown.wait_for(lambda: len(self.asked) >= count, seconds)

    @contextmanager
    def running(self):
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if proxy.is_cut:
                    self.close_connection = True
                    return
                proxy.keep(self.path, body)
                onward = http.client.HTTPConnection(proxy.target.hostname or "", proxy.target.port or 80, timeout=60)
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                onward.request(self.command, self.path, body, headers)
                answer = onward.getresponse()
                content = answer.read()
                onward.close()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in {"content-length", "transfer-encoding", "connection", "date", "server"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = _pass_on  # noqa: N815 - the names that http.server calls
            do_POST = _pass_on  # noqa: N815 - the names that http.server calls

            def log_message(self, *_: object) -> None:
                """A killed scanner is no news here."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def publish(program: Program, rows: list[str]) -> None:
    """A new installation with one published list of CSV rows (id,category,md5,sha1,sha256,pdq)."""
    folder = program.home.parent
    program.run("init")
    (folder / "list.csv").write_text("id,category,md5,sha1,sha256,pdq\n" + "\n".join(rows) + "\n")
    (folder / "good.txt").write_text(sha256(b"a lawful file that is on no disk here").hexdigest())
    for name, role in (("Hotline", "hotline"), ("Police", "police")):
        program.run("organisation", "add", name, "--role", role)
        program.run("organisation", "new-key", str(folder / f"{name}.key.pem"))
        program.run("organisation", "key", name, str(folder / f"{name}.pub.pem"))
    program.run("supplier", "add", "List", "--organisation", "Hotline", "--class", "hotline")
    program.run("list", "import", str(folder / "list.csv"), "--supplier", "List")
    for name in ("Hotline", "Police"):
        program.run("list", "attest", "1", "--organisation", name, "--key", str(folder / f"{name}.key.pem"))
    program.run("list", "test", "1", "--digests", str(folder / "good.txt"))
    program.run("list", "publish")
    program.run("member", "add", "hoster1", "--quota", "1000000000", "--complaints", "complaints@hoster1.example")
    program.run("member", "token", "add", "hoster1", "--out", str(program.home / "token"))


def row(number: int, content: bytes) -> str:
    """The list's row of an entry with a SHA-256."""
    return f"L-{number},baseline,,,{sha256(content).hexdigest()},"


def write_files(folder: Path, count: int, listed_every: int) -> dict[str, bytes]:
    """Many small files that are no images; returns the listed ones by path."""
    listed = {}
    for number in range(count):
        here = folder / f"{number // 1000:03}" / f"{number // 100 % 10}"
        if number % 100 == 0:
            here.mkdir(parents=True, exist_ok=True)
        content = b"file %d" % number
        path = here / f"{number}.bin"
        path.write_bytes(content)
        if number % listed_every == listed_every // 2:
            listed[str(path)] = content
    return listed
