"""The publisher's half of the demonstration: organisations, a list file, import, attestations, test, publish."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.check import MemberDraft
from schoon.cli._house import House
from schoon.cli._import import known_good_of
from schoon.hashing import Hasher
from schoon.kinds import EntryId, OrganisationId, SupplierId
from schoon.lists import ImportOptions, SourceFormat
from schoon.parties import Role
from schoon.rooms import Rooms

MEMBER = "demo-hoster"
SUPPLIER = "Demo list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who takes part, with the keys that sign for them here."""

    hotline: OrganisationId
    hotline_key: Ed25519PrivateKey
    police: OrganisationId
    police_key: Ed25519PrivateKey
    supplier: SupplierId


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedList:
    """What was published.

    Attributes:
        batch: The number of its one batch.
        entries: Entries in it.
        tested: Known-good files it was tested against.
        collisions: Entries that matched one of those.
        version: Of the list.
    """

    batch: int
    entries: int
    tested: int
    collisions: int
    version: int


def write_list(originals: Sequence[Path], target: Path) -> int:
    """How many entries the list file holds: one per original, with all its digests."""
    with target.open("w", newline="", encoding="ascii") as file, Hasher() as hasher:
        rows = csv.writer(file)
        rows.writerow(["id", "category", "md5", "sha1", "sha256", "pdq"])
        for path in originals:
            found = hasher.hash_path(path)
            pdq = found.pdq[0].value.hex() if found.pdq else ""
            rows.writerow([path.stem, "baseline", found.md5.hex(), found.sha1.hex(), found.sha256.hex(), pdq])
    return len(originals)


def add_parties(rooms: Rooms, house: House) -> Parties:
    """Two organisations with a key each, and a supplier."""
    by, now = house.actor, house.clock()
    hotline = rooms.parties.add_organisation("Demo hotline", Role.HOTLINE, by=by, now=now)
    police = rooms.parties.add_organisation("Demo police", Role.POLICE, by=by, now=now)
    keys = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    for owner, key in zip((hotline, police), keys, strict=True):
        rooms.parties.add_key(owner.organisation_id, key.public_key().public_bytes_raw(), by=by, now=now)
    supplier = rooms.lists.add_supplier(SUPPLIER, hotline.organisation_id, supplier_class="hotline", by=by, now=now)
    return Parties(
        hotline=hotline.organisation_id,
        hotline_key=keys[0],
        police=police.organisation_id,
        police_key=keys[1],
        supplier=supplier.supplier_id,
    )


def publish_list(rooms: Rooms, house: House, parties: Parties, *, source: Path, known_good: Path) -> PublishedList:
    """The list file on the list: imported, attested by both organisations, tested, published."""
    lists, by, clock = rooms.lists, house.actor, house.clock
    options = ImportOptions(source_format=SourceFormat.CSV, strict=True)
    report = lists.import_file(source, parties.supplier, options, by=by, now=clock())
    batch = report.batch_id
    if batch is None:
        raise RuntimeError("the demonstration's list file gave no batch")
    lists.attest(batch, parties.hotline, parties.hotline_key, by=by, now=clock())
    lists.attest(batch, parties.police, parties.police_key, by=by, now=clock())
    tested = lists.test([batch], known_good_of([known_good], []), by=by, now=clock())
    done = lists.publish(by=by, now=clock())
    return PublishedList(
        batch=batch,
        entries=report.new,
        tested=tested.known_good_count,
        collisions=len(tested.collisions),
        version=done.version,
    )


def add_member(rooms: Rooms, house: House, token_file: Path) -> None:
    """The hoster of the demonstration, its token in a file of its own."""
    draft = MemberDraft(name=MEMBER, complaint_address="complaints@demo-hoster.example")
    rooms.members.add(draft, actor=house.actor, now=house.clock())
    issued = rooms.members.issue_token(MEMBER, label="demo scanner", actor=house.actor, now=house.clock())
    token_file.touch(mode=0o600)
    token_file.write_text(issued.text + "\n", encoding="ascii")


def entry_of(rooms: Rooms, parties: Parties, name: str) -> EntryId:
    """The entry that was made of one original."""
    return rooms.lists.find_entry(parties.supplier, name)
