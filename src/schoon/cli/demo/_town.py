"""A small internet on this machine: three hosters who behave well, slowly and badly, their names, and their post.

They know Schoon by what reaches them alone: a webhook, a mail with a link. They answer over HTTP, as hosters do.
"""

import hashlib
import heapq
import hmac
import json
import re
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.cookiejar import CookieJar
from itertools import count

from schoon.cli.demo._names import NameServer
from schoon.cli.demo._post import PostOffice
from schoon.cli.demo._sites import Site
from schoon.kinds import Clock

NETWORK = "127.77.0.0/16"
POLICE = "police@politie.zz"
HOTLINE = "notices@meldpunt.zz"
_HOURS, _MINUTES = timedelta(hours=1), timedelta(minutes=1)
_CONTROL = "127.77.0.1"
_NEW_PLACE = "127.77.1.20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Who has which addresses, as the routes of the internet tell it."""

    name: str
    email: str
    prefix: str
    asn: int

    @property
    def route(self) -> str:
        """A line of the table of prefixes."""
        return f"{self.prefix}\tAS{self.asn}\t{self.name}\tNL\t{self.email}"


GOOD = Hosting(name="Helder Hosting", email="abuse@helder.zz", prefix="127.77.1.0/24", asn=64501)
SLOW = Hosting(name="Traag Hosting", email="abuse@traag.zz", prefix="127.77.2.0/24", asn=64502)
BAD = Hosting(name="Doof Hosting", email="abuse@doof.zz", prefix="127.77.3.0/24", asn=64503)
HOSTERS = (GOOD, SLOW, BAD)


@dataclass(order=True)
class _Act:
    at: datetime
    number: int
    do: Callable[[], None] = field(compare=False)


class Town:
    """Everything outside Schoon."""

    def __init__(self, clock: Clock) -> None:
        """Open the servers; nothing is on them yet."""
        self._clock = clock
        self._acts: list[_Act] = []
        self._numbers = count()
        self._lock = threading.Lock()
        self._links: dict[str, set[str]] = {}
        self._uploads: dict[tuple[str, str], bytes] = {}
        self._has_moved = False
        self.webhook_secret = b""
        self.webhooks = 0
        self.good = Site("foto.helder.zz", "127.77.1.10")
        self.good_abuse = Site("abuse.helder.zz", "127.0.0.1", at_post=self._good_hears)
        self.slow = Site("beeld.traag.zz", "127.77.2.10", soft=True)
        self.bad = Site("pics.doof.zz", "127.77.3.10")
        self.moving = Site("mirror.doof.zz", "127.77.3.11")
        self.control = Site("control.meldpunt.zz", _CONTROL)
        self.control_url = self.control.put("/", b"<p>Here I am.")
        addresses = {
            self.good.host: "127.77.1.10",
            self.slow.host: "127.77.2.10",
            self.bad.host: "127.77.3.10",
            self.moving.host: "127.77.3.11",
            self.control.host: _CONTROL,
        }
        self.names = NameServer("127.77.0.53", addresses)
        self.post = PostOffice(self._mail_comes, later=SLOW.email)
        self.police_mails = 0

    @property
    def _sites(self) -> tuple[Site, ...]:
        return self.good, self.slow, self.bad, self.moving

    @property
    def webhook_url(self) -> str:
        """Where the good hoster wants its notices."""
        return f"http://127.0.0.1:{self.good_abuse.port}/notices"

    @property
    def ports(self) -> str:
        """Of all sites, as a setting says it."""
        return ",".join(str(site.port) for site in (*self._sites, self.control))

    def fill(self, site: Site, path: str, content: bytes) -> str:
        """Somebody uploads it; its address."""
        self._uploads[site.host, path] = content
        return site.put(path, content)

    @property
    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        with self._lock:
            return self._acts[0].at if self._acts else None

    def live(self) -> None:
        """Do what is to be done by now."""
        while True:
            with self._lock:
                if not self._acts or self._acts[0].at > self._clock():
                    return
                act = heapq.heappop(self._acts)
            act.do()

    def close(self) -> None:
        """Close every server."""
        self.post.close()
        self.names.close()
        for site in (*self._sites, self.good_abuse, self.control):
            site.close()

    @property
    def _at_good(self) -> tuple[Site, ...]:
        """What the good hoster hosts by now."""
        return (self.good, self.moving) if self._has_moved else (self.good,)

    def _later(self, after: timedelta, do: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._acts, _Act(self._clock() + after, next(self._numbers), do))

    def _empty(self, *sites: Site) -> None:
        for site in sites:
            for host, path in self._uploads:
                if host == site.host:
                    site.take_away(path)

    # The good one: its own system takes notices, removes at once and says so.

    def _good_hears(self, body: bytes, signature: str) -> bool:
        if not _is_signed(body, signature, self.webhook_secret):
            return False
        self.webhooks += 1
        page = json.loads(body)["page"]
        self._later(25 * _MINUTES, lambda: self._empty(*self._at_good))
        self._later(30 * _MINUTES, lambda: _answer(page, "rest-removed"))
        return True

    # Mail for the others, and for the police.

    def _mail_comes(self, recipient: str, mail: bytes) -> None:
        if recipient == POLICE:
            self.police_mails += 1
            return
        link, known = _link_in(mail), self._links.setdefault(recipient, set())
        if link is None or link in known:  # a mail that comes twice is one notice
            return
        is_first = not known
        known.add(link)
        if recipient == SLOW.email:
            self._slow_hears(link, is_first=is_first)
        elif recipient == BAD.email and is_first:
            self._bad_hears(link)

    def _slow_hears(self, link: str, *, is_first: bool) -> None:
        """It says that it has read the mail, and removes after more than a day; something comes back on the sixth."""
        self._later(3 * _HOURS, lambda: _answer(link, "acknowledge"))
        if is_first:
            self._later(30 * _HOURS, lambda: self._empty(self.slow))
            self._later(146 * _HOURS, self._comes_back)
        else:
            self._later(4 * _HOURS, lambda: self._empty(self.slow))

    def _comes_back(self) -> None:
        path = next(path for host, path in self._uploads if host == self.slow.host)
        self.slow.put(path, self._uploads[self.slow.host, path])

    def _bad_hears(self, link: str) -> None:
        """It says "removed", and removes nothing; a part goes to another hoster, under the same name."""
        self._later(5 * _HOURS, lambda: _answer(link, "rest-removed"))
        self._later(20 * _HOURS, self._moves)

    def _moves(self) -> None:
        self._has_moved = True
        self.moving.move_to(_NEW_PLACE)
        self.names.move(self.moving.host, _NEW_PLACE)


def _is_signed(body: bytes, signature: str, secret: bytes) -> bool:
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", signature)
    if found is None:
        return False
    made = hmac.new(secret, f"{found[1]}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, found[2])


def _link_in(mail: bytes) -> str | None:
    letter = message_from_bytes(mail, policy=default).get_body(("plain",))
    found = re.search(r"http://127\.0\.0\.1:\d+/n/[a-z2-7]{52}", "" if letter is None else letter.get_content())
    return found[0] if found else None


def _answer(link: str, act: str) -> None:
    """Open the page of the notice, and press a button."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(link).read().decode()
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    fields = urllib.parse.urlencode({"mark": mark[1] if mark else "", "act": act})
    browser.open(link, data=fields.encode()).read()
