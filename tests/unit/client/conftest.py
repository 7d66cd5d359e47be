"""A real HTTP server that does what a script says, however wrong."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Reaction = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class ScriptedServer:
    """Reacts to each request with the next reaction of its script; the last one stays."""

    url: str = ""
    script: list[Reaction] = field(default_factory=list)
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    def reacts(self, *reactions: Reaction) -> None:
        self.script = list(reactions)

    def next_reaction(self) -> Reaction:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _react(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            scripted.asked.append((self.command, self.path, body, dict(self.headers)))
            try:
                scripted.next_reaction()(self, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = _react  # noqa: N815 - the names that http.server calls

        def log_message(self, *args: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that give up are what these tests are about."""

    running = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    scripted.url = f"http://127.0.0.1:{running.server_port}"
    yield scripted
    running.shutdown()
    running.server_close()
    thread.join()


def answers(status: int, body: bytes, media_type: str = "application/json", **headers: str) -> Reaction:
    """A well-formed HTTP answer."""

    def react(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return react
