"""The web servers of the demonstration's hosters: real ones, each at an address of the loopback of its own."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

PICTURE = "image/png"
_PAGE = "text/html; charset=utf-8"
_LARGEST = 1_000_000

Post = Callable[[bytes, str], bool]
"""Takes what was posted and its signature; False when it is not what it says."""


class Site:
    """One host with its files.

    What is not there is answered 404, or, by a `soft` site, with status 200 and a page that says so in words.
    """

    def __init__(self, host: str, address: str, *, soft: bool = False, at_post: Post | None = None) -> None:
        """Listen at a free port of `address`."""
        self.host = host
        self._files: dict[str, bytes] = {}
        self._soft = soft
        self._at_post = at_post
        self._servers = [self._listen(address, 0)]
        self.port = int(self._servers[0].server_address[1])

    def put(self, path: str, content: bytes) -> str:
        """Show it there; its address."""
        self._files[path] = content
        return f"http://{self.host}:{self.port}{path}"

    def take_away(self, path: str) -> None:
        """Show it no more."""
        self._files.pop(path, None)

    def move_to(self, address: str) -> None:
        """Answer at another address from now on."""
        self._servers.append(self._listen(address, self.port))

    def close(self) -> None:
        """Listen no more."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and content of what is at the path."""
        content = self._files.get(path)
        if content is not None:
            return 200, PICTURE if path.endswith(".png") else _PAGE, content
        words = f"<title>{self.host}</title><p>The page that you asked for does not exist any more.".encode()
        return 200 if self._soft else 404, _PAGE, words

    def _listen(self, address: str, port: int) -> ThreadingHTTPServer:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(*site.answer(self.path))

            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length", "0")), _LARGEST)
                body, signature = self.rfile.read(length), self.headers.get("Schoon-Signature", "")
                is_good = site._at_post is not None and site._at_post(body, signature)
                self._send(200 if is_good else 400, _PAGE, b"")

            def _send(self, status: int, kind: str, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Nothing: addresses are in no log."""

        server = ThreadingHTTPServer((address, port), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name=f"demo-{self.host}", daemon=True).start()
        return server
