"""Checking: a batch of items through the index, verdicts out, hits recorded, misses forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from schoon.check._counts import CheckCounts
from schoon.check._members import TRUST_LIMIT, MemberService
from schoon.check._quota import QuotaKeeper
from schoon.check._recorder import HitRecorder, Sighted
from schoon.check._search import Batch, ItemMatches, batch_of_items, matches_of
from schoon.check.ports import IndexSource, SearchIndex
from schoon.check.rules import Weighed, list_fault, require_legal_basis, weigh
from schoon.check.types import (
    Answer,
    BulkAnswer,
    CheckReply,
    CheckRequest,
    Item,
    ListState,
    Member,
    Policy,
    Reason,
    Verdict,
)
from schoon.index import ListKeys
from schoon.kinds import KIND_BITS, Kind
from schoon.norms import LIST_AGE_LIMIT

__all__ = [
    "TRUST_LIMIT",
    "CheckCounts",
    "CheckService",
    "HitRecorder",
    "MemberService",
    "QuotaKeeper",
    "WeighedRequests",
]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WeighedRequests:
    """What the list says of some requests, before anything is written down.

    Attributes:
        requests: As asked.
        list_state: The list it rests on.
        fault: Why the list gives no verdicts; None when it does.
        found: The number of each item that matched, counted over all requests, and what it matched.
    """

    requests: tuple[CheckRequest, ...]
    list_state: ListState
    fault: Reason | None
    found: tuple[tuple[int, Sighted], ...]

    @property
    def has_hits(self) -> bool:
        """Whether `CheckService.answer` will write, and so may wait."""
        return bool(self.found)


_NO_LIST = ListState(name="", version=0, age=timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckService:
    """Answers members' checks. Safe between threads; holds no state of its own but counters and quota leases.

    Attributes:
        source: Where the served list is found.
        keys: The list keys, for tags of digests.
        recorder: Turns matches into hits and alarms.
        quotas: Digests per member and hour.
        age_limit: A list older than this answers `unavailable`.
        counts: What was answered since the start of this process.
    """

    source: IndexSource
    keys: ListKeys
    recorder: HitRecorder
    quotas: QuotaKeeper
    age_limit: timedelta = LIST_AGE_LIMIT.length
    counts: CheckCounts = field(default_factory=CheckCounts)

    def reserve(self, member: Member, digests: int, now: datetime) -> None:
        """Pass, with that many digests set aside under the member's quota; call it before any work.

        Raises:
            QuotaExceededError: So many are not left in this hour.
            LegalBasisMissingError: The member's service may not be scanned.
        """
        require_legal_basis(member.policy)
        self.quotas.reserve(member, digests, now)

    def reserve_at_once(self, member: Member, digests: int, now: datetime) -> bool:
        """Whether they were set aside from memory alone; when not, nothing was taken, and `reserve` decides.

        Raises:
            LegalBasisMissingError: The member's service may not be scanned.
        """
        require_legal_basis(member.policy)
        return self.quotas.reserve_at_once(member, digests, now)

    def top_up(self, now: datetime) -> int:
        """How many members' leases of digests were renewed ahead of need. Call it some times a second."""
        return self.quotas.top_up(now)

    def list_state(self, now: datetime) -> tuple[ListState, Reason | None]:
        """Which list is served, and why it gives no verdicts now; None when it does."""
        _, state, fault = self._served(now)
        return state, fault

    def check_items(self, member: Member, items: Sequence[Item], now: datetime) -> tuple[ListState, list[Answer]]:
        """The answers to one request, in the order of its items. See `check_many`."""
        reply = self.check_many([CheckRequest(member=member, items=tuple(items))], now)[0]
        return reply.list_state, list(reply.answers)

    def check_many(self, requests: Sequence[CheckRequest], now: datetime) -> list[CheckReply]:
        """The answers to requests of any members, all from one version of the list: `weigh_many`, then `answer`."""
        return self.answer(self.weigh_many(requests, now), now)

    def weigh_many(self, requests: Sequence[CheckRequest], now: datetime) -> WeighedRequests:
        """What the list says of requests of any members; their digests are reserved. Memory only: never waits.

        Raises:
            LegalBasisMissingError: A member's service may not be scanned; `reserve` says so earlier.
        """
        for request in requests:
            require_legal_basis(request.member.policy)
        index, state, fault = self._served(now)
        found = () if index is None or fault is not None else tuple(self._found(index, requests))
        return WeighedRequests(requests=tuple(requests), list_state=state, fault=fault, found=found)

    def answer(self, weighed: WeighedRequests, now: datetime) -> list[CheckReply]:
        """The answers, one reply a request; waits for the database only when `weighed.has_hits`.

        An item whose hit cannot be stored now is `unavailable`: a known file is never answered without its clock
        running, and never as `not_listed`.
        """
        told: dict[int, Answer] = {}
        if weighed.has_hits:
            numbers, sighted = zip(*weighed.found, strict=True)
            told = dict(zip(numbers, self.recorder.record(sighted, weighed.list_state.version, now), strict=True))
        replies, number = [], 0
        for request in weighed.requests:
            replies.append(_reply(weighed, request, told, number))
            number += len(request.items)
        self.counts.add_answers(number, told.values(), unavailable=weighed.fault is not None)
        return replies

    def answer_misses(self, weighed: WeighedRequests) -> list[CheckReply | None]:
        """The replies to requests in which nothing matched, None in place of the others; never waits for anything."""
        matched = {number for number, _ in weighed.found}
        replies: list[CheckReply | None] = []
        number = answered = 0
        for request in weighed.requests:
            after = number + len(request.items)
            if matched.isdisjoint(range(number, after)):
                replies.append(_reply(weighed, request, {}, number))
                answered += len(request.items)
            else:
                replies.append(None)
            number = after
        self.counts.add_answers(answered, (), unavailable=weighed.fault is not None)
        return replies

    def check_bulk(self, member: Member, kind: Kind, digests: NDArray[np.uint8], now: datetime) -> BulkAnswer:
        """The verdicts on digests of one kind, one item each; the caller has reserved them.

        Args:
            digests: (n, bytes of the kind) uint8.

        Raises:
            LegalBasisMissingError: The member's service may not be scanned; `reserve` says so earlier.
        """
        require_legal_basis(member.policy)
        index, state, fault = self._served(now)
        answers: list[Answer] = []
        if index is not None and fault is None and len(digests):
            batch = Batch(digests={kind: digests}, owners={kind: None}, policies=(member.policy,), policy_of=None)
            brought = KIND_BITS[kind]
            sighted = [
                _sighted(one, member, None, batch, brought=brought) for one in matches_of(index, self.keys, batch)
            ]
            answers = self.recorder.record(sighted, state.version, now)
        self.counts.add_answers(len(digests), answers, unavailable=fault is not None)
        return BulkAnswer(
            list_state=state,
            kind=kind,
            count=len(digests),
            unavailable=fault,
            positions=np.array([int(answer.item_id) for answer in answers], dtype=np.int64),
            answers=tuple(answers),
        )

    def sweep(self, now: datetime) -> int:
        """How many rows of the past were dropped: tags of near digests, hours of usage. Call it about once an hour."""
        return self.recorder.forget_before(now) + self.quotas.forget_before(now)

    def _served(self, now: datetime) -> tuple[SearchIndex | None, ListState, Reason | None]:
        issued_at = self.source.issued_at  # before the index: seen apart, the older time goes with the newer list
        index = self.source.current
        if index is None or issued_at is None:
            return None, _NO_LIST, Reason.NO_LIST
        header = index.header
        state = ListState(name=header.list_name, version=header.version, age=max(now - issued_at, timedelta(0)))
        return index, state, list_fault(issued_at, now, self.age_limit)

    def _found(self, index: SearchIndex, requests: Sequence[CheckRequest]) -> Iterator[tuple[int, Sighted]]:
        items = [item for request in requests for item in request.items]
        members = [request.member for request in requests for _ in request.items]
        policies: dict[Policy, int] = {}
        for request in requests:
            policies.setdefault(request.member.policy, len(policies))
        policy_of = [policies[member.policy] for member in members] if len(policies) > 1 else None
        batch = batch_of_items(items, policy_of, tuple(policies))
        for one in matches_of(index, self.keys, batch):
            yield one.item, _sighted(one, members[one.item], items[one.item], batch)


def _reply(weighed: WeighedRequests, request: CheckRequest, told: dict[int, Answer], first: int) -> CheckReply:
    """The reply to a request whose items are numbered from `first`; what is not in `told` matched nothing."""
    rest = Verdict.NOT_LISTED if weighed.fault is None else Verdict.UNAVAILABLE
    answers = tuple(
        told.get(number) or Answer(item_id=item.item_id, verdict=rest, reason=weighed.fault)
        for number, item in enumerate(request.items, first)
    )
    return CheckReply(list_state=weighed.list_state, answers=answers)


def _sighted(one: ItemMatches, member: Member, item: Item | None, batch: Batch, *, brought: int = 0) -> Sighted:
    if item is not None:
        for digest in item.digests:
            brought |= KIND_BITS[digest.kind]
    weighed: Weighed = weigh(one.found, brought)
    vectors = batch.digests.get(Kind.PDQ)
    return Sighted(
        member=member,
        item_id=str(one.item) if item is None else item.item_id,
        file_ref=None if item is None else item.file_ref,
        weighed=weighed,
        near=() if vectors is None else tuple((entry_id, vectors[query].tobytes()) for entry_id, query in one.near),
    )
