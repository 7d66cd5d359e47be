"""How reports and items look on a terminal and as JSON."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from schoon.cli._output import cell, emit, facts, note, say, table
from schoon.reports import Assessed, AssessOutcome, Item, ItemDetails, Receipt, Report

_OUTCOMES = {
    AssessOutcome.COUNTED: "",
    AssessOutcome.WAITING: "yellow",
    AssessOutcome.DISAGREED: "magenta",
    AssessOutcome.REFUSED: "red",
}


def item_record(item: Item) -> dict[str, object]:
    """One item as JSON values, without its address."""
    return {
        "item": item.item_id,
        "kind": item.kind,
        "state": item.state,
        "since": item.moved_at,
        "judgement": item.judgement,
        "means": item.means,
        "inherited_from": item.inherited_from,
        "known": item.known,
        "reports": item.reports,
        "first_reported_at": item.first_reported_at,
        "last_reported_at": item.last_reported_at,
        "police_backed": item.police_backed,
        "preserve": item.preserve,
        "locked_by": item.locked_by,
    }


def table_of(items: Sequence[Item]) -> None:
    """Items, one a row; addresses are shown one at a time, by `schoon report show`."""
    table(
        ["item", "kind", "state", "since", "judgement", "known", "reports", "held by"],
        [
            (
                one.item_id,
                one.kind,
                one.state,
                one.moved_at,
                None if one.judgement is None else f"{one.judgement} ({one.means})",
                one.known,
                one.reports,
                one.locked_by,
            )
            for one in items
        ],
        numbers=["reports"],
    )


def report_record(report: Report) -> dict[str, object]:
    """One report as JSON values, without its text."""
    return {
        "report": report.report_id,
        "source": report.source,
        "reference": report.reference,
        "received_at": report.received_at,
        "items": list(report.item_ids),
        "to_read": report.to_read,
        "has_reporter": report.has_reporter,
    }


def reports_table(reports: Sequence[Report]) -> None:
    """Reports, one a row."""
    table(
        ["report", "source", "received", "items", "reference", "to be read"],
        [
            (one.report_id, one.source, one.received_at, len(one.item_ids), one.reference, one.to_read)
            for one in reports
        ],
        numbers=["items"],
    )


def show_report(report: Report, *, as_json: bool) -> None:
    """One report with its text."""
    if as_json:
        emit(report_record(report) | {"text": report.text, "refused": list(report.refused)})
        return
    facts(
        [
            ("report", report.report_id),
            ("source", report.source),
            ("reference", report.reference or None),
            ("received", report.received_at),
            ("reporter", "kept apart; see `schoon report identity`" if report.has_reporter else None),
            ("to be read", report.to_read),
        ]
    )
    table(["item"], [(one,) for one in report.item_ids])
    table(["no address"], [(one,) for one in report.refused])
    say("\n" + (report.text or "No text.") if report.text is not None else "\nThe text was deleted: its time was over.")


def show_item(details: ItemDetails, *, as_json: bool) -> None:
    """One item whole, with its address."""
    item = details.item
    if as_json:
        emit(item_record(item) | {"url": item.url.text, "site": item.site} | _around(details))
        return
    facts([("address", item.url.text), *((name, value) for name, value in item_record(item).items())])
    facts([(name, ", ".join(map(str, value)) or None) for name, value in _links(details).items()])
    say("\nHistory")
    table(
        ["step", "from", "to", "when", "by", "reason"],
        [(str(one.number), one.from_state, one.to_state, one.at, one.by, one.reason) for one in details.history],
        numbers=["step"],
    )
    say("\nJudgements")
    table(
        ["round", "judgement", "how", "by", "when", "counts", "note"],
        [
            (str(one.round), one.judgement, one.means, one.by, one.at, one.counts, one.note)
            for one in details.assessments
        ],
        numbers=["round"],
    )


def show_receipt(receipt: Receipt, *, as_json: bool) -> None:
    """What became of one report."""
    if as_json:
        refused = [{"place": one.place, "reason": one.reason} for one in receipt.refused]
        record = {"report": receipt.report_id, "status_code": receipt.status_code, "items": list(receipt.item_ids)}
        emit(record | {"known": receipt.known, "refused": refused})
        return
    facts([("report", receipt.report_id), ("status code", receipt.status_code), ("was here before", receipt.known)])
    table(["item"], [(one,) for one in receipt.item_ids])
    for one in receipt.refused:
        note(f"address {one.place + 1} is no item: {one.reason}")


def show_assessed(results: Sequence[Assessed], *, as_json: bool) -> None:
    """What became of each judgement."""
    if as_json:
        for one in results:
            emit({"item": one.item_id, "outcome": one.outcome, "detail": one.detail})
        return
    table(
        ["item", "outcome", "why"],
        [(one.item_id, Text(one.outcome, style=_OUTCOMES[one.outcome]), cell(one.detail or None)) for one in results],
    )


def _links(details: ItemDetails) -> Mapping[str, Sequence[object]]:
    return {
        "reports": details.report_ids,
        "on pages": details.pages,
        "media on it": details.media,
        "same file": details.same_file,
        "alike": details.alike,
        "digests": details.digest_kinds,
    }


def _around(details: ItemDetails) -> dict[str, object]:
    history = [
        {"number": one.number, "from": one.from_state, "to": one.to_state, "at": one.at, "by": one.by}
        | {"reason": one.reason}
        for one in details.history
    ]
    assessments = [
        {"round": one.round, "judgement": one.judgement, "means": one.means, "by": one.by, "at": one.at}
        | {"counts": one.counts, "answers": dict(one.answers), "note": one.note, "vocabulary": one.vocabulary}
        for one in details.assessments
    ]
    links = {name.replace(" ", "_"): list(value) for name, value in _links(details).items()}
    return links | {"report_ids": list(details.report_ids), "history": history, "assessments": assessments}
