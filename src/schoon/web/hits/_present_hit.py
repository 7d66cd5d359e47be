"""From one hit's own types to what its page shows."""

from datetime import datetime, timedelta

from schoon.check import Member, Strength, Verdict
from schoon.hits import Action, ActionTaken, Dispute, DisputeOutcome, Hit, HitDetails, HitState
from schoon.norms import MEMBER_AGREEMENT, after_working_days
from schoon.web._chrome import Chrome
from schoon.web._i18n import Language
from schoon.web.hits._hit_words import HitWords
from schoon.web.hits._pages import Choice, DisputeForm, Event, FileRow, HitPage, StatementPart
from schoon.web.hits._present import clock_of, state_class
from schoon.web.hits._terms import band_words, category_words, state_of, strength_words, supplier_words
from schoon.web.hits._words import DisputeWords, StatementWords
from schoon.web.rules import ClockKind, Moment, duration, moment, number

KIND_NAMES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "pdq": "PDQ"}
"""Kinds of hash as people write them."""

_WAITING = {HitState.DISPUTED, HitState.SUSPENDED}
_TONES = {Action.DISPUTED: "attention", Action.REMOVED: "good", Action.QUARANTINED: "good", Action.RESTORED: "good"}


def hit_page(
    details: HitDetails, member: Member, *, chrome: Chrome, now: datetime, reason: str = "", fault: str = ""
) -> HitPage:
    """One hit as it is shown.

    Args:
        details: Everything about it.
        member: Whose it is.
        chrome: What stands around the page.
        now: The present.
        reason: Reasons for a dispute that were written before.
        fault: What is wrong with them.
    """
    hit, language = details.hit, chrome.language
    said = HitWords(language)
    clock = clock_of(hit, member.hit_term, now, language)
    running = clock.kind is not ClockKind.NONE
    return HitPage(
        chrome=chrome,
        words=said,
        name=said.name.format(hit=hit.hit_id),
        finding=_finding(hit, said),
        state=state_of(hit, language),
        state_class=state_class(hit),
        clock=clock,
        term=_term(member.hit_term, said) if running else "",
        todo=_todo(hit, said),
        actions_href=f"/hits/{hit.hit_id}/actions",
        choices=_choices(hit, said),
        restore=hit.restore_offered,
        proof=strength_words(hit.strength, language),
        band=band_words(hit.band, language),
        unproven=said.proves_review if hit.verdict is Verdict.REVIEW else "",
        again=said.reopened if hit.reopened else "",
        hash_kind=KIND_NAMES[hit.kind],
        category=category_words(hit.category, language),
        supplier=supplier_words(hit.supplier_class, language),
        list_version=str(hit.list_version),
        opened=moment(hit.opened_at, now, language),
        last_seen=moment(hit.last_seen_at, now, language),
        files=_files(details, now, language),
        files_note=_files_note(details, said),
        files_csv=f"/hits/{hit.hit_id}/files.csv",
        events=_events(details, now, said),
        events_csv=f"/hits/{hit.hit_id}/history.csv",
        answer_due=next((_end_of(d.due_at, now, language) for d in details.disputes if d.outcome is None), None),
        dispute=_dispute_form(hit, now, language, reason=reason, fault=fault),
        statement=_statement(hit, now, language),
    )


def _end_of(due_at: datetime, now: datetime, language: Language) -> Moment:
    """A term of working days ends with a day: shown as the last minute of it, not as midnight of the next."""
    return moment(due_at - timedelta(minutes=1), now, language)


def next_steps(now: datetime, language: Language) -> tuple[str, ...]:
    """What happens after a dispute that is made now."""
    said = DisputeWords(language)
    due = after_working_days(now, MEMBER_AGREEMENT.dispute_working_days) - timedelta(minutes=1)
    when = moment(due, now, language).absolute.rsplit(" ", 1)[0]
    return said.next_pause, said.next_who, said.next_when.format(when=when), said.next_right


def can_be_disputed(hit: Hit) -> bool:
    """Whether there is something left to dispute."""
    return hit.withdrawn_at is None and not hit.disputed and hit.action is not Action.RESTORED


def _finding(hit: Hit, said: HitWords) -> str:
    if hit.withdrawn_at is not None:
        return said.found_withdrawn
    if hit.verdict is Verdict.REVIEW:
        return said.found_review
    match hit.strength:
        case Strength.STRONG:
            return said.found_strong
        case Strength.WEAK:
            return said.found_weak
        case Strength.PERCEPTUAL:
            return said.found_perceptual


def _todo(hit: Hit, said: HitWords) -> str:
    if hit.restore_offered:
        return said.todo_restore
    if hit.withdrawn_at is not None:
        return said.todo_withdrawn
    if hit.closed_at is not None:
        return said.todo_quarantined if hit.action is Action.QUARANTINED else said.todo_done
    if hit.state in _WAITING:
        return said.todo_waiting
    return _todo_now(hit, said)


def _todo_now(hit: Hit, said: HitWords) -> str:
    if hit.verdict is Verdict.REVIEW:
        return said.todo_review
    match hit.strength:
        case Strength.STRONG:
            return said.todo_strong
        case Strength.WEAK:
            return said.todo_weak
        case Strength.PERCEPTUAL:
            return said.todo_perceptual


def _choices(hit: Hit, said: HitWords) -> tuple[Choice, ...]:
    if hit.restore_offered:
        return (Choice(action=Action.RESTORED, label=said.restored, main=True),)
    if hit.withdrawn_at is not None or hit.action in {Action.REMOVED, Action.RESTORED}:
        return ()
    strong = hit.strength is Strength.STRONG and hit.verdict is Verdict.LISTED
    removed = Choice(action=Action.REMOVED, label=said.removed, main=strong)
    if hit.action is Action.QUARANTINED:
        return (Choice(action=Action.REMOVED, label=said.removed, main=False),)
    quarantined = Choice(action=Action.QUARANTINED, label=said.quarantined, main=not strong)
    return (removed, quarantined) if strong else (quarantined, removed)


def _term(length: timedelta, said: HitWords) -> str:
    return said.term_what.format(version=MEMBER_AGREEMENT.version, length=duration(length, said.language))


def _files(details: HitDetails, now: datetime, language: Language) -> tuple[FileRow, ...]:
    return tuple(
        FileRow(
            ref=seen.file_ref,
            first=moment(seen.first_seen_at, now, language),
            last=moment(seen.last_seen_at, now, language),
            times=number(seen.count, language),
        )
        for seen in details.files
    )


def _files_note(details: HitDetails, said: HitWords) -> str:
    if not details.files:
        return said.files_none
    if details.file_count > len(details.files):
        count, shown = number(details.file_count, said.language), number(len(details.files), said.language)
        return said.files_some.format(count=count, shown=shown)
    return ""


def _events(details: HitDetails, now: datetime, said: HitWords) -> tuple[Event, ...]:
    hit = details.hit
    opened = said.event_reopened if hit.reopened else said.event_opened
    happened = [(hit.opened_at, opened, "", "", "plain")]
    if hit.overdue_at is not None:
        happened.append((hit.overdue_at, said.event_overdue, "", "", "bad"))
    if hit.withdrawn_at is not None:
        happened.append((hit.withdrawn_at, said.event_withdrawn, "", "", "attention"))
    happened += [_action(taken, said) for taken in details.actions]
    happened += [_answer(dispute, said) for dispute in details.disputes if dispute.answered_at is not None]
    return tuple(
        Event(what=what, when=moment(at, now, said.language), by=by, note=note, tone=tone)
        for at, what, by, note, tone in sorted(happened, key=lambda event: event[0])
    )


def _action(taken: ActionTaken, said: HitWords) -> tuple[datetime, str, str, str, str]:
    what = str(getattr(said, f"event_{taken.action.value}"))
    by = said.by.format(who=taken.actor) if taken.actor else ""
    return taken.at, what, by, taken.note, _TONES[taken.action]


def _answer(dispute: Dispute, said: HitWords) -> tuple[datetime, str, str, str, str]:
    upheld = dispute.outcome is DisputeOutcome.UPHELD
    at = dispute.answered_at or dispute.opened_at
    what = said.event_upheld if upheld else said.event_rejected
    return at, what, "", dispute.answer, "good" if upheld else "plain"


def _dispute_form(hit: Hit, now: datetime, language: Language, *, reason: str, fault: str) -> DisputeForm | None:
    if not can_be_disputed(hit):
        return None
    return DisputeForm(
        words=DisputeWords(language),
        href=f"/hits/{hit.hit_id}/dispute",
        steps=next_steps(now, language),
        reason=reason,
        fault=fault,
    )


def _statement(hit: Hit, now: datetime, language: Language) -> StatementPart | None:
    if hit.verdict is Verdict.REVIEW and hit.action is None:
        return None
    said = StatementWords(language)
    if hit.hold is not None:
        since = said.held_since.format(when=moment(hit.hold.at, now, language).absolute)
        return StatementPart(words=said, href=None, why_not=f"{said.held} {since}")
    if hit.action is None:
        return StatementPart(words=said, href=None, why_not=said.later)
    return StatementPart(words=said, href=f"/hits/{hit.hit_id}/statement", why_not="")
