"""One look at one target from one vantage point: what its addresses answer, and what that means.

1. Every address of the host in turn. One that shows something ends the look; only what all of them say counts as gone.
2. What an answer means follows from its status, from what bars the way, and from what made-up addresses answer.
3. An answer that no certificate vouches for says nothing for a removal, and nothing of where it went.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schoon.followup import ProbeOutcome, TlsFault
from schoon.hosting.ports import Suffixes
from schoon.net._probe_fetch import Answer, Fetcher
from schoon.net._probe_page import are_alike, bar_of
from schoon.net._probe_trials import Trial, trials_of
from schoon.net._probe_words import LookEnded, Reason, Timer, Unreached
from schoon.reports import Address, TargetUrl

_GONE = {404, 410}
_BARRED = {401, 403, 407, 451}
_NOTHING = {204, 205}
_WEIGHT = [
    ProbeOutcome.GONE,
    ProbeOutcome.PLACEHOLDER,
    ProbeOutcome.CHECKER_FAULT,
    ProbeOutcome.TEMPORARY,
    ProbeOutcome.BLOCKED,
    ProbeOutcome.MOVED,
    ProbeOutcome.PRESENT,
]
"""Where addresses of one host disagree, the later of these counts."""

_GO_ON = {ProbeOutcome.GONE, ProbeOutcome.PLACEHOLDER, ProbeOutcome.TEMPORARY}
"""After these the host's other addresses are looked at as well."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Seen:
    """What one look found.

    Attributes:
        answer: The one that it follows from; None when there was none.
    """

    outcome: ProbeOutcome
    reason: Reason
    answer: Answer | None = None
    tls_fault: TlsFault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks from one vantage point."""

    fetcher: Fetcher
    suffixes: Suffixes

    def look(self, url: TargetUrl) -> Seen:
        """What is there; never raises for the network."""
        timer = Timer(self.fetcher.limits.look)
        try:
            addresses = self.fetcher.addresses(url)
        except LookEnded as end:
            return Seen(outcome=end.outcome, reason=end.reason)
        seen = self._of_all(url, _some(addresses, self.fetcher.limits.addresses), timer)
        return max(seen, key=lambda one: _WEIGHT.index(one.outcome))

    def _of_all(self, url: TargetUrl, addresses: Sequence[Address], timer: Timer) -> list[Seen]:
        """What the addresses say; those without a connection count only when there is no other."""
        seen: list[Seen] = []
        unreached: list[Seen] = []
        for address in addresses:
            if seen and timer.is_over:
                seen.append(Seen(outcome=ProbeOutcome.TEMPORARY, reason=Reason.OUT_OF_TIME))
                break
            try:
                seen.append(self._of(url, address, timer))
            except Unreached as end:
                unreached.append(Seen(outcome=end.outcome, reason=end.reason))
                continue
            except LookEnded as end:
                seen.append(Seen(outcome=end.outcome, reason=end.reason, tls_fault=end.tls_fault))
            if seen[-1].outcome not in _GO_ON:
                break
        return seen or unreached

    def _of(self, url: TargetUrl, address: Address, timer: Timer) -> Seen:
        answer = self.fetcher.fetch(url, [address])
        seen = self._judged(url, answer, timer)
        if not answer.is_vouched_for and seen.outcome is not ProbeOutcome.PRESENT:
            seen = replace(seen, outcome=ProbeOutcome.TEMPORARY, reason=Reason.TLS)
        return replace(seen, answer=answer, tls_fault=answer.hop.tls_fault)

    def _judged(self, url: TargetUrl, answer: Answer, timer: Timer) -> Seen:
        by_status = _by_status(answer)
        if by_status is not None:
            return by_status
        if answer.status in _NOTHING or (not answer.body.size and answer.body.fault is None):
            return Seen(outcome=ProbeOutcome.PLACEHOLDER, reason=Reason.EMPTY)
        bar = bar_of(answer.page, answer.hop.url, was_led=bool(answer.landing))
        if bar:
            return Seen(outcome=ProbeOutcome.BLOCKED, reason=Reason(bar))
        if answer.body.fault is Reason.TIMEOUT or not answer.body.size:  # too little came to be something
            return Seen(outcome=ProbeOutcome.TEMPORARY, reason=answer.body.fault or Reason.CUT_SHORT)
        seen = Seen(outcome=ProbeOutcome.PRESENT, reason=answer.body.fault or Reason.CONTENT)
        if answer.body.fault is None:
            seen = self._beside(url, answer, timer)
        if seen.outcome is ProbeOutcome.PRESENT and self._site(answer.hop.url) != self._site(url):
            return Seen(outcome=ProbeOutcome.MOVED, reason=Reason.OTHER_SITE)
        return seen

    def _beside(self, url: TargetUrl, answer: Answer, timer: Timer) -> Seen:
        """Content, or what made-up addresses answer as well."""
        for trial in trials_of(url):
            if timer.is_over:
                break
            try:
                other = self.fetcher.fetch(trial.made_up)
            except LookEnded:
                continue
            if other.status in _GONE:
                break  # this host says so when it has nothing
            seen = self._by_trial(url, answer, trial, other)
            if seen is not None:
                return seen
        return Seen(outcome=ProbeOutcome.PRESENT, reason=Reason.CONTENT)

    def _by_trial(self, url: TargetUrl, answer: Answer, trial: Trial, other: Answer) -> Seen | None:
        """What follows when a made-up address answers the same; None when it does not, or when nothing follows."""
        if answer.landing and answer.landing == other.landing:
            if trial.is_whole or not self._same_without(answer, trial, redirect=True):
                return Seen(outcome=ProbeOutcome.PLACEHOLDER, reason=Reason.REDIRECTED)
            return None
        urls = (url, answer.hop.url, trial.made_up, other.hop.url)
        if other.hop.url == answer.hop.url or not _same(answer, other, urls):
            return None
        page = answer.page
        if page is not None and page.is_parked:
            return Seen(outcome=ProbeOutcome.PLACEHOLDER, reason=Reason.PARKED) if trial.is_whole else None
        if page is not None and page.needs_script:
            return Seen(outcome=ProbeOutcome.PRESENT, reason=Reason.NEEDS_SCRIPT)
        return self._by_part(url, answer, trial)

    def _by_part(self, url: TargetUrl, answer: Answer, trial: Trial) -> Seen | None:
        """What follows when a made-up address answers the same, and when the host looks at the part, or does not."""
        if trial.without != url and not self._same_without(answer, trial, redirect=False):
            return Seen(outcome=ProbeOutcome.PLACEHOLDER, reason=Reason.SIBLING)
        if not trial.is_whole:
            return None
        if answer.page is not None and answer.page.is_bare:
            return Seen(outcome=ProbeOutcome.PLACEHOLDER, reason=Reason.SIBLING)
        return Seen(outcome=ProbeOutcome.PRESENT, reason=Reason.EVERYWHERE)

    def _same_without(self, answer: Answer, trial: Trial, *, redirect: bool) -> bool:
        """Whether the host answers the same without the part that was made up; also when that cannot be told."""
        try:
            other = self.fetcher.fetch(trial.without)
        except LookEnded:
            return True
        if redirect:
            return answer.landing == other.landing or answer.hop.url == other.hop.url
        return _same(answer, other, (answer.hop.url, trial.made_up, other.hop.url))

    def _site(self, url: TargetUrl) -> str:
        """What one customer has; of a name that is a public suffix itself, and of an address, all of it."""
        return url.host if url.address else self.suffixes.cut(url.host).site or url.host


def _by_status(answer: Answer) -> Seen | None:
    """What the status alone says; None for an answer whose content must say it."""
    status = answer.status
    if status in _GONE:
        return Seen(outcome=ProbeOutcome.GONE, reason=Reason.STATUS)
    if status in _BARRED:
        return Seen(outcome=ProbeOutcome.BLOCKED, reason=Reason.STATUS)
    if status // 100 == 2:
        return None
    is_riddle = answer.hop.head.first(b"cf-mitigated") == "challenge" or (
        status in {429, 503} and bar_of(answer.page, answer.hop.url, was_led=False) == "riddle"
    )
    if is_riddle:
        return Seen(outcome=ProbeOutcome.BLOCKED, reason=Reason.RIDDLE)
    return Seen(outcome=ProbeOutcome.TEMPORARY, reason=Reason.STATUS)


def _same(one: Answer, other: Answer, urls: tuple[TargetUrl, ...]) -> bool:
    """Whether two answers are the same: byte for byte, or as pages."""
    if one.status != other.status:
        return False
    if one.body.sha256 and one.body.sha256 == other.body.sha256:
        return True
    return one.page is not None and other.page is not None and are_alike(one.page, other.page, urls)


def _some(addresses: Sequence[Address], most: int) -> list[Address]:
    """At most so many, others at each look, as many of each kind as there are."""
    chosen = list(addresses) if len(addresses) <= most else random.sample(list(addresses), most)
    return sorted(chosen, key=lambda one: one.version)
