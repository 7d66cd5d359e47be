"""One item from the public form to proven inaccessible, through the real programs and nothing else.

    unshare --net python -m tests.e2e.inside_chain

In a network namespace the hoster's public addresses are this machine, so that the prober may look at them. Around the
real `schoon serve` and `schoon worker` stand a PostgreSQL, a name server (nsd) with the hoster's and the hotline's
zones, a registry (RDAP), the hoster's mail server and its web server. Prints what each of them saw, as one JSON object.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

import dkim
import dns.resolver
import xarf
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from schoon.followup import Look
from schoon.kinds import ItemId
from schoon.main._compose import opened_rooms
from schoon.settings import Settings
from tests.e2e.program import Program
from tests.e2e.visitor import Visitor
from tests.hosting_world import ROUTES
from tests.nameserver import serving_zones
from tests.probe_world import answer
from tests.probe_world import serving as serving_web
from tests.rdap_server import bootstrap, domain, entity, network, serving_registry
from tests.simulation.cluster import Cluster, programs
from tests.smtp_server import Mailbox, Taken, mail_server

BEGIN = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTER, CONTROL = "45.80.1.10", "45.81.0.1"
PORTAL = "https://desk.meldpunt.example/n"
PATIENCE = 60
_HEAD = "@ SOA ns.zz. desk.zz. 1 3600 600 86400 60\n@ NS ns.zz.\n"


def main() -> int:
    up()
    with tempfile.TemporaryDirectory(prefix="schoon-chain-") as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "zones").mkdir()
        key = rsa.generate_private_key(65_537, 2_048)
        (folder / "dkim.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        names = stack.enter_context(serving_zones(folder / "zones", zones(key.public_key())))
        registry = stack.enter_context(serving_registry())
        box = Mailbox()
        post = stack.enter_context(mail_server(box))
        web = stack.enter_context(serving_web(HOSTER, 80))
        control = stack.enter_context(serving_web(CONTROL, 80))
        control.at("control.zz", "/", answer("here I am"))
        server = programs()
        assert server is not None, "no PostgreSQL"
        cluster = stack.enter_context(Cluster(server))
        cluster.run("CREATE DATABASE desk")
        settings = {
            "SCHOON_DATABASE_URL": cluster.url("desk"),
            "SCHOON_RESOLVER": f"127.0.0.1:{names}",
            "SCHOON_HOTLINE": "Meldpunt Voorbeeld",
            "SCHOON_NOTICE_FROM": "notices@meldpunt.example",
            "SCHOON_PORTAL": PORTAL,
            "SCHOON_SMTP": f"none://127.0.0.1:{post}",
            "SCHOON_DKIM_KEY_FILE": str(folder / "dkim.pem"),
            "SCHOON_NOTICE_WINDOW": "1s",
            "SCHOON_PROBE_CONTROLS": "http://control.zz/",
            "SCHOON_TESTING": "1",
        }
        hotline = Hotline(folder, settings)
        hotline.open(registry)
        print(json.dumps(Chain(hotline, box, web, names).play() | {"asked_registry": registry.asked}))
    return 0


def up() -> None:
    """The namespace's loopback, with the addresses of the hoster and of the control."""
    for command in (
        ["link", "set", "lo", "up"],
        *(["addr", "add", f"{one}/32", "dev", "lo"] for one in (HOSTER, CONTROL)),
    ):
        subprocess.run(["ip", *command], check=True)


def zones(key: rsa.RSAPublicKey) -> dict[str, str]:
    """The hoster's zone, and the hotline's with the key of its mail."""
    lines = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().splitlines()[1:-1]
    record = "v=DKIM1; k=rsa; p=" + "".join(lines)
    halves = " ".join(f'"{record[at : at + 200]}"' for at in range(0, len(record), 200))
    return {
        "zz": f"{_HEAD}ns A 127.0.0.1\nfoto A {HOSTER}\ncontrol A {CONTROL}\n",
        "meldpunt.example": f"{_HEAD}schoon._domainkey TXT {halves}\n",
    }


class Hotline:
    """The installation: its programs, each started with the clock at an hour of the story."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self.token = ""

    def program(self, after: timedelta = timedelta()) -> Program:
        return Program(self._folder / "home", **self._settings, SCHOON_CLOCK=(BEGIN + after).isoformat())

    def open(self, registry: Any) -> None:
        """Database, routes, registries, a person at the desk, and the right to look."""
        program = self.program()
        program.run("init")
        klant = entity("registrant", name="Klant BV", country="NL", inner=[entity("abuse", email="abuse@klant.zz")])
        registry.answers[f"/rdap/ip/{HOSTER}"] = network("45.80.1.0", "45.80.1.255", klant, country="NL")
        registry.answers["/rdap/domain/foto.zz"] = domain("foto.zz", entity("registrar", name="Names Ltd"))
        for name, served in (("dns.json", "zz"), ("ipv4.json", "45.0.0.0/8")):
            (self._folder / name).write_text(bootstrap([[[served], [registry.base]]]))
            program.run("hosting", "snapshot", "import", name)
        (self._folder / "prefixes.tsv").write_text(ROUTES)
        program.run("hosting", "snapshot", "import", "prefixes.tsv", "--date", "2026-11-20")
        program.run("organisation", "add", "Meldpunt", "--role", "hotline")
        program.run("person", "add", "A. Analyst", "--organisation", "Meldpunt", "--duty", "analyst")
        self.token = program.json("person", "token", "A. Analyst")["token"]
        program.run("followup", "legal-basis", "record", "--basis", "a mandate", "--signatory", "A. Jansen")

    def looks(self, item: str) -> Sequence[Look]:
        """At an item so far, asked without a program of its own."""
        environment = {"SCHOON_HOME": str(self._folder / "home"), **self._settings}
        with opened_rooms(Settings.from_environment(environment), lambda: BEGIN) as rooms:
            return rooms.followup.followed(ItemId(item)).looks

    @contextmanager
    def working(self, after: timedelta) -> Iterator[None]:
        """A worker's life that begins so long after the story did; it ends as an operator ends it."""
        command = [sys.executable, "-m", "schoon", "worker", "--processes", "1"]
        with (self._folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(command, env=self.program(after).environment, stdout=log, stderr=log)
        try:
            yield
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE) == 0, self.log()
        finally:
            worker.kill()

    def log(self) -> str:
        return (self._folder / "worker.log").read_text()

    def wait_for(self, what: Callable[[], Any]) -> Any:
        until = time.monotonic() + PATIENCE
        while not (found := what()):
            assert time.monotonic() < until, self.log()[-4_000:]
            time.sleep(0.2)
        return found


class Chain:
    """What happens, in its order, and what was seen of it."""

    def __init__(self, hotline: Hotline, box: Mailbox, web: Any, names: int) -> None:
        self._hotline = hotline
        self._box = box
        self._web = web
        self._names = names

    def play(self) -> dict[str, Any]:
        url = self._web.at("foto.zz", "/album", answer("a page with something on it")).replace(":80/", "/")
        hotline, box = self._hotline, self._box
        with hotline.program().serving(answers="/health/live") as base:
            item = self._report(base, url)
            self._judge(base, item)
        with hotline.working(timedelta(minutes=1)):
            hotline.wait_for(lambda: box.taken)
        with hotline.working(timedelta(hours=1, minutes=10)):
            hotline.wait_for(lambda: self._outcomes(item) == ["present"])
        with hotline.program(2 * HOUR).serving(answers="/health/live") as base:
            page = self._answer(base, box.taken[0].content)
        self._web.pages.clear()
        for hours, looks in ((4, 1), (7, 2)):
            with hotline.working(hours * HOUR):
                hotline.wait_for(partial(self._is_gone, item, looks))
        after = hotline.program(8 * HOUR)
        return {
            "url": url,
            "item": after.json("report", "show", item),
            "chains": [one["chain"] for one in after.lines("hosting", "traces", url)],
            "notices": after.lines("notice", "list"),
            "page": page,
            "followed": after.json("followup", "show", item),
            "looked_at": self._web.paths("foto.zz").count("/album"),
            "mails": [self._read(one) for one in box.taken],
        }

    def _report(self, base: str, url: str) -> str:
        """Somebody fills in the form, slowly enough to be a person."""
        reporter = Visitor(base)
        shown = re.search(r'name="shown" value="([^"]+)"', reporter.get("/report"))
        assert shown is not None
        time.sleep(4)
        reporter.post("/report", "/report", where=url, shown=shown[1])
        (item,) = self._hotline.program().lines("report", "list", "--state", "to_assess")
        return str(item["item"])

    def _judge(self, base: str, item: str) -> None:
        analyst, path = Visitor(base), f"/desk/items/{item}"
        analyst.post("/login", "/login", token=self._hotline.token, next="/desk")
        analyst.post(f"{path}/judge", path, judgement="baseline")

    def _answer(self, base: str, mail: bytes) -> str:
        """The hoster follows the link of its mail, and says that it removed everything."""
        link = re.search(re.escape(PORTAL) + r"/([a-z2-7]{52})", _letter(mail).get_body(("plain",)).get_content())
        assert link is not None
        return Visitor(base).post(f"/n/{link[1]}", f"/n/{link[1]}", act="rest-removed")

    def _outcomes(self, item: str) -> list[str]:
        return [str(one.outcome) for one in self._hotline.looks(item)]

    def _is_gone(self, item: str, looks: int) -> bool:
        return self._outcomes(item).count("gone") == looks

    def _read(self, taken: Taken) -> dict[str, Any]:
        """What the hoster's machine makes of a mail: who signed it, and the library's reading of its reports."""
        parts = [one for one in _letter(taken.content).walk() if one.get_content_type() == "application/json"]
        reports = [xarf.parse(json.loads(one.get_content())) for one in parts]
        return {
            "to": taken.recipients,
            "is_signed": dkim.verify(taken.content, dnsfunc=self._look_up),
            "errors": [str(error) for one in reports for error in one.errors],
            "reports": [None if one.report is None else one.report.model_dump(mode="json") for one in reports],
        }

    def _look_up(self, name: bytes, timeout: int = 5) -> bytes:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self._names
        (found,) = resolver.resolve(name.decode(), "TXT")
        return b"".join(found.strings)


def _letter(mail: bytes) -> Any:
    return message_from_bytes(mail, policy=default)


if __name__ == "__main__":
    sys.exit(main())
