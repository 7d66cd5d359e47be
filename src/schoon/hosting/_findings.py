"""What the sources said about one address or domain, and the contacts that follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schoon.hosting._placeholders import email_reason, name_reason
from schoon.hosting._rdap import Entity, Registration
from schoon.hosting._snapshot_types import Route
from schoon.hosting.types import Confidence, Contact, Evidence, KeptRule, RejectedContact, Scope, TracedAddress
from schoon.reports import Address

Found = Contact | RejectedContact
_SHOWN = 200
_OTHER_ROLES = ("registrant", "technical", "administrative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Of one address.

    Attributes:
        cdn: Whether a rule says that the address is a CDN's.
        route, registration: Each with the evidence it comes from; None when the source does not know.
    """

    address: Address
    origin: bool = False
    cdn: bool = False
    special: str = ""
    route: tuple[Route, Evidence] | None = None
    registration: tuple[Registration, Evidence] | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """The different countries that its organisations say they are in; sorted."""
        said = {self.route[0].country if self.route else "", self._holder.country if self._holder else ""}
        return tuple(sorted(said - {""}))

    @property
    def organisation(self) -> str:
        """Who announces the route, else who has the range."""
        if self.route and self.route[0].organisation:
            return self.route[0].organisation
        return self.holder_name

    @property
    def holder_name(self) -> str:
        """Who has the range by the registry; empty when it does not say, or withholds it."""
        if self.registration is None:
            return ""
        name = (self._holder.name if self._holder else "") or self.registration[0].name
        return "" if name_reason(name) else name

    @property
    def registered_country(self) -> str:
        """The registry's country of the range."""
        return self.registration[0].country if self.registration else ""

    @property
    def _holder(self) -> Entity | None:
        return next(self.registration[0].with_role("registrant"), None) if self.registration else None

    def contacts(self) -> list[Found]:
        """Who can do something at this address, and what only looked like it."""
        if self.special:
            return []
        found = [*self._of_route(), *self._of_registration()]
        return [_surer(one, found) if isinstance(one, Contact) else one for one in found]

    def traced(self) -> TracedAddress:
        """The address with what is known of it."""
        route, registration = self.route, self.registration
        abuse = [one.email for one in self.contacts() if isinstance(one, Contact) and one.email]
        return TracedAddress(
            address=str(self.address),
            origin=self.origin,
            special=self.special,
            prefix=route[0].prefix if route else "",
            asn=route[0].asn if route else None,
            organisation=self.organisation,
            country=self.countries[0] if len(self.countries) == 1 else "",
            registered_range=f"{registration[0].first} - {registration[0].last}" if registration else "",
            registered_country=self.registered_country,
            abuse=abuse[0] if abuse else "",
        )

    def _of_route(self) -> Iterator[Found]:
        if self.route is None:
            return
        route, evidence = self.route
        draft = _Draft(
            scope=Scope.CDN if self.cdn else Scope.NETWORK,
            about=route.prefix,
            organisation=route.organisation,
            country=route.country,
            evidence=evidence,
        )
        yield from draft.found([route.abuse] if route.abuse else [], Confidence.MEDIUM)

    def _of_registration(self) -> Iterator[Found]:
        if self.registration is None:
            return
        registration, evidence = self.registration
        draft = _Draft(
            scope=Scope.CDN if self.cdn else Scope.HOSTER,
            about=f"{registration.first} - {registration.last}",
            organisation=self.holder_name,
            country=self._holder.country if self._holder else "",
            evidence=evidence,
        )
        emails = _emails(registration, "abuse")
        usable = any(not email_reason(email) for email in emails)
        yield from draft.found(emails, Confidence.MEDIUM, alone=usable)
        if not usable:  # better somebody than nobody, and said to be so
            others = [email for role in _OTHER_ROLES for email in _emails(registration, role)]
            yield from draft.found(others, Confidence.LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A contact without its address."""

    scope: Scope
    about: str
    organisation: str
    evidence: Evidence
    country: str = ""

    def found(self, emails: list[str], confidence: Confidence, *, alone: bool = True) -> Iterator[Found]:
        """A contact for each good address, a rejection for each other.

        Args:
            emails: As the source gives them.
            confidence: Of the contacts.
            alone: Whether the organisation is told without an address, when none is good.
        """
        good = list(dict.fromkeys(email for email in emails if not email_reason(email)))
        for email in dict.fromkeys(emails):
            reason = email_reason(email)
            if reason:
                yield self.rejected(email, reason)
        for email in good or ([""] if alone and self.organisation else []):
            yield self.contact(email, confidence)

    def contact(self, email: str, confidence: Confidence) -> Contact:
        return Contact(
            scope=self.scope,
            about=self.about,
            organisation=self.organisation,
            email=email,
            country=self.country,
            source=self.evidence.source,
            obtained_at=self.evidence.obtained_at,
            confidence=confidence,
            evidence=self.evidence.number,
        )

    def rejected(self, value: str, reason: str) -> RejectedContact:
        return RejectedContact(
            scope=self.scope,
            about=self.about,
            value=value[:_SHOWN],
            reason=reason,
            source=self.evidence.source,
            evidence=self.evidence.number,
        )


def domain_contacts(domain: str, registration: Registration, evidence: Evidence, *, with_owner: bool) -> list[Found]:
    """The registrar and resellers of a domain, each with the abuse address within it; the owner only when wanted."""
    wanted = [("registrar", Scope.REGISTRAR), ("reseller", Scope.RESELLER)]
    if with_owner:
        wanted.append(("registrant", Scope.SITE_OWNER))
    found: list[Found] = []
    for role, scope in wanted:
        for entity in registration.with_role(role):
            emails = _emails(registration, "abuse", under=role) or list(entity.emails)
            withheld = name_reason(entity.name)
            name = "" if withheld else entity.name
            draft = _Draft(scope=scope, about=domain, organisation=name, country=entity.country, evidence=evidence)
            if withheld and entity.name:
                found.append(draft.rejected(entity.name, withheld))
            found += draft.found(emails, Confidence.MEDIUM)
    return found


def rule_contact(kept: KeptRule, scope: Scope, evidence: Evidence) -> Found:
    """The party that a rule names."""
    rule = kept.rule
    draft = _Draft(
        scope=scope, about=rule.domain, organisation=rule.organisation, country=rule.country, evidence=evidence
    )
    return draft.contact(rule.email, Confidence.HIGH)


def _emails(registration: Registration, role: str, *, under: str = "") -> list[str]:
    return [email for entity in registration.with_role(role, under=under) for email in entity.emails]


def _surer(contact: Contact, found: list[Found]) -> Contact:
    """The contact; with high confidence when another source names the same address or organisation."""
    for other in found:
        if not isinstance(other, Contact) or other.source is contact.source or Confidence.LOW is contact.confidence:
            continue
        same_email = contact.email and contact.email.casefold() == other.email.casefold()
        same_name = contact.organisation and _plain(contact.organisation) == _plain(other.organisation)
        if same_email or same_name:
            return replace(contact, confidence=Confidence.HIGH)
    return contact


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
