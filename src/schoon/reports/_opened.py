"""Between the rows of the store, which are sealed, and what people and later rooms see."""

import json
from collections.abc import Mapping
from typing import Any

from schoon.kinds import Digest, ItemId, ReportId
from schoon.reports._assessment_types import Assessment, Judged
from schoon.reports._urls import TargetUrl
from schoon.reports.ports import StoredAssessment, StoredDigest, StoredItem, StoredMove, Vault
from schoon.reports.types import Item, PastMove, Reporter


def seal_address(vault: Vault, item_id: ItemId, url: TargetUrl, site: str) -> bytes:
    """Address and site of one item."""
    return vault.seal(f"items.sealed:{item_id}", f"{site}\n{url.text}")


def open_item(vault: Vault, stored: StoredItem) -> Item:
    """The item with its address."""
    site, _, url = vault.open(f"items.sealed:{stored.item_id}", stored.sealed).partition("\n")
    return Item(
        item_id=stored.item_id,
        kind=stored.kind,
        url=TargetUrl.kept(url),
        site=site,
        state=stored.state,
        moves=stored.moves,
        moved_at=stored.moved_at,
        first_reported_at=stored.first_reported_at,
        last_reported_at=stored.last_reported_at,
        reports=stored.reports,
        judgement=stored.judgement,
        means=stored.means,
        inherited_from=stored.inherited_from,
        known=stored.known,
        police_backed=stored.police_backed,
        preserve=stored.preserve,
        locked_by=stored.locked_by,
        locked_until=stored.locked_until,
    )


def seal_digest(vault: Vault, item_id: ItemId, digest: Digest, tag: str) -> StoredDigest:
    """One digest of one item."""
    sealed = vault.seal(f"item_digests.sealed:{item_id}:{tag}", digest.hex)
    return StoredDigest(item_id=item_id, kind=digest.kind, tag=tag, sealed=sealed)


def tag_of(vault: Vault, digest: Digest) -> str:
    """By which equal digests are found."""
    return vault.tag(f"digest:{digest.kind}", digest.hex)


def open_digest(vault: Vault, stored: StoredDigest) -> Digest:
    """The digest itself."""
    text = vault.open(f"item_digests.sealed:{stored.item_id}:{stored.tag}", stored.sealed)
    return Digest.parse(stored.kind.value, text)


def seal_reason(vault: Vault, item_id: ItemId, number: int, reason: str) -> bytes | None:
    """Why an item moved; nothing without a reason."""
    return vault.seal(f"item_history.sealed:{item_id}:{number}", reason) if reason else None


def open_move(vault: Vault, stored: StoredMove) -> PastMove:
    """One row of a history with its reason."""
    place = f"item_history.sealed:{stored.item_id}:{stored.number}"
    return PastMove(
        number=stored.number,
        from_state=stored.from_state,
        to_state=stored.to_state,
        at=stored.at,
        by=stored.by,
        reason="" if stored.sealed is None else vault.open(place, stored.sealed),
    )


def seal_judgement(vault: Vault, judged: Judged, item_round: int, by: str) -> bytes | None:
    """Answers and note; nothing without any."""
    if not judged.answers and not judged.note:
        return None
    text = json.dumps({"answers": dict(judged.answers), "note": judged.note}, ensure_ascii=False)
    return vault.seal(f"assessments.sealed:{judged.item_id}:{item_round}:{by}", text)


def open_assessment(vault: Vault, stored: StoredAssessment) -> Assessment:
    """A judgement with its answers and note."""
    said: dict[str, Any] = {"answers": {}, "note": ""}
    if stored.sealed is not None:
        place = f"assessments.sealed:{stored.item_id}:{stored.round}:{stored.by}"
        said = json.loads(vault.open(place, stored.sealed))
    answers: Mapping[str, str | tuple[str, ...]] = {
        question: tuple(answer) if isinstance(answer, list) else answer for question, answer in said["answers"].items()
    }
    return Assessment(
        number=stored.number,
        item_id=stored.item_id,
        round=stored.round,
        judgement=stored.judgement,
        means=stored.means,
        by=stored.by,
        at=stored.at,
        counts=stored.counts,
        vocabulary=stored.vocabulary,
        answers=answers,
        note=said["note"],
        inherited_from=stored.inherited_from,
    )


def seal_report(vault: Vault, report_id: ReportId, text: str, refused: list[str]) -> bytes:
    """What the reporter wrote, and the addresses that are no items."""
    return vault.seal(f"reports.sealed:{report_id}", json.dumps([text, refused], ensure_ascii=False))


def open_report(vault: Vault, report_id: ReportId, sealed: bytes | None) -> tuple[str | None, tuple[str, ...]]:
    """The text and the refused addresses; None and none once they were deleted."""
    if sealed is None:
        return None, ()
    text, refused = json.loads(vault.open(f"reports.sealed:{report_id}", sealed))
    return text, tuple(refused)


def seal_reporter(vault: Vault, report_id: ReportId, reporter: Reporter) -> bytes:
    """Who reported, under the reporters' own key."""
    text = json.dumps([reporter.name, reporter.email, reporter.phone], ensure_ascii=False)
    return vault.seal(f"reporters.sealed:{report_id}", text)


def open_reporter(vault: Vault, report_id: ReportId, sealed: bytes) -> Reporter:
    """Who reported."""
    name, email, phone = json.loads(vault.open(f"reporters.sealed:{report_id}", sealed))
    return Reporter(name=name, email=email, phone=phone)
