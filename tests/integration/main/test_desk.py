"""The desk and the hash list as they are really put together: each learns from the other, and neither from a guess."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from schoon.agenda import TaskKind
from schoon.kinds import Category, Digest, ItemId, Kind, OrganisationId
from schoon.lists import BatchState, ImportOptions, KnownGood, SourceFormat
from schoon.main._compose import initialise_home, make_rooms
from schoon.main._keys import KeyFileMissingError
from schoon.parties import Role
from schoon.reports import (
    Item,
    ItemState,
    Judged,
    Judgement,
    Known,
    Means,
    Move,
    ReportSource,
    Submission,
    SubmittedItem,
    Wanted,
)
from schoon.rooms import Rooms
from schoon.settings import Settings
from schoon.store.agenda import SqlAgenda

HOUR = timedelta(hours=1)
BY = "test"


def a_digest(number: int, kind: Kind = Kind.SHA256) -> Digest:
    return Digest(kind=kind, value=bytes([number]) * {Kind.MD5: 16, Kind.SHA1: 20}.get(kind, 32))


@dataclass
class Place:
    rooms: Rooms
    keys: dict[OrganisationId, Ed25519PrivateKey]
    folder: Path

    def now(self) -> datetime:
        return self.rooms.clock()

    def publish(self, *rows: tuple[Category, Digest]) -> None:
        source = self.folder / "list.jsonl"
        lines = [{"id": one.hex[:8], "category": category, one.kind: one.hex} for category, one in rows]
        source.write_text("".join(json.dumps(line) + "\n" for line in lines))
        supplier = self.rooms.lists.find_supplier("police list").supplier_id
        options = ImportOptions(source_format=SourceFormat.JSON_LINES, strict=True)
        report = self.rooms.lists.import_file(source, supplier, options, by=BY, now=self.now())
        assert report.batch_id is not None
        for organisation, key in self.keys.items():
            self.rooms.lists.attest(report.batch_id, organisation, key, by=BY, now=self.now())
        self.rooms.lists.test([report.batch_id], KnownGood.of([a_digest(99)]), by=BY, now=self.now())
        self.rooms.lists.publish(by=BY, now=self.now())

    def take(self, *digests: Digest) -> Item:
        item = SubmittedItem(url=f"https://foto.example.org/{digests[0].hex[:8]}", digests=digests)
        report = Submission(source=ReportSource.API, items=(item,))
        (receipt,) = self.rooms.reports.take([report], now=self.now())
        return self.rooms.reports.item(receipt.item_ids[0]).item

    def assess(self, item_id: ItemId) -> None:
        judged = Judged(item_id=item_id, judgement=Judgement.BASELINE)
        self.rooms.reports.assess([judged], by="anna", now=self.now())

    def propose(self) -> None:
        later = self.now() + HOUR
        with self.rooms.reports.transactions.write() as tx:
            kinds = [TaskKind.ITEM_PROPOSE]
            claimed = SqlAgenda().claim(tx, now=later, until=later + HOUR, limit=100, kinds=kinds)
        self.rooms.reports.propose_due(claimed, now=later)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    key_file = tmp_path / "hotline.key.pem"
    environment = {"SCHOON_PROPOSAL_SUPPLIER": "our own", "SCHOON_ATTESTATION_KEY_FILE": str(key_file)}
    settings = Settings.from_environment({"SCHOON_HOME": str(tmp_path), **environment})
    initialise_home(settings)
    rooms = make_rooms(settings, lambda: datetime.now(UTC))  # noqa: TID251 - the head is signed by the clock
    place = Place(rooms=rooms, keys={}, folder=tmp_path)
    for name, role in (("Hotline", Role.HOTLINE), ("Police", Role.POLICE)):
        organisation = rooms.parties.add_organisation(name, role, by=BY, now=place.now()).organisation_id
        place.keys[organisation] = Ed25519PrivateKey.generate()
        public = place.keys[organisation].public_key().public_bytes_raw()
        rooms.parties.add_key(organisation, public, by=BY, now=place.now())
    hotline, police = place.keys
    private = place.keys[hotline].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key_file.write_bytes(private)
    for supplier, owner in (("our own", hotline), ("police list", police)):
        rooms.lists.add_supplier(supplier, owner, supplier_class="hotline", by=BY, now=place.now())
    yield place
    rooms.close()


def test_without_a_list_material_is_not_unknown_but_asked_about_again(place: Place) -> None:
    item = place.take(a_digest(1))
    assert item.known is Known.UNAVAILABLE
    place.publish((Category.BASELINE, a_digest(1)))
    later = place.now() + HOUR
    with place.rooms.reports.transactions.write() as tx:
        claimed = SqlAgenda().claim(tx, now=later, until=later, limit=9, kinds=[TaskKind.ITEM_MATCH])
    place.rooms.reports.match_due(claimed, now=place.now())
    assert place.rooms.reports.item(item.item_id).item.means is Means.KNOWN_HASH


def test_what_the_list_says_is_what_the_desk_knows(place: Place) -> None:
    place.publish(
        (Category.BASELINE, a_digest(1)),
        (Category.NATIONAL, a_digest(2, Kind.MD5)),
        (Category.INVESTIGATION, a_digest(3)),
    )
    found = [
        place.take(a_digest(1), a_digest(9, Kind.MD5)),
        place.take(a_digest(2, Kind.MD5)),
        place.take(a_digest(3)),
        place.take(a_digest(4), a_digest(1, Kind.PDQ)),
    ]
    assert [(one.known, one.judgement) for one in found] == [
        (Known.LISTED, Judgement.BASELINE),
        (Known.LISTED, Judgement.NATIONAL),
        (Known.NOT_LISTED, None),
        (Known.NOT_LISTED, None),
    ]
    assert place.rooms.hits.counts(None, place.now()).overdue == 0
    assert sum(place.rooms.hits.counts(None, place.now()).by_state.values()) == 0, "the desk is nobody's member"


def test_a_judgement_becomes_an_entry_that_waits_for_a_second_organisation(place: Place) -> None:
    items = [place.take(a_digest(number), a_digest(number, Kind.PDQ)) for number in (11, 12)]
    for item in items:
        place.assess(item.item_id)
    place.propose()
    (batch,) = place.rooms.lists.batches()
    hotline, police = place.keys
    assert (batch.state, batch.entry_count, batch.first_attestor) == (BatchState.ATTESTED, 2, hotline)
    place.rooms.lists.attest(batch.batch_id, police, place.keys[police], by=BY, now=place.now())
    place.rooms.lists.test([batch.batch_id], KnownGood.of([a_digest(99)]), by=BY, now=place.now())
    place.rooms.lists.publish(by=BY, now=place.now())
    again = SubmittedItem(url="https://elsewhere.example.net/", digests=(a_digest(11),))
    report = Submission(source=ReportSource.API, items=(again,))
    (receipt,) = place.rooms.reports.take([report], now=place.now())
    assert place.rooms.reports.item(receipt.item_ids[0]).item.means is Means.KNOWN_HASH


def test_a_changed_judgement_takes_its_entry_off_the_list(place: Place) -> None:
    item = place.take(a_digest(11))
    place.assess(item.item_id)
    place.propose()
    move = Move(
        item_id=item.item_id,
        from_state=ItemState.TO_NOTICE,
        to_state=ItemState.NOT_ILLEGAL,
        by="chief",
        reason="it is a stock photo",
    )
    place.rooms.reports.correct([move], now=place.now())
    place.propose()
    supplier = place.rooms.lists.find_supplier("our own").supplier_id
    entry = place.rooms.lists.find_entry(supplier, item.item_id)
    with place.rooms.reports.transactions.read() as tx:
        assert place.rooms.lists.entry_facts(tx, [entry])[entry].state == "withdrawn"


def test_no_digest_touches_the_disk_on_its_way_to_the_list(place: Place) -> None:
    item = place.take(a_digest(77))
    place.assess(item.item_id)
    place.propose()
    needle = a_digest(77).hex.encode(), a_digest(77).value
    written = [path for path in place.folder.rglob("*") if path.is_file()]
    assert len(written) > 5
    assert [path.name for path in written if any(one in path.read_bytes() for one in needle)] == []


def test_a_host_without_the_desks_keys_answers_checks_all_the_same(place: Place) -> None:
    for name in ("desk.key", "reporter.key"):
        (place.folder / "keys" / name).unlink()
    settings = Settings.from_environment({"SCHOON_HOME": str(place.folder)})
    serving = make_rooms(settings, place.rooms.clock)
    assert serving.check.list_state(place.now())[1] is not None
    with pytest.raises(KeyFileMissingError):
        serving.reports.find(Wanted(url="https://foto.example.org/"), now=place.now())
    serving.close()
