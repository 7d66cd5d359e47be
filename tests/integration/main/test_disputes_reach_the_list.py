"""Hits and the list as they are really put together: what is decided in one room is felt in the other at once."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.check import Answer, Item, Member, MemberDraft, Reason, Verdict
from schoon.hits import (
    Action,
    ActionOutcome,
    DisputeAnswer,
    DisputeOutcome,
    HitAction,
    HitState,
    NotEntitledError,
    Wanted,
)
from schoon.kinds import Digest, EntryId, HitId, Kind, OrganisationId, SchoonError
from schoon.lists import ImportOptions, KnownGood, SourceFormat
from schoon.main._compose import initialise_home, make_rooms
from schoon.parties import Role
from schoon.rooms import Rooms
from schoon.settings import Settings

LISTED = Digest(kind=Kind.MD5, value=b"\x11" * 16)
OTHER = Digest(kind=Kind.MD5, value=b"\x12" * 16)
LIMIT_SECONDS = 2.0
REASONS = "this is our own logo, see for yourself"


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - two sets of rooms and their files must agree on the time


@dataclass
class Place:
    """Two processes' worth of rooms over one home, with a published list of two entries."""

    publisher: Rooms
    serving: Rooms
    hotline: OrganisationId
    stranger: OrganisationId
    entry: EntryId

    def member(self, name: str) -> Member:
        return self.publisher.members.add(MemberDraft(name=name), actor="test", now=clock()).member

    def ask(self, member: Member, digest: Digest = LISTED) -> Answer:
        self.serving.holder.refresh()
        items = [Item(item_id="a", digests=(digest,), file_ref="file-1")]
        return self.serving.check.check_items(member, items, clock())[1][0]

    def hit(self, member: Member) -> HitId:
        hit_id = self.ask(member).hit_id
        assert hit_id is not None
        return hit_id

    def act(self, member: Member, hit_id: HitId, action: Action, note: str = "") -> ActionOutcome:
        given = [HitAction(hit_id=hit_id, action=action, note=note)]
        return self.serving.hits.act(member.member_id, given, actor="member", now=clock())[0].outcome

    def answer(self, outcome: DisputeOutcome, by: OrganisationId) -> None:
        (dispute,) = self.publisher.hits.disputes()
        given = DisputeAnswer(dispute_id=dispute.dispute_id, outcome=outcome, reasons=REASONS, by=by)
        self.publisher.hits.answer_dispute(given, actor="desk", now=clock())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    settings = Settings.from_environment({"SCHOON_HOME": str(tmp_path)})
    initialise_home(settings)
    publisher, serving = make_rooms(settings, clock), make_rooms(settings, clock)
    keys = {}
    for name, role in (("hotline", Role.HOTLINE), ("authority", Role.AUTHORITY), ("stranger", Role.HOTLINE)):
        organisation = publisher.parties.add_organisation(name, role, by="test", now=clock()).organisation_id
        keys[organisation] = Ed25519PrivateKey.generate()
        public = keys[organisation].public_key().public_bytes_raw()
        publisher.parties.add_key(organisation, public, by="test", now=clock())
    hotline, authority, stranger = keys
    supplier = publisher.lists.add_supplier("hotline", hotline, supplier_class="hotline", by="test", now=clock())
    source = tmp_path / "list.jsonl"
    rows = [{"id": f"id-{n}", "category": "baseline", "md5": one.hex} for n, one in enumerate((LISTED, OTHER))]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    options = ImportOptions(source_format=SourceFormat.JSON_LINES, strict=True)
    report = publisher.lists.import_file(source, supplier.supplier_id, options, by="test", now=clock())
    assert report.batch_id is not None
    for organisation in (hotline, authority):
        publisher.lists.attest(report.batch_id, organisation, keys[organisation], by="test", now=clock())
    lawful = KnownGood.of([Digest(kind=Kind.MD5, value=b"\x99" * 16)])
    publisher.lists.test([report.batch_id], lawful, by="test", now=clock())
    publisher.lists.publish(by="test", now=clock())
    entry = publisher.lists.find_entry(supplier.supplier_id, "id-0")
    yield Place(publisher=publisher, serving=serving, hotline=hotline, stranger=stranger, entry=entry)
    publisher.close()
    serving.close()


def test_an_upheld_dispute_makes_every_members_answer_review_within_two_seconds(place: Place):
    member, other = place.member("hoster"), place.member("other-hoster")
    hit_id, theirs = place.hit(member), place.hit(other)
    assert place.act(member, hit_id, Action.DISPUTED, REASONS) is ActionOutcome.DONE
    started = time.monotonic()
    place.answer(DisputeOutcome.UPHELD, place.hotline)
    answers = [place.ask(one) for one in (member, other)]
    assert time.monotonic() - started < LIMIT_SECONDS
    assert [(one.verdict, one.reason) for one in answers] == [(Verdict.REVIEW, Reason.SUSPENDED)] * 2
    assert [one.hit_id for one in answers] == [hit_id, theirs], "no new hit is opened for it"
    for one in (hit_id, theirs):
        hit = place.serving.hits.hit(one).hit
        assert (hit.state, hit.due_at) == (HitState.SUSPENDED, None), "nobody's clock runs meanwhile"
    assert place.ask(other, OTHER).verdict is Verdict.LISTED, "other entries count as before"

    place.publisher.lists.release([place.entry], reason="it was right after all", by="desk", now=clock())
    assert place.ask(member).verdict is Verdict.LISTED
    assert place.serving.hits.hit(hit_id).hit.due_at is not None


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_an_organisation_that_did_not_attest_cannot_uphold(place: Place, who: str):
    member = place.member("hoster")
    hit_id = place.hit(member)
    place.act(member, hit_id, Action.DISPUTED, REASONS)
    by = place.stranger if who == "stranger" else OrganisationId(4711)
    with pytest.raises(NotEntitledError if who == "stranger" else SchoonError):
        place.answer(DisputeOutcome.UPHELD, by)
    assert place.serving.hits.hit(hit_id).hit.state is HitState.DISPUTED
    assert place.ask(member).verdict is Verdict.LISTED


def test_nobody_rejects_a_dispute_in_the_name_of_an_organisation_that_does_not_exist(place: Place):
    member = place.member("hoster")
    place.act(member, place.hit(member), Action.DISPUTED, REASONS)
    with pytest.raises(SchoonError, match="4711"):
        place.answer(DisputeOutcome.REJECTED, OrganisationId(4711))
    assert len(place.publisher.hits.disputes()) == 1


def test_a_withdrawal_ends_hits_offers_restore_and_tells_each_member_once(place: Place):
    members = [place.member("hoster"), place.member("other-hoster")]
    for member in members:
        place.publisher.members.set_webhook(member.name, "https://tickets.example/x", actor="test", now=clock())
    hits = [place.hit(member) for member in members]
    assert place.act(members[0], hits[0], Action.QUARANTINED) is ActionOutcome.DONE
    assert place.act(members[1], hits[1], Action.DISPUTED, REASONS) is ActionOutcome.DONE
    before = place.publisher.hits.waiting()

    started = time.monotonic()
    for _ in range(2):
        place.publisher.lists.withdraw([place.entry], reason="a photo of a cat", by="desk", now=clock())
        place.publisher.hits.due_work(clock())
    assert [place.ask(member).verdict for member in members] == [Verdict.NOT_LISTED] * 2
    assert time.monotonic() - started < LIMIT_SECONDS

    first, second = (place.serving.hits.hit(hit_id) for hit_id in hits)
    assert (first.hit.state, first.hit.restore_offered) == (HitState.WITHDRAWN, True)
    assert (second.hit.state, second.hit.restore_offered) == (HitState.WITHDRAWN, False)
    assert [one.outcome for one in second.disputes] == [DisputeOutcome.UPHELD]
    assert "a photo of a cat" in second.disputes[0].answer
    assert place.publisher.hits.waiting() == before + 3, "two withdrawals and one answer, each told once"
    assert place.act(members[0], hits[0], Action.RESTORED) is ActionOutcome.DONE
    assert place.serving.hits.list_hits(None, Wanted(now=clock(), state=HitState.OPEN)) == []
