"""The room `reports` over the other rooms: its vaults, what the hash list tells it, and what it tells the list."""

import json
import logging
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from typing_extensions import override

from schoon.check import CheckRequest, Item, Member, Policy, Verdict
from schoon.check.service import CheckService
from schoon.index import IndexHolder
from schoon.kinds import BatchId, Category, Digest, ItemId, MemberId, OutageError, RefusedError
from schoon.lists import BatchState, ImportOptions, SourceFormat, Supplier, UnknownEntryError
from schoon.lists.service import ListService
from schoon.main._keys import private_key_of, secret_of
from schoon.net import InstalledSuffixes
from schoon.reports import DeskTerms, Judgement, KeyVault, Known, Match, Proposal
from schoon.reports.ports import KnownMaterial, ListProposals, Vault, Viewer
from schoon.reports.service import ReportService
from schoon.settings import Settings
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from schoon.store.assessments import SqlAssessments
from schoon.store.items import SqlItems
from schoon.store.journal import SqlJournal
from schoon.store.parties import SqlPartyBook
from schoon.store.reports import SqlReports

_log = logging.getLogger(__name__)

_DESK = "desk"
_EXACT = Policy(categories=frozenset({Category.BASELINE, Category.NATIONAL}), pdq_distance=None)
_ASKING = Member(member_id=MemberId(0), name=_DESK, policy=_EXACT, quota=0, hit_term=timedelta(0))
"""The desk asks as nobody's member: it is weighed like any check, and no hit comes of it."""

_JUDGEMENTS = {Category.BASELINE: Judgement.BASELINE, Category.NATIONAL: Judgement.NATIONAL}


class ProposalRefusedError(OutageError):
    """The hash list did not take what the hotline proposes."""

    next_step = "set SCHOON_PROPOSAL_SUPPLIER to a supplier of the list (`schoon supplier list`)"


@dataclass(frozen=True, slots=True)
class DeskBase:
    """What every room of the desk is kept in."""

    database: Database
    journal: SqlJournal
    parties: SqlPartyBook


def reports_over(
    base: DeskBase, settings: Settings, *, lists: ListService, check: CheckService, holder: IndexHolder
) -> ReportService:
    """The service; its keys are read when something is first sealed or opened, so that other hosts need none."""
    return ReportService(
        transactions=base.database,
        report_book=SqlReports(),
        item_book=SqlItems(),
        assessment_book=SqlAssessments(),
        agenda=SqlAgenda(),
        journal=base.journal,
        parties=base.parties,
        vault=FileVault(settings.desk_key_file),
        reporter_vault=FileVault(settings.reporter_key_file),
        sites=InstalledSuffixes(),
        known=KnownOverCheck(check, holder),
        proposals=ProposalsOverLists(lists, settings) if settings.proposal_supplier else None,
        viewer=LinkedViewer(settings.viewer) if settings.viewer else None,
        terms=DeskTerms(
            agreement=settings.agreement,
            exposure_items=settings.exposure_items,
            exposure_time=settings.exposure_time,
            keep_reporter=settings.keep_reporter,
        ),
        tokens=secrets.token_bytes,
    )


class FileVault(Vault):
    """A vault under a key file, read at first use."""

    def __init__(self, path: Path) -> None:
        """Say where the key is."""
        self._path = path

    @cached_property
    def _vault(self) -> KeyVault:
        return KeyVault(secret_of(self._path))

    @override
    def seal(self, place: str, text: str) -> bytes:
        return self._vault.seal(place, text)

    @override
    def open(self, place: str, sealed: bytes) -> str:
        return self._vault.open(place, sealed)

    @override
    def tag(self, purpose: str, text: str) -> str:
        return self._vault.tag(purpose, text)

    @override
    def code(self, purpose: str, text: str) -> str:
        return self._vault.code(purpose, text)


class LinkedViewer(Viewer):
    """A viewer that is opened by an address; what follows the `#` is never sent to any server by a browser."""

    def __init__(self, address: str) -> None:
        """Say where it is."""
        self._address = address

    @override
    def link(self, token: str) -> str:
        return f"{self._address}#{token}"


class KnownOverCheck(KnownMaterial):
    """Asks the served list by exact digests, under the rules of every check."""

    def __init__(self, check: CheckService, holder: IndexHolder) -> None:
        """Take the check, and the list that is read again before each question."""
        self._check = check
        self._holder = holder

    @override
    def look(self, items: Sequence[tuple[Digest, ...]], *, now: datetime) -> list[Match]:
        self._holder.refresh()
        asked = tuple(Item(item_id=str(number), digests=digests) for number, digests in enumerate(items))
        weighed = self._check.weigh_many([CheckRequest(member=_ASKING, items=asked)], now)
        rest = Known.NOT_LISTED if weighed.fault is None else Known.UNAVAILABLE
        matches = [Match(known=rest)] * len(items)
        for number, sighted in weighed.found:
            verdict, first = sighted.weighed.verdict, sighted.weighed.matches[0]
            if verdict is Verdict.LISTED:
                matches[number] = Match(known=Known.LISTED, judgement=_JUDGEMENTS[first.category])
            else:
                matches[number] = Match(known=Known.REVIEW)
        return matches


class ProposalsOverLists(ListProposals):
    """Brings proposals in by the same import and attestation as any supplier's file."""

    def __init__(self, lists: ListService, settings: Settings) -> None:
        """Take the list, the supplier's name, and its organisation's key where there is one."""
        self._lists = lists
        self._supplier_name = settings.proposal_supplier
        self._key_file = settings.attestation_key_file

    @override
    def propose(self, proposals: Sequence[Proposal], *, now: datetime) -> None:
        supplier = self._supplier()
        lines = [
            json.dumps({"id": one.item_id, "category": Category.BASELINE} | {d.kind.value: d.hex for d in one.digests})
            for one in proposals
        ]
        descriptor = os.memfd_create("proposals")  # digests never lie on a disk unsealed
        try:
            os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
            path, options = Path(f"/proc/self/fd/{descriptor}"), ImportOptions(source_format=SourceFormat.JSON_LINES)
            report = self._lists.import_file(path, supplier.supplier_id, options, by=_DESK, now=now)
        finally:
            os.close(descriptor)
        if report.refused_count:
            raise ProposalRefusedError(f"{report.refused_count} of {len(lines)} entries were refused")
        self._attest(supplier, now)

    @override
    def withdraw(self, item_ids: Sequence[ItemId], *, reason: str, now: datetime) -> None:
        supplier = self._supplier()
        entries = []
        for item_id in item_ids:
            try:
                entries.append(self._lists.find_entry(supplier.supplier_id, item_id))
            except UnknownEntryError:
                continue
        if entries:
            self._lists.withdraw(entries, reason=reason, by=_DESK, now=now)

    def _supplier(self) -> Supplier:
        for supplier in self._lists.suppliers():
            if supplier.name == self._supplier_name:
                return supplier
        raise ProposalRefusedError(f"there is no supplier {self._supplier_name!r}")

    def _attest(self, supplier: Supplier, now: datetime) -> None:
        """Attest what nobody attested yet: also a batch whose attestation a crash left out."""
        if self._key_file is None:
            return
        key = private_key_of(self._key_file)
        waiting: list[BatchId] = [
            batch.batch_id
            for batch in self._lists.batches()
            if batch.supplier_id == supplier.supplier_id and batch.state is BatchState.PROPOSED
        ]
        for batch_id in waiting:
            try:
                self._lists.attest(batch_id, supplier.organisation_id, key, by=_DESK, now=now)
            except RefusedError as error:  # attested in between, or a key that does not count: the batch waits, visibly
                _log.warning("batch was not attested", extra={"event": "report.attest", "why": type(error).__name__})
