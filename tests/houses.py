"""A publisher's house for tests: organisations with keys, a list service, and short ways to do the usual things."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import Index, ListKeys, derive_keys, open_index, read_head, tags_of
from schoon.kinds import BatchId, Digest, EntryId, Kind, OrganisationId, SupplierId, Transaction
from schoon.lists import EntryState, ImportOptions, ImportReport, KnownGood, Published, SourceFormat
from schoon.lists.service import ListPorts, ListService, Publication
from schoon.parties import Role
from schoon.parties.service import PartyService

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS: ListKeys = derive_keys(bytes(range(32)))


@dataclass
class Listener:
    """Writes down what it hears."""

    heard: list[tuple[tuple[EntryId, ...], EntryState, str]] = field(default_factory=list)

    def entries_changed(
        self, tx: Transaction, entry_ids: Sequence[EntryId], standing: EntryState, *, reason: str, now: datetime
    ) -> None:
        self.heard.append((tuple(entry_ids), standing, reason))


class House:
    """One publisher with two organisations (a hotline, the police) and one supplier."""

    def __init__(self, ports: ListPorts, directory: Path, *, step: Any = None) -> None:
        self.ports = ports
        self.directory = directory
        self.folder = directory.parent
        self.signing = Ed25519PrivateKey.generate()
        self.listener = Listener()
        self.parties = PartyService(transactions=ports.transactions, parties=ports.parties, journal=ports.journal)
        self.lists = self.service(step=step)
        self.now = T0
        self.secrets: dict[OrganisationId, Ed25519PrivateKey] = {}
        self.hotline = self.organisation("hotline", Role.HOTLINE)
        self.police = self.organisation("police", Role.POLICE)
        self.supplier: SupplierId = self.lists.add_supplier(
            "police list", self.police, supplier_class="police", by="op", now=T0
        ).supplier_id

    def service(self, *, step: Any = None, signing: bool = True) -> ListService:
        publication = Publication(
            list_name="nl", directory=self.directory, signing_key=self.signing if signing else None
        )
        more = {"step": step} if step else {}
        return ListService(ports=self.ports, keys=KEYS, publication=publication, listener=self.listener, **more)

    def organisation(self, name: str, role: Role) -> OrganisationId:
        organisation_id = self.parties.add_organisation(name, role, by="op", now=T0).organisation_id
        self.add_key(organisation_id)
        return organisation_id

    def add_key(self, organisation_id: OrganisationId) -> Any:
        key = Ed25519PrivateKey.generate()
        self.secrets[organisation_id] = key
        return self.parties.add_key(organisation_id, key.public_key().public_bytes_raw(), by="op", now=T0)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def take(self, *lines: dict[str, Any], strict: bool = False, name: str = "list.jsonl") -> ImportReport:
        """Import JSON lines."""
        path = self.folder / name
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return self.take_file(path, SourceFormat.JSON_LINES, strict=strict)

    def take_file(self, path: Path, source_format: SourceFormat, **options: Any) -> ImportReport:
        wanted = ImportOptions(source_format=source_format, **options)
        return self.lists.import_file(path, self.supplier, wanted, by="op", now=self.tick())

    def batch(self, *lines: dict[str, Any]) -> BatchId:
        """A batch of JSON lines, proposed."""
        report = self.take(*lines)
        assert report.batch_id is not None, report
        return report.batch_id

    def attest(self, batch_id: BatchId, *organisations: OrganisationId) -> None:
        for organisation in organisations or (self.hotline, self.police):
            self.lists.attest(batch_id, organisation, self.secrets[organisation], by="op", now=self.tick())

    def test(self, batch_id: BatchId, *digests: Digest) -> Any:
        known = KnownGood.of(digests or (digest("lawful", Kind.MD5), digest("lawful", Kind.PDQ)))
        return self.lists.test([batch_id], known, by="op", now=self.tick())

    def ready(self, *lines: dict[str, Any]) -> BatchId:
        """A batch that the next publish activates."""
        batch_id = self.batch(*lines)
        self.attest(batch_id)
        self.test(batch_id)
        return batch_id

    def publish(self, **more: Any) -> Published:
        return self.lists.publish(by="op", now=self.tick(), **more)

    def served(self) -> Index:
        """What a serving host opens."""
        return self.open(self.signing.public_key())

    def open(self, public: Any) -> Index:
        head = read_head(self.directory, public_key=public)
        index = open_index(self.directory / head.snapshot.name, keys=KEYS, public_key=public)
        paths = [self.directory / delta.name for delta in head.deltas]
        return index.with_deltas(paths, keys=KEYS, public_key=public) if paths else index

    def found(self, seed: str, kind: Kind = Kind.MD5) -> dict[int, int]:
        """Entry ids that a digest matches at the serving host, each with its standing."""
        index = self.served()
        value = np.frombuffer(digest(seed, kind).value, dtype=np.uint8).reshape(1, -1)
        if kind is Kind.PDQ:
            _, rows, _ = index.find_pdq(value, 31)
        else:
            _, rows = index.find_exact(kind, tags_of(KEYS, kind, value))
        entries = index.entries(rows)
        return dict(zip(entries["entry_id"].tolist(), entries["standing"].tolist(), strict=True))

    def actions(self) -> list[str]:
        with self.ports.transactions.read() as tx:
            return [event.event.action for event in self.ports.journal.read(tx)]


def ids(*numbers: int) -> list[EntryId]:
    """Entry ids out of plain numbers."""
    return [EntryId(number) for number in numbers]


def digest(seed: str, kind: Kind) -> Digest:
    """A random-looking digest that is always the same for a seed."""
    raw = np.random.default_rng([*seed.encode(), ord(kind.value[-1])]).bytes(32)
    return Digest(kind=kind, value=raw[: {Kind.MD5: 16, Kind.SHA1: 20}.get(kind, 32)])


def line(seed: str, **more: Any) -> dict[str, Any]:
    """A JSON line with md5, sha1 and pdq of a seed, named after it."""
    kinds = {kind.value: digest(seed, kind).hex for kind in (Kind.MD5, Kind.SHA1, Kind.PDQ)}
    return {"id": f"id-{seed}", "category": "baseline"} | kinds | more
