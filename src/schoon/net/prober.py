"""Looks whether material is still there, without being led astray and without keeping anything.

1. Nobody looks without a legal basis that is in force.
2. A vantage point first asks its control addresses, and asks them again when all looks are done: an outage of our own
   counts for nothing, and what was seen during one neither.
3. Hosts are looked at at the same time, the addresses of one host one after the other.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from typing_extensions import override

from schoon.followup import LegalBasis, ProbeOutcome, Prober, ProbeResult, ProbeTarget
from schoon.hashing import Hasher
from schoon.hosting.ports import Resolver, Suffixes
from schoon.kinds import Digest, InputError, Kind, RefusedError, require_utc
from schoon.net._probe_fetch import Answer, Fetcher, Turns
from schoon.net._probe_line import TlsWays
from schoon.net._probe_look import Looker, Seen
from schoon.net._probe_names import Gate, Places
from schoon.net._probe_words import LookEnded, ProbeLimits, Reason, Timer
from schoon.reports import Address, TargetUrl

_log = logging.getLogger(__name__)
_GOOD = range(200, 300)
_LIMITS = ProbeLimits()

DESK = "desk"
"""No vantage point may have this name."""


class NoLegalBasisError(RefusedError):
    """Nothing may be looked at: the legal basis given has ended, or is not in force yet."""

    next_step = "record a legal basis with its signatory"


class ProberSetUpError(InputError):
    """The prober cannot work as it is set up."""

    next_step = "docs/operators/prober.md says what it needs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """A place from which one looks.

    Attributes:
        name: For the record.
        sources: Addresses of this machine to connect from, of each version at most one; empty for whatever the system
            takes. Another way out to the internet makes another vantage point.
    """

    name: str
    sources: tuple[Address, ...] = ()


_HERE = Vantage(name="here")


@dataclass(frozen=True, kw_only=True)
class HttpProber(Prober):
    """Looks over http and https, at checked addresses alone.

    Attributes:
        resolver: The only one that is asked.
        controls: Addresses of which one at least always answers; not of a host that could hold material.
        pictures: Also hash pictures by their looks, decoded in confined processes, in eight orientations.
        ca_file: Certificates to trust instead of the system's.
    """

    resolver: Resolver
    suffixes: Suffixes
    controls: Sequence[TargetUrl]
    points: Sequence[Vantage] = (_HERE,)
    limits: ProbeLimits = _LIMITS
    pictures: bool = False
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what could not tell an outage of our own from a removal.

        Raises:
            ProberSetUpError: No control address, no vantage point, two of one name, or a name that is taken.
        """
        if not self.controls:
            raise ProberSetUpError("there is no control address to tell our own outage by")
        if not self.points or len(set(self.vantages)) != len(self.points):
            names = ", ".join(self.vantages) or "there is none"
            raise ProberSetUpError(f"vantage points need names of their own: {names}")
        if DESK in self.vantages:
            raise ProberSetUpError(f"{DESK!r} is the name under which people record what they saw")

    @cached_property
    def tls(self) -> TlsWays:
        """The ways to speak TLS, for every batch: reading certificates takes a while."""
        return TlsWays(self.ca_file)

    @cached_property
    def hasher(self) -> Hasher:
        """Hashes pictures; its processes start when it is first asked for."""
        return Hasher(dihedral=True)

    def close(self) -> None:
        """End the processes that decode pictures."""
        if self.pictures:
            self.hasher.close()

    @property
    @override
    def vantages(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(point.name for point in self.points)

    @override
    def look(self, targets: Sequence[ProbeTarget], *, under: LegalBasis, now: datetime) -> list[ProbeResult]:
        """One result for each target and vantage point, in the order of both."""
        _require_in_force(under, now)
        if not targets:
            return []
        by_point = [self._look_from(point, targets, now) for point in self.points]
        results = [result for of_one in zip(*by_point, strict=True) for result in of_one]
        _log.info("batch looked at", extra={"event": "probe.batch", "targets": len(targets), "results": len(results)})
        return results

    def _look_from(self, point: Vantage, targets: Sequence[ProbeTarget], now: datetime) -> list[ProbeResult]:
        round_ = _Round(self, point, now)
        if not round_.control_answers():
            return [round_.fault(target, Reason.CONTROL, control_ok=False) for target in targets]
        results = round_.look_at_all(targets)
        if not _Round(self, point, now).control_answers():  # a new round: names are asked for anew
            return [round_.fault(target, Reason.CONTROL, control_ok=False) for target in targets]
        return results


class _Round:
    """One batch from one vantage point: names are asked for once, and every host has its turns."""

    def __init__(self, prober: HttpProber, point: Vantage, now: datetime) -> None:
        self._prober = prober
        self._point = point
        self._now, self._began = now, time.monotonic()
        gate = Gate(prober.limits)
        self._places = Places(prober.resolver, gate)
        fetcher = Fetcher(
            limits=prober.limits,
            gate=gate,
            places=self._places,
            turns=Turns(),
            tls=prober.tls,
            sources=point.sources,
            hasher=prober.hasher if prober.pictures else None,
        )
        self._looker = Looker(fetcher=fetcher, suffixes=prober.suffixes)

    def control_answers(self) -> bool:
        """Whether one control address answers as it should, and the resolver invents no addresses."""
        if not self._places.tells_the_truth(f"{secrets.token_hex(8)}.invalid"):
            return False
        return any(self._answers(url) for url in self._prober.controls)

    def look_at_all(self, targets: Sequence[ProbeTarget]) -> list[ProbeResult]:
        """One result a target, in their order."""
        by_host: dict[str, list[int]] = {}
        for place, target in enumerate(targets):
            by_host.setdefault(target.url.host, []).append(place)
        timer = Timer(self._prober.limits.batch)

        def look_at_one_host(places: list[int]) -> list[tuple[int, ProbeResult]]:
            return [(place, self._result(targets[place], timer)) for place in places]

        with ThreadPoolExecutor(min(self._prober.limits.parallel, len(by_host)), "probe") as pool:
            found = dict(pair for pairs in pool.map(look_at_one_host, by_host.values()) for pair in pairs)
        return [found[place] for place in range(len(targets))]

    def fault(self, target: ProbeTarget, reason: Reason, *, control_ok: bool = True) -> ProbeResult:
        """The result of not having looked."""
        return ProbeResult(
            item_id=target.item_id,
            vantage=self._point.name,
            at=self._at(),
            outcome=ProbeOutcome.CHECKER_FAULT,
            control_ok=control_ok,
            reason=reason,
        )

    def _result(self, target: ProbeTarget, timer: Timer) -> ProbeResult:
        if timer.is_over:
            return self.fault(target, Reason.NOT_BEGUN)
        try:
            seen = self._looker.look(target.url)
        except Exception as defect:  # noqa: BLE001 - the outermost loop: one target must not stop the batch
            # no traceback: it would hold the address
            _log.error("look failed", extra={"event": "probe.defect", "kind": type(defect).__name__})
            return self.fault(target, Reason.DEFECT)
        return _told(self.fault(target, seen.reason), seen)

    def _answers(self, url: TargetUrl) -> bool:
        try:
            answer = self._looker.fetcher.fetch(url)
        except LookEnded:
            return False
        return answer.status in _GOOD and answer.body.fault is None and answer.hop.tls_fault is None

    def _at(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)


def _told(result: ProbeResult, seen: Seen) -> ProbeResult:
    answer = seen.answer
    is_moved = seen.outcome is ProbeOutcome.MOVED and answer is not None
    return replace(
        result,
        outcome=seen.outcome,
        status=answer.status if answer else None,
        size=answer.body.size if answer else None,
        address=str(answer.hop.address) if answer else "",
        moved_to=answer.hop.url if answer and is_moved else None,
        digests=_trusted_digests(answer) if answer else (),
        tls_fault=seen.tls_fault,
    )


def _trusted_digests(answer: Answer) -> tuple[Digest, ...]:
    """The digests, without those of looks where nobody vouches for the host.

    Whoever sits in between could show another picture, and so make a removal of it; the same file it cannot make up.
    """
    return tuple(one for one in answer.body.digests if answer.is_vouched_for or one.kind is not Kind.PDQ)


def _require_in_force(basis: LegalBasis, now: datetime) -> None:
    require_utc(now)
    if now < basis.recorded_at:
        raise NoLegalBasisError(
            f"legal basis {basis.number} is recorded at {basis.recorded_at:%Y-%m-%d %H:%M}, after now"
        )
    if basis.ended_at is not None and basis.ended_at <= now:
        raise NoLegalBasisError(f"legal basis {basis.number} ended at {basis.ended_at:%Y-%m-%d %H:%M}")
