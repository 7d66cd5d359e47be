"""A registry on the loopback that speaks RDAP; its answers have real registries' form, by hand from RFC 9083."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


def entity(*roles: str, name: str = "", email: str = "", country: str = "", inner: Any = ()) -> dict[str, Any]:
    """An entity with a jCard, as the regional registries write it."""
    card: list[Any] = [["version", {}, "text", "4.0"], ["kind", {}, "text", "org"]]
    if name:
        card.append(["fn", {}, "text", name])
    if email:
        card.append(["email", {"type": "abuse"}, "text", email])
    if country:
        card.append(["adr", {"cc": country}, "text", ["", "", "Street 1", "Town", "", "1000 AA", ""]])
    return {
        "objectClassName": "entity",
        "handle": f"{(name or 'X')[:4].upper()}-RIPE",
        "vcardArray": ["vcard", card],
        "roles": list(roles),
        "entities": list(inner),
    }


def network(first: str, last: str, *entities: dict[str, Any], country: str = "") -> dict[str, Any]:
    """A range of addresses, as a regional registry answers."""
    return {
        "rdapConformance": ["rdap_level_0", "cidr0"],
        "notices": [{"title": "Terms", "description": ["Objects are as they are."]}],
        "objectClassName": "ip network",
        "handle": f"{first} - {last}",
        "startAddress": first,
        "endAddress": last,
        "ipVersion": "v6" if ":" in first else "v4",
        "name": "A-NET",
        "type": "ASSIGNED PA",
        "country": country,
        "parentHandle": "0.0.0.0 - 255.255.255.255",
        "entities": list(entities),
        "status": ["active"],
        "events": [{"eventAction": "registration", "eventDate": "2020-01-01T00:00:00Z"}],
    }


def domain(name: str, *entities: dict[str, Any]) -> dict[str, Any]:
    """A domain, as a registry of a top-level domain answers."""
    return {
        "rdapConformance": ["rdap_level_0", "icann_rdap_response_profile_1"],
        "objectClassName": "domain",
        "ldhName": name.upper(),
        "status": ["client transfer prohibited"],
        "entities": list(entities),
        "notices": {"title": "as one registry writes it: no list"},
        "secureDNS": {"delegationSigned": False},
    }


def bootstrap(services: list[list[list[str]]], published: str = "2026-11-01T00:00:00Z") -> str:
    """One of IANA's files (RFC 9224)."""
    return json.dumps({"version": "1.0", "publication": published, "description": "test", "services": services})


class Registry(ThreadingHTTPServer):
    """Answers by path; remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Any] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                found = outer.answers.get(self.path)
                if callable(found):
                    found(self)
                elif found is None:
                    _send(self, 404, b'{"errorCode": 404, "title": "Not Found"}')
                else:
                    _send(self, 200, json.dumps(found).encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests do."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/rdap/"

    @property
    def servers(self) -> frozenset[str]:
        return frozenset({f"http://127.0.0.1:{self.server_address[1]}"})


@contextmanager
def serving_registry() -> Iterator[Registry]:
    server = Registry()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, body: bytes = b"{}", **headers: str) -> Answer:
    """An answer with that status."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        _send(handler, code, body, **headers)

    return answer


def _send(handler: BaseHTTPRequestHandler, code: int, body: bytes, **headers: str) -> None:
    handler.send_response(code)
    handler.send_header("Content-Type", "application/rdap+json")
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
