"""The words of this room: who can take an address down, by whose account, and how sure that is."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from schoon.hosting._placeholders import email_reason
from schoon.hosting.errors import DomainRuleError
from schoon.kinds import require_utc
from schoon.reports import TargetUrl, address_of

TraceId = NewType("TraceId", str)
"""A random name of a kept trace, safe in logs."""

DomainRuleId = NewType("DomainRuleId", int)

_COUNTRY = re.compile(r"[A-Z]{2}")

MAX_RAW = 16_384
"""Characters of raw evidence that a chain keeps of one answer; the whole answer's SHA-256 is kept beside it."""


class Scope(StrEnum):
    """What a contact can do about material at an address."""

    SITE_OWNER = "site_owner"
    RESELLER = "reseller"
    HOSTER = "hoster"
    CDN = "cdn"
    NETWORK = "network"
    REGISTRAR = "registrar"


_CAN_REMOVE = {Scope.HOSTER, Scope.NETWORK, Scope.CDN}
"""Who can take the material itself away; a registrar or a reseller of names can take the name away alone."""


class Source(StrEnum):
    """Who says so."""

    RULE = "rule"
    SNAPSHOT = "snapshot"
    RDAP = "rdap"
    DNS = "dns"
    ORIGIN = "origin"
    SUFFIXES = "suffixes"


class Confidence(StrEnum):
    """How far one may rely on a contact: high is a decision of ours, or two sources that agree."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Outcome(StrEnum):
    """How a trace ended; each is a result, none is an error."""

    TRACED = "traced"
    UNTRACEABLE = "untraceable"
    """A name that hides its address by design (.onion)."""

    NO_SUCH_NAME = "no_such_name"
    NO_ADDRESS = "no_address"
    """The name exists and has neither A nor AAAA."""

    UNRESOLVED = "unresolved"
    """The DNS gave no answer to rely on; the failures say why. Trying again may help."""

    SPECIAL = "special"
    """Only addresses, or a name, at which nothing on the internet is hosted."""


class Where(StrEnum):
    """Whether the hosting is in the country this installation works for."""

    OURS = "ours"
    PARTLY = "partly"
    ABROAD = "abroad"
    UNKNOWN = "unknown"


class RuleKind(StrEnum):
    """What a domain rule makes of its domain."""

    FORCE_HOSTER = "force-hoster"
    NOTIFY_OWNER = "notify-owner"
    CDN_ORIGIN = "cdn-origin"
    DO_NOT_PROBE = "do-not-probe"
    DIRECT_ASSESSMENT = "direct-assessment"


class DirectAssessment(StrEnum):
    """What a rule says of everything under its domain."""

    ILLEGAL = "illegal"
    NOT_ILLEGAL = "not_illegal"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainName:
    """A name, cut by the public suffix list.

    Attributes:
        registrable: What a registrar sold, by the list's ICANN section (`github.io`); None for a suffix itself.
        site: What one customer has, by the private section too (`someone.github.io`); None as above.
        suffix: The public suffix of `site`.
        list_dated: The day of the list that said so.
    """

    registrable: str | None
    site: str | None
    suffix: str
    list_dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one source answered, as it came.

    Attributes:
        number: By which contacts refer to it within their chain.
        asked: What was asked about: a name, an address, a prefix.
        obtained_at: When it was asked; for a cached answer, when that was.
        dated: The date of the snapshot it comes from, where it comes from one.
        raw: The first MAX_RAW characters.
        size: Of the whole answer, in characters.
        sha256: Of the whole answer, in hexadecimal.
    """

    number: int
    source: Source
    asked: str
    obtained_at: datetime
    raw: str
    size: int
    sha256: str
    dated: date | None = None
    from_cache: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailure:
    """A source that gave no answer; the others went on.

    Attributes:
        kind: One word: timeout, servfail, refused, not_configured, not_found, malformed, too_large, redirect, …
    """

    source: Source
    asked: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who can do something about it.

    Attributes:
        about: The address, prefix or domain for which it can.
        email: Where a notice goes; empty when the organisation is known and its address is not.
        country: Of the organisation, two letters; empty when nobody says.
        evidence: The number of the evidence that says so.
    """

    scope: Scope
    about: str
    organisation: str
    email: str
    country: str
    source: Source
    obtained_at: datetime
    confidence: Confidence
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedContact:
    """What stood where a contact should be, and is none.

    Attributes:
        value: What stood there, cut to 200 characters.
        reason: Why it is no contact.
    """

    scope: Scope
    about: str
    value: str
    reason: str
    source: Source
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedAddress:
    """One address of the target, with what is known of it.

    Attributes:
        address: Canonical text.
        origin: Whether it lies behind a CDN, as a rule or the CDN itself told.
        special: Why nothing is hosted there; empty for an address of the internet.
        prefix, asn: The route it lies in and who announces it, from the snapshot; empty and None when not known.
        organisation: Who announces it, else who has the range.
        country: Of that organisation; empty when nobody says.
        registered_range: The range in the registry, as "first - last".
        registered_country: What the registry has for the range; not by itself where the machine is.
        abuse: The address for complaints; empty when none is known.
    """

    address: str
    origin: bool = False
    special: str = ""
    prefix: str = ""
    asn: int | None = None
    organisation: str = ""
    country: str = ""
    registered_range: str = ""
    registered_country: str = ""
    abuse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """Where the hosting is, and from what that follows.

    Attributes:
        countries: Of the organisations behind the addresses; sorted, without repeats.
        reason: In words.
    """

    where: Where
    countries: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRule:
    """What people decided about a domain and everything under it.

    Attributes:
        domain: A registrable domain or a name below one; or an IP address, which matches itself alone.
        valid_from, valid_until: It holds from the first instant on, up to and without the second; None is open.
        organisation, email, country: Of the hoster (force-hoster, cdn-origin) or the owner (notify-owner).
        origins: The addresses behind a CDN, where people know them; canonical text.
        assessment: Of a direct assessment.
        reason: Why; for the next person.
    """

    domain: str
    kind: RuleKind
    valid_from: datetime
    valid_until: datetime | None = None
    organisation: str = ""
    email: str = ""
    country: str = ""
    origins: tuple[str, ...] = ()
    assessment: DirectAssessment | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        require_utc(self.valid_from)
        if self.valid_until is not None and require_utc(self.valid_until) < self.valid_from:
            raise DomainRuleError(f"it would end at {self.valid_until:%Y-%m-%d %H:%M}, before it begins")
        if not self.reason.strip():
            raise DomainRuleError("a rule without a reason")
        self._require_party()
        if (self.kind is RuleKind.DIRECT_ASSESSMENT) != (self.assessment is not None):
            raise DomainRuleError("direct-assessment needs an assessment, and no other kind has one")
        if self.origins and self.kind is not RuleKind.CDN_ORIGIN:
            raise DomainRuleError(f"{self.kind} has no origins")

    def _require_party(self) -> None:
        if self.email and email_reason(self.email):
            raise DomainRuleError(f"{self.email[:80]!r} is no address for notices: {email_reason(self.email)}")
        if self.country and not _COUNTRY.fullmatch(self.country):
            raise DomainRuleError(f"{self.country[:20]!r} is not a country of two capital letters")
        if self.kind is RuleKind.FORCE_HOSTER and not (self.organisation and self.email and self.country):
            raise DomainRuleError("force-hoster needs the hoster's name, its address for notices and its country")
        for one in self.origins:
            if address_of(one) is None:
                raise DomainRuleError(f"{one[:80]!r} is not an IP address, and an origin is one")

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at that instant: the first instant counts, the last does not."""
        return self.valid_from <= now and (self.valid_until is None or now < self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRule:
    """A rule as it is kept.

    Attributes:
        added_by, ended_by: Who; nobody ended it while the latter is empty.
    """

    rule_id: DomainRuleId
    rule: DomainRule
    added_by: str
    added_at: datetime
    ended_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingChain:
    """Everything that a trace found, with who says so.

    Attributes:
        target: The canonical address.
        domain: None for an IP address.
        aliases: The names that the DNS went through (CNAME), in order.
        addresses: All A and AAAA addresses, then those behind a CDN; special ones too, marked.
        contacts: Who can do something, the best first.
        failures: The sources that gave no answer.
        rules: Those in force for the target, one a kind.
        outcome_reason: The outcome in words.
    """

    trace_id: TraceId
    target: TargetUrl
    asked_by: str
    traced_at: datetime
    outcome: Outcome
    outcome_reason: str
    residence: Residence
    domain: DomainName | None = None
    aliases: tuple[str, ...] = ()
    addresses: tuple[TracedAddress, ...] = ()
    contacts: tuple[Contact, ...] = ()
    rejected: tuple[RejectedContact, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
    rules: tuple[KeptRule, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def notice_to(self) -> tuple[Contact, ...]:
        """To whom notices go, the best first: of each address the first contact that can take the material away.

        A hoster that a rule names is the only one; what lies behind a CDN goes before the CDN itself.
        """
        return self.notice_to_but(frozenset())

    def notice_to_but(self, unusable: Collection[str]) -> tuple[Contact, ...]:
        """The same without addresses that do not work, casefolded: who comes after them in the chain has their turn."""
        able = [
            one for one in self.contacts if one.scope in _CAN_REMOVE and one.email.casefold() not in {"", *unusable}
        ]
        forced = [one for one in able if one.source is Source.RULE]
        if forced:
            return (forced[0],)
        behind = [one for one in self.addresses if one.origin]
        chosen = {
            next((one for one in able if one.about in {address.prefix, address.registered_range}), None)
            for address in behind or self.addresses
        }
        first_of = {one.email.casefold(): one for one in reversed(able) if one in chosen}
        return tuple(one for one in able if first_of.get(one.email.casefold()) is one) or tuple(able[:1])

    @property
    def best_contact(self) -> Contact | None:
        """The first of those to whom notices go."""
        return next(iter(self.notice_to), None)

    @property
    def do_not_probe(self) -> bool:
        """Whether a rule forbids looking at the address."""
        return any(one.rule.kind is RuleKind.DO_NOT_PROBE for one in self.rules)

    @property
    def assessment(self) -> DirectAssessment | None:
        """What a rule says of everything under the domain."""
        return next((one.rule.assessment for one in self.rules if one.rule.assessment is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """An answer of a source that may be used again until it expires or is withdrawn."""

    source: Source
    asked: str
    text: str
    found: bool
    obtained_at: datetime
    expires_at: datetime


ANSWER_TERM = timedelta(hours=12)
"""How long an answer of a registry is used again."""

NOT_FOUND_TERM = timedelta(hours=1)
"""How long "not found" is believed."""
