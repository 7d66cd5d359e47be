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
from schoon.kinds import BatchId, EntryId, OrganisationId, SupplierId
from schoon.lists import CollisionReport, ImportOptions, SourceFormat
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
    by, now = house.actor, rooms.clock()
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


def import_list(rooms: Rooms, house: House, parties: Parties, source: Path) -> tuple[BatchId, int]:
    """The batch that the list file became, and how many entries it has."""
    options = ImportOptions(source_format=SourceFormat.CSV, strict=True)
    report = rooms.lists.import_file(source, parties.supplier, options, by=house.actor, now=rooms.clock())
    if report.batch_id is None:
        raise RuntimeError("the demonstration's list file gave no batch")
    return report.batch_id, report.new


def attest(rooms: Rooms, house: House, parties: Parties, batch: BatchId) -> None:
    """Both organisations sign for the batch, each with its own key."""
    for owner, key in ((parties.hotline, parties.hotline_key), (parties.police, parties.police_key)):
        rooms.lists.attest(batch, owner, key, by=house.actor, now=rooms.clock())


def run_test(rooms: Rooms, house: House, batch: BatchId, known_good: Path) -> CollisionReport:
    """What the test against lawful files found."""
    return rooms.lists.test([batch], known_good_of([known_good], []), by=house.actor, now=rooms.clock())


def add_member(rooms: Rooms, house: House, token_file: Path) -> None:
    """The hoster of the demonstration, its token in a file of its own."""
    draft = MemberDraft(name=MEMBER, complaint_address="complaints@demo-hoster.example")
    rooms.members.add(draft, actor=house.actor, now=rooms.clock())
    issued = rooms.members.issue_token(MEMBER, label="demo scanner", actor=house.actor, now=rooms.clock())
    token_file.touch(mode=0o600)
    token_file.write_text(issued.text + "\n", encoding="ascii")


def entry_of(rooms: Rooms, parties: Parties, name: str) -> EntryId:
    """The entry that was made of one original."""
    return rooms.lists.find_entry(parties.supplier, name)
