"""The hotline's half of the demonstration: from reports to material out of reach, ten days in some seconds."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from schoon.cli._house import House
from schoon.cli._output import console, counted, table
from schoon.cli.demo._clock import LeapingClock
from schoon.cli.demo._list import Parties
from schoon.cli.demo._member import DemoServiceError
from schoon.cli.demo._screen import Screen
from schoon.cli.demo._town import GOOD, HOSTERS, HOTLINE, POLICE, Town
from schoon.cli.demo.corpus import Manifest
from schoon.followup import ClockEnd, ItemClock
from schoon.hosting import SnapshotImport
from schoon.kinds import ItemId
from schoon.norms import Step
from schoon.notices import ChannelKind, HosterChange, Notice, NoticeKind, NoticeState, NoticesWanted
from schoon.parties import Duty, IssuedPersonToken, Role
from schoon.reports import Arrival, ItemState, Judged, Judgement, SenderList, Wanted, read_mail, read_upload
from schoon.rooms import Rooms
from schoon.worker import Turns, workplace_over

DAYS = timedelta(days=10)
"""How long the demonstration's desk works: until what came back is out of reach again."""

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_SENDER = "partner@hotline.zz"
_PAUSE_SECONDS = 0.2
_STEPS = {Step.NOTICE_AGAIN: "noticed again", Step.POLICE: "with the police", Step.AUTHORITY: "before the authority"}


def desk_settings(town: Town, port: int) -> dict[str, str]:
    """The settings of an installation whose desk works in that town."""
    return {
        "SCHOON_HOTLINE": "Meldpunt Demo",
        "SCHOON_NOTICE_FROM": HOTLINE,
        "SCHOON_PORTAL": f"http://127.0.0.1:{port}/n",
        "SCHOON_SMTP": f"none://127.0.0.1:{town.post.port}",
        "SCHOON_POLICE_EMAIL": POLICE,
        "SCHOON_RESOLVER": town.names.address,
        "SCHOON_PROBE_CONTROLS": town.control_url,
        "SCHOON_PROBE_PORTS": town.ports,
    }


@dataclass(slots=True)
class Story:
    """What the desk's steps share."""

    house: House
    rooms: Rooms
    town: Town
    clock: LeapingClock
    folder: Path
    parties: Parties
    turns: Turns = field(init=False)
    token_file: Path = field(init=False)
    hoster_token_file: Path = field(init=False)

    def __post_init__(self) -> None:
        self.turns = Turns(workplace_over(self.rooms))
        self.token_file = self.folder / "analyst-token"
        self.hoster_token_file = self.folder / "hoster-token"

    def go_on(self) -> None:
        """Hosters and worker at the machine's pace, without end."""
        while True:
            self.town.live()
            due = self.turns.turn()
            if due is None or due > self.clock():
                time.sleep(_PAUSE_SECONDS)


def play(story: Story, screen: Screen, manifest: Manifest) -> bool:
    """Everything from report to end, told step by step; whether it went as it must."""
    screen.heading("A hotline's ten days, over hosters who behave well, slowly and badly")
    with screen.step("desk") as line:
        _open_desk(story)
        line.says = "an analyst, a legal basis for looking, a table of routes"
    with screen.step("reports") as line:
        taken = _take_reports(story, manifest)
        line.says = f"{taken} addresses, by mail and in a file"
    with screen.step("assess") as line:
        line.says = _assess(story)
    with screen.step("trace") as line:
        line.says = _trace(story)
    with screen.step("10 days") as line:
        _live(story, lambda: story.clock.has_caught_up)
        looks = sum(len(_looks(story, item)) for item in _followed(story))
        town = story.town
        items = len(_followed(story))
        line.says = f"{town.post.count} mails and {town.webhooks} webhooks went out; {looks} looks at {items} items"
    screen.heading("What became of each notice")
    _show_notices(story)
    is_right = _is_right(story)
    _leave_something(story, manifest)
    return is_right


def _open_desk(story: Story) -> None:
    rooms, now, by = story.rooms, story.clock(), story.house.actor
    person = rooms.people.add("A. Analyst", story.parties.hotline, [Duty.ANALYST, Duty.LEAD], by=by, now=now)
    _keep_token(story.token_file, rooms.people.issue_token(person.person_id, by=by, now=now))
    rooms.followup.record_basis("demonstration on one machine", "A. Analyst", by=by, now=now)
    routes = story.folder / "routes.tsv"
    routes.write_text("".join(f"{one.route}\n" for one in HOSTERS), encoding="utf-8")
    report = rooms.hosting.import_snapshot(SnapshotImport(path=str(routes), dated=now.date(), by=by, now=now))
    if report.snapshot is None:
        raise DemoServiceError(f"the table of routes was not taken: {report.refused}")


def _keep_token(path: Path, token: IssuedPersonToken) -> None:
    path.touch(mode=0o600)
    path.write_text(token.text + "\n", encoding="ascii")


def _take_reports(story: Story, manifest: Manifest) -> int:
    """Two reports, by the readers of every installation: how many addresses they hold."""
    town, now = story.town, story.clock()
    content = {path.stem: path.read_bytes() for path in [*manifest.originals, *manifest.known_good.glob("*.png")]}
    names = [name for name, read in content.items() if read.startswith(b"\x89PNG")]
    known, rest = names[0], names[1:9]
    sites = [town.good, town.good, town.slow, town.slow, town.slow, town.bad, town.bad, town.moving]
    urls = [town.fill(site, f"/{name}.png", content[name]) for site, name in zip(sites, rest, strict=True)]
    listed = town.fill(town.good, f"/{known}.png", content[known])
    rows = [f"{url},media," for url in urls[:5]]
    rows.append(f"{listed},media,{hashlib.sha256(content[known]).hexdigest()}")
    file = "\n".join(["url,kind,sha256", *rows, ""]).encode()
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Message-ID"] = "SCART-INPUT", _SENDER, "<1@hotline.zz>"
    lawful = town.control.put("/holiday.png", content[names[9]])
    mail.set_content("\n".join([*urls[5:], lawful]))
    reading = read_upload(file, Arrival(sender=_SENDER, now=now))
    receipts = story.rooms.reports.take([row.submission for row in reading.apart()[0]], now=now)
    return len({*_take_mail(story, mail), *(item for one in receipts for item in one.item_ids)})


def _leave_something(story: Story, manifest: Manifest) -> None:
    """A report that came just now, for whoever opens the desk."""
    content = manifest.originals[0].read_bytes()
    sites = (story.town.good, story.town.slow, story.town.bad)
    urls = [story.town.fill(site, f"/new/{number}.png", content) for number, site in enumerate(sites, 1)]
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Message-ID"] = "SCART-INPUT", _SENDER, "<2@hotline.zz>"
    mail.set_content("\n".join(urls))
    _take_mail(story, mail)


def _take_mail(story: Story, mail: EmailMessage) -> list[ItemId]:
    now = story.clock()
    reading = read_mail(mail.as_bytes(), Arrival(sender=_SENDER, now=now), SenderList.of([_SENDER]))
    receipts = story.rooms.reports.take([row.submission for row in reading.apart()[0]], now=now)
    return [item for one in receipts for item in one.item_ids]


def _assess(story: Story) -> str:
    """The known one by its hash, the others by an analyst, ten minutes later."""
    _live(story, lambda: False, until=10 * _MINUTE)
    rooms, now = story.rooms, story.clock()
    waiting = rooms.reports.find(Wanted(states=frozenset({ItemState.TO_ASSESS})), now=now)
    known = sum(rooms.reports.counts().values()) - len(waiting)
    judged = [
        Judged(item_id=one.item_id, judgement=_judgement(one.url.host, story.town), seconds=20) for one in waiting
    ]
    rooms.reports.assess(judged, by="person:demo", now=now)
    lawful = sum(one.judgement is Judgement.NOT_ILLEGAL for one in judged)
    return f"{known} known by its hash; an analyst finds {len(judged) - lawful} illegal, {lawful} lawful"


def _judgement(host: str, town: Town) -> Judgement:
    return Judgement.NOT_ILLEGAL if host == town.control.host else Judgement.BASELINE


def _trace(story: Story) -> str:
    _live(story, lambda: False, until=_MINUTE)
    rooms = story.rooms
    hosters = rooms.notices.hosters()
    good = next((one for one in hosters if one.organisation == GOOD.name), None)
    if good is None:
        raise DemoServiceError("the trace found no hoster")
    now, by = story.clock(), story.house.actor
    owner = rooms.parties.add_organisation(GOOD.name, Role.MEMBER, by=by, now=now)
    person = rooms.people.add("H. Helder", owner.organisation_id, [Duty.HOSTER], by=by, now=now)
    _keep_token(story.hoster_token_file, rooms.people.issue_token(person.person_id, by=by, now=now))
    change = HosterChange(channel=ChannelKind.WEBHOOK, webhook_url=story.town.webhook_url, party=owner.organisation_id)
    changed = rooms.notices.change_hoster(good.hoster_id, change, by=by, now=now)
    if changed.webhook is not None:
        story.town.webhook_secret = changed.webhook.secret
    return f"{len(hosters)} hosters found, by name, address and route"


def _live(story: Story, is_over: Callable[[], bool], *, until: timedelta | None = None) -> None:
    """Leap from one thing that happens to the next, Schoon's and the town's, for so long or until it is over."""
    clock, town = story.clock, story.town
    end = None if until is None else clock() + until
    while not is_over() and (end is None or clock() < end):
        town.live()
        due = story.turns.turn()
        if due is not None and due <= clock():
            continue
        coming = [moment for moment in (due, town.next_at, end) if moment is not None]
        clock.leap(min(coming, default=clock() + DAYS))


def _followed(story: Story) -> list[ItemId]:
    notices = story.rooms.notices.list_notices(NoticesWanted(states=frozenset({NoticeState.SENT}), limit=1_000))
    clocks = story.rooms.followup.clocks_of([one.notice_id for one in notices])
    return list(dict.fromkeys(one.item_id for one in clocks))


def _looks(story: Story, item: ItemId) -> Sequence[object]:
    return story.rooms.followup.followed(item).looks


def _show_notices(story: Story) -> None:
    rooms = story.rooms
    hosters = {one.hoster_id: one for one in rooms.notices.hosters()}
    notices = rooms.notices.list_notices(NoticesWanted(states=frozenset({NoticeState.SENT}), limit=1_000))
    rows = []
    for one in sorted(notices, key=lambda notice: notice.sent_at or notice.opened_at):
        hoster = hosters[one.hoster_id]
        rows.append((hoster.organisation, f"{one.kind}, {hoster.channel}", _after(story, one), *_outcome(story, one)))
    table(["hoster", "notice", "sent", "items", "what became of it"], rows, numbers=["items"])
    _say_steps(story)


def _after(story: Story, notice: Notice) -> str:
    began = story.clock() - DAYS
    if notice.sent_at is None:
        return ""
    days, rest = divmod(notice.sent_at - began, timedelta(days=1))
    return f"day {days + 1}, {rest // _HOUR:02d}:{rest % _HOUR // _MINUTE:02d}"


def _outcome(story: Story, notice: Notice) -> tuple[int, str]:
    """How many items, and in words what became of them."""
    if notice.kind is NoticeKind.AGAIN:
        return len(story.rooms.notices.notice(notice.notice_id).view.lines), "as above"
    clocks = story.rooms.followup.clocks_of([notice.notice_id])
    ends = Counter(_end(clock) for clock in clocks)
    return len(clocks), ", ".join(f"{count} {words}" if len(ends) > 1 else words for words, count in ends.items())


def _end(clock: ItemClock) -> str:
    if clock.end is ClockEnd.INACCESSIBLE and clock.gone_at is not None and clock.started_at is not None:
        late = "" if clock.deadline is None or clock.gone_at < clock.deadline else ", late"
        seen = max(clock.seen_at or clock.started_at, clock.started_at)
        first, last = (_hours(moment - clock.started_at) for moment in (seen, clock.gone_at))
        return f"gone {f'after {first:g} to' if first else 'within'} {last:g} h{late}"
    if clock.end is ClockEnd.MOVED:
        return "moved away"
    return _STEPS[clock.last_step] if clock.last_step else "still there"


def _hours(took: timedelta) -> float:
    """To the half hour."""
    return round(took / (_HOUR / 2)) / 2


def _say_steps(story: Story) -> None:
    records = story.rooms.followup.authority_records()
    back = sum(
        story.rooms.followup.followed(item).watch.anchor_at > story.clock() - DAYS / 2 for item in _followed(story)
    )
    mails = counted(story.town.police_mails, "mail", "mails")
    came_back = counted(back, "item", "items")
    out = console()
    out.print(f"  {came_back} came back after a removal, found by a later look and noticed anew.", style="dim")
    out.print(f"  {counted(len(records), 'record', 'records')} for the authority, {mails} to the police.", style="dim")


def _is_right(story: Story) -> bool:
    """Whether all but the bad hoster's items are out of reach, and those are before the authority."""
    counts = story.rooms.reports.counts()
    records = story.rooms.followup.authority_records()
    return counts.get(ItemState.NOTICED, 0) == len(records) > 0 and counts.get(ItemState.INACCESSIBLE, 0) > 0
