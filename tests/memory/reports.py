"""Reports, items and judgements in memory, written from the ports' words alone."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from schoon.kinds import ItemId, ReportId, Transaction
from schoon.reports import Exposure, ItemState, Judgement, Means, may_move
from schoon.reports.ports import (
    ItemQuery,
    KeyClaim,
    StoredAssessment,
    StoredDigest,
    StoredItem,
    StoredMove,
    StoredReport,
    StoredReporter,
    StoredRequest,
    StoredViewing,
    StoredVocabulary,
)


class MemoryReports:
    def __init__(self) -> None:
        self.kept: dict[ReportId, StoredReport] = {}
        self.reporters: dict[ReportId, StoredReporter] = {}
        self.claims: dict[str, KeyClaim] = {}
        self.of_report: dict[ReportId, tuple[ItemId, ...]] = {}
        self.asked: list[StoredRequest] = []

    def __deepcopy__(self, memo: dict[int, object]) -> "MemoryReports":
        return self  # another book's copy goes on referring to this one

    def claim(self, tx: Transaction, claims: Sequence[KeyClaim], *, now: datetime) -> dict[str, KeyClaim]:
        for one in claims:
            there = self.claims.get(one.tag)
            if there is None or (there.until is not None and there.until <= now):
                self.claims[one.tag] = one
        return {one.tag: self.claims[one.tag] for one in claims}

    def add(self, tx: Transaction, reports: Sequence[StoredReport], reporters: Sequence[StoredReporter]) -> None:
        self.kept |= {one.report_id: one for one in reports}
        self.reporters |= {one.report_id: one for one in reporters}

    def add_items(self, tx: Transaction, items: Mapping[ReportId, Sequence[ItemId]]) -> None:
        self.of_report |= {report_id: tuple(some) for report_id, some in items.items() if some}

    def reports(self, tx: Transaction, report_ids: Collection[ReportId]) -> dict[ReportId, StoredReport]:
        return {one: self.kept[one] for one in report_ids if one in self.kept}

    def with_reporter(self, tx: Transaction, report_ids: Collection[ReportId]) -> set[ReportId]:
        return set(report_ids) & self.reporters.keys()

    def item_ids(self, tx: Transaction, report_ids: Collection[ReportId]) -> dict[ReportId, tuple[ItemId, ...]]:
        return {one: self.of_report[one] for one in report_ids if one in self.of_report}

    def report_ids(self, tx: Transaction, item_id: ItemId) -> tuple[ReportId, ...]:
        return tuple(one for one in self.kept if item_id in self.of_report.get(one, ()))

    def by_status(self, tx: Transaction, status_tag: str) -> StoredReport | None:
        return next((one for one in self.kept.values() if one.status_tag == status_tag), None)

    def page(
        self, tx: Transaction, *, to_read: bool, reference: str, after: ReportId | None, limit: int
    ) -> list[StoredReport]:
        found = list(self.kept.values()) if to_read else list(self.kept.values())[::-1]
        if after is not None:
            found = found[[one.report_id for one in found].index(after) + 1 :]
        found = [one for one in found if one.to_read or not to_read]
        return [one for one in found if reference in {"", one.reference}][:limit]

    def mark_read(self, tx: Transaction, report_ids: Collection[ReportId]) -> list[ReportId]:
        read = sorted(one for one in report_ids if one in self.kept and self.kept[one].to_read)
        self.kept |= {one: replace(self.kept[one], to_read=False) for one in read}
        return read

    def forget(self, tx: Transaction, report_ids: Collection[ReportId], *, now: datetime) -> list[ReportId]:
        for one in report_ids:
            if one in self.reporters and self.reporters[one].expires_at <= now:
                del self.reporters[one]
            if not self.kept[one].to_read:
                self.kept[one] = replace(self.kept[one], sealed=None)
        over = [tag for tag, one in self.claims.items() if one.until is not None and one.until <= now]
        for tag in over:
            del self.claims[tag]
        return [one for one in self.kept if one in report_ids and self.kept[one].to_read]

    def reporter(self, tx: Transaction, report_id: ReportId) -> bytes | None:
        return self.reporters[report_id].sealed if report_id in self.reporters else None

    def ask(self, tx: Transaction, request: StoredRequest) -> StoredRequest:
        self.asked.append(replace(request, number=len(self.asked) + 1))
        return self.asked[-1]

    def approve(self, tx: Transaction, number: int, *, by: str, at: datetime, ends_at: datetime) -> bool:
        one = self.asked[number - 1]
        if one.approved_by is not None or one.asked_by.lower() == by.lower():
            return False
        self.asked[number - 1] = replace(one, approved_by=by, approved_at=at, ends_at=ends_at)
        return True

    def mark_opened(self, tx: Transaction, number: int, *, by: str, at: datetime) -> bool:
        one = self.asked[number - 1]
        in_time = one.approved_at is not None and one.ends_at is not None and one.approved_at <= at < one.ends_at
        if one.read_at is not None or one.asked_by != by or not in_time:
            return False
        self.asked[number - 1] = replace(one, read_at=at)
        return True

    def requests(self, tx: Transaction, *, number: int | None = None) -> list[StoredRequest]:
        return [one for one in self.asked[::-1] if number in {None, one.number}]


class MemoryItems:
    def __init__(self, reports: MemoryReports, assessments: "MemoryAssessments") -> None:
        self._reports, self._assessments = reports, assessments
        self.rows: dict[ItemId, StoredItem] = {}
        self.histories: dict[ItemId, list[StoredMove]] = {}
        self.links: set[tuple[ItemId, ItemId]] = set()
        self.all_digests: dict[tuple[ItemId, str], StoredDigest] = {}

    def take_turns(self, tx: Transaction, digest_tags: Collection[str]) -> None:
        """One lock holds everybody else off already."""

    def add_missing(self, tx: Transaction, items: Sequence[StoredItem]) -> dict[str, ItemId]:
        there = {one.url_tag: one.item_id for one in self.rows.values()}
        for one in items:
            if one.url_tag in there:
                continue
            there[one.url_tag] = one.item_id
            self.rows[one.item_id] = one
            first = StoredMove(
                item_id=one.item_id, number=1, from_state=None, to_state=one.state, at=one.moved_at, by="intake"
            )
            self.histories[one.item_id] = [first]
        return {one.url_tag: there[one.url_tag] for one in items}

    def items(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, StoredItem]:
        return {one: self.rows[one] for one in sorted(item_ids) if one in self.rows}

    def save(self, tx: Transaction, items: Sequence[StoredItem]) -> None:
        for one in items:
            now = self.rows[one.item_id]
            self.rows[one.item_id] = replace(one, state=now.state, moves=now.moves, moved_at=now.moved_at)

    def move(self, tx: Transaction, moves: Sequence[StoredMove]) -> None:
        for one in moves:
            item = self.rows[one.item_id]
            assert one.from_state is not None
            assert (one.from_state, one.number) == (item.state, item.moves + 1)
            assert may_move(one.from_state, one.to_state)
            assert item.judgement is not None or one.to_state is ItemState.TO_ASSESS
            self.histories[one.item_id].append(one)
            self.rows[one.item_id] = replace(item, state=one.to_state, moves=one.number, moved_at=one.at)

    def history(self, tx: Transaction, item_id: ItemId) -> list[StoredMove]:
        return list(self.histories[item_id])

    def link(self, tx: Transaction, links: Collection[tuple[ItemId, ItemId]]) -> None:
        self.links |= set(links)

    def linked(self, tx: Transaction, item_id: ItemId) -> tuple[tuple[ItemId, ...], tuple[ItemId, ...]]:
        pages = sorted(page for page, media in self.links if media == item_id)
        return tuple(pages), tuple(sorted(media for page, media in self.links if page == item_id))

    def add_digests(self, tx: Transaction, digests: Sequence[StoredDigest]) -> None:
        for one in digests:
            self.all_digests.setdefault((one.item_id, one.tag), one)

    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[StoredDigest]:
        return [one for key, one in sorted(self.all_digests.items()) if key[0] in item_ids]

    def sharing(self, tx: Transaction, digest_tags: Collection[str]) -> list[StoredDigest]:
        return [one for key, one in sorted(self.all_digests.items()) if key[1] in digest_tags]

    def alike(self, tx: Transaction, item: StoredItem) -> tuple[ItemId, ...]:
        others = [one for one in self.rows.values() if one.key_tag == item.key_tag and one.item_id != item.item_id]
        return tuple(one.item_id for one in others)

    def page(self, tx: Transaction, query: ItemQuery) -> list[StoredItem]:
        numbers = {item_id: number for number, item_id in enumerate(self.rows)}
        found = sorted(
            self.rows.values(), key=lambda one: (one.moved_at, numbers[one.item_id]), reverse=query.newest_first
        )
        if query.after is not None:
            places = [one.item_id for one in found]
            found = found[places.index(query.after) + 1 :] if query.after in places else []
        return [one for one in found if self._is_wanted(one, query)][: query.limit]

    def counts(self, tx: Transaction) -> dict[ItemState, int]:
        return dict(Counter(one.state for one in self.rows.values()))

    def lock(
        self, tx: Transaction, item_ids: Collection[ItemId], *, by: str, until: datetime, now: datetime
    ) -> set[ItemId]:
        found = self.items(tx, item_ids).values()
        free = [one for one in found if one.state is ItemState.TO_ASSESS and not _is_locked(one, by, now)]
        self.rows |= {one.item_id: replace(one, locked_by=by, locked_until=until) for one in free}
        return {one.item_id for one in free}

    def unlock(self, tx: Transaction, item_ids: Collection[ItemId], *, by: str) -> None:
        mine = [one for one in self.items(tx, item_ids).values() if one.locked_by == by]
        self.rows |= {one.item_id: replace(one, locked_by=None, locked_until=None) for one in mine}

    def _is_wanted(self, one: StoredItem, query: ItemQuery) -> bool:
        plain = (
            (query.kind, one.kind),
            (query.judgement, one.judgement),
            (query.known, one.known),
            (query.key_tag, one.key_tag),
            (query.host_tag, one.host_tag),
            (query.site_tag, one.site_tag),
            (query.inherited_from, one.inherited_from),
        )
        if any(wanted is not None and wanted != found for wanted, found in plain):
            return False
        if query.states is not None and one.state not in query.states:
            return False
        if query.report_id is not None and one.item_id not in self._reports.of_report.get(query.report_id, ()):
            return False
        if query.analyst is not None:
            votes = self._assessments.votes(None, {one.item_id: one.round}).get(one.item_id, [])
            if query.analyst in dict(votes) or _is_locked(one, query.analyst, query.now):
                return False
        return one.disputed or not query.disputed


def _is_locked(one: StoredItem, by: str, now: datetime) -> bool:
    return one.locked_by not in {None, by} and one.locked_until is not None and one.locked_until > now


class MemoryAssessments:
    def __init__(self) -> None:
        self.rows: list[StoredAssessment] = []
        self.days: dict[tuple[str, date], Exposure] = {}
        self.documents: list[StoredVocabulary] = []
        self.viewings: dict[str, tuple[StoredViewing, bool, bool]] = {}

    def __deepcopy__(self, memo: dict[int, object]) -> "MemoryAssessments":
        return self  # another book's copy goes on referring to this one

    def add(self, tx: Transaction, assessments: Sequence[StoredAssessment]) -> None:
        for one in assessments:
            same = [old for old in self.rows if (old.item_id, old.round) == (one.item_id, one.round)]
            assert not (one.counts and any(old.counts for old in same))
            analysts = {old.by for old in same if old.means is Means.ANALYST}
            assert not (one.means is Means.ANALYST and one.by in analysts)
            self.rows.append(replace(one, number=len(self.rows) + 1))

    def votes(self, tx: Transaction, items: Mapping[ItemId, int]) -> dict[ItemId, list[tuple[str, Judgement]]]:
        found: dict[ItemId, list[tuple[str, Judgement]]] = {}
        for one in self.rows:
            if one.means is Means.ANALYST and items.get(one.item_id) == one.round:
                found.setdefault(one.item_id, []).append((one.by, one.judgement))
        return found

    def of_item(self, tx: Transaction, item_id: ItemId) -> list[StoredAssessment]:
        return [one for one in self.rows if one.item_id == item_id]

    def expose(self, tx: Transaction, seen: Exposure) -> Exposure:
        key = (seen.analyst, seen.day)
        before = self.days.get(key, replace(seen, items=0, seconds=0))
        self.days[key] = replace(seen, items=before.items + seen.items, seconds=before.seconds + seen.seconds)
        return self.days[key]

    def exposures(self, tx: Transaction, *, since: date, analyst: str | None = None) -> list[Exposure]:
        found = [one for one in self.days.values() if one.day >= since and analyst in {None, one.analyst}]
        return sorted(found, key=lambda one: (-one.day.toordinal(), one.analyst))

    def add_vocabulary(self, tx: Transaction, vocabulary: StoredVocabulary) -> bool:
        if any(one.version == vocabulary.version for one in self.documents):
            return False
        self.documents.append(vocabulary)
        return True

    def vocabulary(self, tx: Transaction, version: str | None = None) -> StoredVocabulary | None:
        return next((one for one in self.documents[::-1] if version in {None, one.version}), None)

    def add_viewing(self, tx: Transaction, viewing: StoredViewing) -> None:
        self.viewings[viewing.tag] = (viewing, False, False)

    def show(self, tx: Transaction, tag: str, *, now: datetime) -> StoredViewing | None:
        viewing, shown, closed = self.viewings.get(tag, (None, True, True))
        if viewing is None or shown or viewing.ends_at <= now:
            return None
        self.viewings[tag] = (viewing, True, closed)
        return viewing

    def close(self, tx: Transaction, tag: str, *, now: datetime) -> StoredViewing | None:
        viewing, shown, closed = self.viewings.get(tag, (None, False, True))
        if viewing is None or not shown or closed:
            return None
        self.viewings[tag] = (viewing, True, True)
        return viewing
