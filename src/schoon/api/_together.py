"""Many questions answered together: one version of the list, one receipt signature; in memory first, then with hits."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from schoon.api._answering import Question, result_of, signed_bodies
from schoon.check import CheckReply, CheckRequest
from schoon.kinds import SchoonError
from schoon.rooms import Rooms


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question: the reply, and the body around it when it is to have a receipt."""

    reply: CheckReply
    body: bytes


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """A question that needs the database.

    Attributes:
        question: The question.
        reserved: Its digests are set aside already.
    """

    question: Question
    reserved: bool = False


def answer_at_once(rooms: Rooms, questions: Sequence[Question]) -> list[Outcome | SchoonError | Later]:
    """What comes of each question, in order, from memory alone; those that need the database are told to come later.

    A question needs it when something of it is on the list, since a hit is written down before it is told, or when
    this process has no digests of the member's quota left.
    """
    now = rooms.clock()
    outcomes: list[Outcome | SchoonError | Later | None] = [_reserve_at_once(rooms, one, now) for one in questions]
    asked = [place for place, outcome in enumerate(outcomes) if outcome is None]
    weighed = rooms.check.weigh_many([_request(questions[place]) for place in asked], now)
    missed: list[tuple[int, CheckReply]] = []
    for place, reply in zip(asked, rooms.check.answer_misses(weighed), strict=True):
        if reply is None:
            outcomes[place] = Later(question=questions[place], reserved=True)
        else:
            missed.append((place, reply))
    for place, outcome in _proven(rooms, questions, missed, now):
        outcomes[place] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def answer_with_hits(rooms: Rooms, waiting: Sequence[Later]) -> list[Outcome | SchoonError]:
    """What comes of each question, in order; waits for the database."""
    now = rooms.clock()
    questions = [one.question for one in waiting]
    outcomes: list[Outcome | SchoonError | None] = [
        None if one.reserved else _reserve(rooms, one.question, now) for one in waiting
    ]
    asked = [place for place, refused in enumerate(outcomes) if refused is None]
    replies = rooms.check.check_many([_request(questions[place]) for place in asked], now) if asked else []
    for place, outcome in _proven(rooms, questions, list(zip(asked, replies, strict=True)), now):
        outcomes[place] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def _proven(
    rooms: Rooms, questions: Sequence[Question], replies: Sequence[tuple[int, CheckReply]], now: datetime
) -> list[tuple[int, Outcome]]:
    """The outcome at each place, all receipts under one signature."""
    outcomes: list[tuple[int, Outcome]] = []
    told: list[tuple[int, CheckReply, bytes]] = []
    for place, reply in replies:
        if questions[place].form is None:
            outcomes.append((place, Outcome(reply=reply, body=b"")))
        else:
            told.append((place, reply, result_of(questions[place], reply)))
    if told:
        answered = [(questions[p].member, hashlib.sha256(questions[p].body).digest(), result) for p, _, result in told]
        bodies = signed_bodies(answered, rooms.receipts, told[0][1].list_state, now)
        for (place, reply, _), body in zip(told, bodies, strict=True):
            outcomes.append((place, Outcome(reply=reply, body=body)))
    return outcomes


def _request(question: Question) -> CheckRequest:
    return CheckRequest(member=question.member, items=question.items)


def _reserve_at_once(rooms: Rooms, question: Question, now: datetime) -> SchoonError | Later | None:
    try:
        done = rooms.check.reserve_at_once(question.member, question.charged, now)
    except SchoonError as refused:
        return refused
    return None if done else Later(question=question)


def _reserve(rooms: Rooms, question: Question, now: datetime) -> SchoonError | None:
    try:
        rooms.check.reserve(question.member, question.charged, now)
    except SchoonError as refused:
        return refused
    return None
