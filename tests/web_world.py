"""The pages over the real services on SQLite, with hits in every state, and a browser that needs no network."""

import asyncio
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from starlette.types import Message

from schoon.check import Band, Match, Member, MemberDraft, Sighting, Strength, Verdict
from schoon.check.service import MemberService
from schoon.hits import Action, DisputeAnswer, DisputeOutcome, HitAction, ListOffice
from schoon.hits.service import HitService
from schoon.kinds import Category, EntryId, HitId, Kind, OrganisationId, Transaction
from schoon.lists import EntryState
from schoon.parties import Duty, Person, Role
from schoon.parties.service import PartyService, PeopleService
from schoon.rooms import Rooms
from schoon.store import Database
from schoon.store.hits import SqlHits
from schoon.store.journal import SqlJournal
from schoon.store.members import SqlMembers
from schoon.store.outbox import SqlOutbox
from schoon.store.parties import SqlPartyBook
from schoon.store.people import SqlPeople
from schoon.web import create_web

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
SESSION_KEY = b"k" * 32
HOST = "hits.schoon.example"


class Office(ListOffice):
    """A list office that knows every entry and lets everybody uphold."""

    def __init__(self) -> None:
        self.standing: dict[EntryId, EntryState] = {}

    def standings(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> dict[EntryId, EntryState]:
        return {entry_id: self.standing.get(entry_id, EntryState.ACTIVE) for entry_id in entry_ids}

    def may_uphold(self, tx: Transaction, entry_id: EntryId, organisation_id: OrganisationId) -> bool:
        return True

    def suspend(self, entry_id: EntryId, *, reason: str, by: OrganisationId, actor: str, now: datetime) -> None:
        self.standing[entry_id] = EntryState.SUSPENDED


@dataclass
class Bundle:
    """The part of `Rooms` that the pages use."""

    clock: Any
    members: MemberService
    hits: HitService
    people: PeopleService


@dataclass
class World:
    """One database with one or more members, at a time that tests set."""

    database: Database
    secure_cookies: bool = False
    now: datetime = NOW
    entries: int = 0
    office: Office = field(default_factory=Office)

    def __post_init__(self) -> None:
        journal, store = SqlJournal(), SqlMembers(secret_key=b"s" * 32)
        self.members = MemberService(self.database, store, journal)
        self.hits = HitService(
            transactions=self.database,
            store=SqlHits(),
            outbox=SqlOutbox(),
            webhooks=store,
            complaints=store,
            office=self.office,
            journal=journal,
        )
        self.parties = PartyService(transactions=self.database, parties=SqlPartyBook(), journal=journal)
        self.people = PeopleService(transactions=self.database, people=SqlPeople(), journal=journal)
        bundle = Bundle(clock=lambda: self.now, members=self.members, hits=self.hits, people=self.people)
        self.app = create_web(cast("Rooms", bundle), session_key=SESSION_KEY, secure_cookies=self.secure_cookies)

    def a_member(self, name: str = "noorderhost") -> tuple[Member, str]:
        """A member and its token's text."""
        draft = MemberDraft(name=name, complaint_address="klachten@noorderhost.example")
        account = self.members.add(draft, actor="test", now=self.now)
        token = self.members.issue_token(name, actor="test", now=self.now)
        self.members.refresh(self.now)
        return account.member, token.text

    def a_person(self, *duties: Duty, role: Role = Role.HOTLINE, name: str = "A. Analyst") -> tuple[Person, str]:
        """Somebody with these duties, and the token's text."""
        known = {one.role: one for one in self.parties.organisations()}
        owner = known.get(role) or self.parties.add_organisation(f"The {role}", role, by="test", now=self.now)
        person = self.people.add(name, owner.organisation_id, duties or (Duty.ANALYST,), by="test", now=self.now)
        return person, self.people.issue_token(person.person_id, by="test", now=self.now).text

    def a_hit(
        self,
        member: Member,
        *,
        age: timedelta = timedelta(hours=1),
        kind: Kind = Kind.SHA256,
        band: Band | None = None,
        verdict: Verdict = Verdict.LISTED,
        refs: Iterable[str | None] = ("vm12-a3f9",),
        category: Category = Category.BASELINE,
        supplier_class: str = "hotline",
        entry_id: EntryId | None = None,
    ) -> HitId:
        """A hit that was opened that long ago; each on an entry of its own unless one is given."""
        self.entries += 1
        strength = {Kind.SHA256: Strength.STRONG, Kind.PDQ: Strength.PERCEPTUAL}.get(kind, Strength.WEAK)
        match = Match(kind=kind, strength=strength, band=band, category=category, supplier_class=supplier_class)
        seen = [
            Sighting(
                entry_id=entry_id or EntryId(self.entries),
                verdict=verdict,
                match=match,
                list_version=1204,
                file_ref=ref,
            )
            for ref in refs
        ]
        with self.database.write() as tx:
            return self.hits.record(tx, member.member_id, seen, self.now - age, hit_term=member.hit_term)[0].hit_id

    def act(
        self, member: Member, hit_id: HitId, action: Action, *, age: timedelta = timedelta(), note: str = ""
    ) -> None:
        """One action, that long ago."""
        done = HitAction(hit_id=hit_id, action=action, note=note)
        self.hits.act(member.member_id, [done], actor="token:api1", now=self.now - age)

    def withdraw(self, hit_id: HitId, *, age: timedelta = timedelta()) -> None:
        """The hit's entry leaves the list."""
        entry_id = self.hits.hit(hit_id).hit.entry_id
        self.office.standing[entry_id] = EntryState.WITHDRAWN
        with self.database.write() as tx:
            self.hits.entries_changed(tx, [entry_id], EntryState.WITHDRAWN, reason="wrong", now=self.now - age)

    def suspend(self, hit_id: HitId) -> None:
        """The hit's entry is suspended for everybody."""
        entry_id = self.hits.hit(hit_id).hit.entry_id
        self.office.standing[entry_id] = EntryState.SUSPENDED
        with self.database.write() as tx:
            self.hits.entries_changed(tx, [entry_id], EntryState.SUSPENDED, reason="looked at again", now=self.now)


def a_world(folder: Path, migrated: Path, *, secure_cookies: bool = False) -> World:
    """A world on a copy of a migrated SQLite file."""
    path = folder / "schoon.db"
    shutil.copy(migrated, path)
    return World(Database(f"sqlite:///{path}"), secure_cookies=secure_cookies)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Browser:
    """Sends requests straight into the application, keeps cookies, fills in the form's mark."""

    def __init__(self, app: Any, *, scheme: str = "http", language: str = "en", address: str = "192.0.2.7") -> None:
        self.app = app
        self.scheme = scheme
        self.language = language
        self.address = address
        self.cookies: dict[str, str] = {}
        self.mark = ""
        self._runner = asyncio.Runner()

    def close(self) -> None:
        self._runner.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self._keep(self._runner.run(self._ask("GET", path, b"", headers)))

    def post(self, path: str, fields: Any = (), *, mark: str | None = None, **headers: str) -> Answer:
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        body = urlencode([*pairs, ("mark", self.mark if mark is None else mark)]).encode()
        headers = {"content_type": "application/x-www-form-urlencoded"} | headers
        return self._keep(self._runner.run(self._ask("POST", path, body, headers)))

    def log_in(self, token: str) -> Answer:
        self.get("/login")
        answer = self.post("/login", {"token": token, "next": "/hits"})
        self.get("/hits")
        return answer

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        found = re.search(r'name="mark" value="([^"]+)"', answer.text if b"<html" in answer.body else "")
        self.mark = found[1] if found else self.mark
        return answer

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(path)
        sent = {"host": HOST, "accept_language": self.language} | headers
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
            "client": (self.address, 40000),
            "server": (HOST, 443),
        }
        messages: list[Message] = []

        waiting = [body]

        async def receive() -> Message:
            if not waiting:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        raw = [(name.decode(), value.decode()) for name, value in messages[0]["headers"]]
        return Answer(
            status=messages[0]["status"],
            headers=dict(raw),
            body=b"".join(message.get("body", b"") for message in messages[1:]),
            cookies=[value for name, value in raw if name == "set-cookie"],
        )


def fill(world: World, member: Member) -> dict[str, HitId]:
    """Some forty hits: one of each kind by name, and many open ones of every age."""
    hours = timedelta(hours=1)
    kinds = [(Kind.SHA256, None), (Kind.MD5, None), (Kind.PDQ, Band.NEAR), (Kind.PDQ, Band.FAR), (Kind.SHA1, None)]
    suppliers = ["hotline", "police", "hotline", "authority"]
    for number in range(18):
        kind, band = kinds[number % len(kinds)]
        category = Category.NATIONAL if number % 5 == 3 else Category.BASELINE
        world.a_hit(
            member,
            age=number * 1.31 * hours + timedelta(minutes=7),
            kind=kind,
            band=band,
            refs=[f"vm{number:02d}-{number * 7919 % 65536:04x}"] * (1 + number % 3),
            category=category,
            supplier_class=suppliers[number % 4],
        )
    named = {
        "strong": world.a_hit(member, age=3 * hours, refs=[f"vm31-{n:04x}" for n in range(6)]),
        "weak": world.a_hit(member, age=20 * hours, kind=Kind.MD5),
        "perceptual": world.a_hit(member, age=22.5 * hours, kind=Kind.PDQ, band=Band.FAR, refs=["s3-99b2", None]),
        "overdue": world.a_hit(member, age=31 * hours, supplier_class="police"),
        "very late": world.a_hit(member, age=80 * hours, category=Category.NATIONAL),
    }
    for number in range(4):
        reviewed = world.a_hit(member, age=(5 + number) * hours, kind=Kind.PDQ, band=Band.NEAR, verdict=Verdict.REVIEW)
        named["review"] = reviewed
    for number in range(5):
        done = world.a_hit(member, age=(30 + 9 * number) * hours)
        action = Action.QUARANTINED if number % 2 else Action.REMOVED
        world.act(member, done, action, age=(30 + 9 * number - 3) * hours, note=f"TCK-{4410 + number}")
        named[action.value] = done
    late = world.a_hit(member, age=60 * hours)
    world.hits.due_work(world.now - 30 * hours)
    world.act(member, late, Action.REMOVED, age=30 * hours)
    named["late"] = late
    named["disputed"] = world.a_hit(member, age=9 * hours, kind=Kind.PDQ, band=Band.FAR, refs=["vm40-77aa"])
    world.act(member, named["disputed"], Action.DISPUTED, age=2 * hours, note="This is a logo of our own web shop.")
    named["rejected"] = world.a_hit(member, age=14 * hours, kind=Kind.MD5)
    world.act(member, named["rejected"], Action.DISPUTED, age=12 * hours, note="The file is a firmware image.")
    dispute = next(d for d in world.hits.disputes(member.member_id) if d.hit_id == named["rejected"])
    with world.database.write() as tx:
        police = an_organisation(world, tx)
    world.hits.answer_dispute(
        DisputeAnswer(
            dispute_id=dispute.dispute_id,
            outcome=DisputeOutcome.REJECTED,
            reasons="Looked at again by two people; the entry is right.",
            by=police,
        ),
        actor="operator",
        now=world.now - 4 * hours,
    )
    named["suspended"] = world.a_hit(member, age=8 * hours)
    world.suspend(named["suspended"])
    for number in range(2):
        offered = world.a_hit(member, age=(50 + number) * hours, kind=Kind.PDQ, band=Band.NEAR)
        world.act(member, offered, Action.QUARANTINED, age=45 * hours)
        world.withdraw(offered, age=2 * hours)
        named["restore"] = offered
    named["restored"] = world.a_hit(member, age=70 * hours)
    world.act(member, named["restored"], Action.QUARANTINED, age=68 * hours)
    world.withdraw(named["restored"], age=20 * hours)
    world.act(member, named["restored"], Action.RESTORED, age=10 * hours)
    named["held"] = world.a_hit(member, age=26 * hours)
    world.act(member, named["held"], Action.REMOVED, age=25 * hours)
    world.hits.hold_statement(
        named["held"], by="Team Noord", reason="an investigation is running", actor="operator", now=world.now - hours
    )
    world.hits.due_work(world.now)
    return named


def an_organisation(world: World, tx: Transaction) -> OrganisationId:
    """An organisation that may answer disputes."""
    return SqlPartyBook().add_organisation(tx, name="Police", role=Role.POLICE, at=world.now).organisation_id
