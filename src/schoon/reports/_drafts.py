"""From a submission to what will be kept of it: addresses made canonical, tags made, nothing written yet."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schoon.kinds import Digest, ReportId, require_utc
from schoon.reports._assessment_types import Judgement
from schoon.reports._parts import ReportParts
from schoon.reports._urls import TargetUrl, comparison_key
from schoon.reports.errors import TargetUrlError
from schoon.reports.ports import KeyClaim
from schoon.reports.types import ItemKind, RefusedUrl, Submission


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Address:
    """A canonical address with its tags."""

    url: TargetUrl
    site: str
    url_tag: str
    key_tag: str
    host_tag: str
    site_tag: str


@dataclass(slots=True, kw_only=True, repr=False)
class Told:
    """What one report tells of one address."""

    address: Address
    kind: ItemKind
    digests: set[Digest] = field(default_factory=set)
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """One report, ready to be kept.

    Attributes:
        told: By `url_tag`, in the order of the report.
        links: (page, media) by `url_tag`.
        refused: What is no address, with the text as it was given.
    """

    submission: Submission
    report_id: ReportId
    received_at: datetime
    told: dict[str, Told]
    links: set[tuple[str, str]]
    refused: tuple[tuple[RefusedUrl, str], ...]
    claim: KeyClaim | None


@dataclass(slots=True, kw_only=True, repr=False)
class _Reading:
    """The addresses of one report, as far as it was read."""

    address_of: Callable[[str], Address]
    told: dict[str, Told] = field(default_factory=dict)
    refused: list[tuple[RefusedUrl, str]] = field(default_factory=list)

    def of(self, place: int, text: str, kind: ItemKind) -> Told | None:
        """What is told of an address; None for what is none, which is kept apart."""
        try:
            address = self.address_of(text)
        except TargetUrlError as error:
            self.refused.append((RefusedUrl(place=place, reason=error.message), text))
            return None
        one = self.told.setdefault(address.url_tag, Told(address=address, kind=kind))
        if kind is ItemKind.MEDIA:
            one.kind = kind
        return one


class Drafts:
    """Makes drafts of one call; an address that comes back is read once."""

    def __init__(self, parts: ReportParts, now: datetime) -> None:
        """Take what tags and names are made with."""
        self._parts = parts
        self._now = now
        self._addresses: dict[str, Address] = {}
        self._sites: dict[str, tuple[str, str, str]] = {}

    def of(self, submissions: Sequence[Submission]) -> list[Draft]:
        """One draft for each, in order."""
        ids = self._parts.new_ids(len(submissions))
        return [self._draft(one, ReportId(name)) for one, name in zip(submissions, ids, strict=True)]

    def _draft(self, submission: Submission, report_id: ReportId) -> Draft:
        reading = _Reading(address_of=self._address)
        links: set[tuple[str, str]] = set()
        for place, item in enumerate(submission.items):
            page = reading.of(place, item.page, ItemKind.PAGE) if item.page else None
            one = reading.of(place, item.url, item.kind)
            if one is None:
                continue
            one.digests.update(item.digests)
            one.judgement = one.judgement or item.judgement
            if page is not None and page is not one:
                one.kind = ItemKind.MEDIA
                links.add((page.address.url_tag, one.address.url_tag))
        return Draft(
            submission=submission,
            report_id=report_id,
            received_at=self._now if submission.received_at is None else require_utc(submission.received_at),
            told=reading.told,
            links=links,
            refused=tuple(reading.refused),
            claim=self._claim(submission, report_id),
        )

    def _address(self, text: str) -> Address:
        if text in self._addresses:
            return self._addresses[text]
        url = TargetUrl.parse(text)
        tag = self._parts.vault.tag
        if url.host not in self._sites:
            site = self._parts.sites.site_of(url.host)
            self._sites[url.host] = site, tag("host", url.host), tag("site", site)
        site, host_tag, site_tag = self._sites[url.host]
        address = Address(
            url=url,
            site=site,
            url_tag=tag("url", url.text),
            key_tag=tag("key", comparison_key(url)),
            host_tag=host_tag,
            site_tag=site_tag,
        )
        self._addresses[text] = address
        return address

    def _claim(self, submission: Submission, report_id: ReportId) -> KeyClaim | None:
        if not submission.sender:
            return None
        tag, key, content = self._parts.vault.tag, submission.idempotency_key, _content(submission)
        body = tag("body", content)
        if key:
            own = tag("idempotency", f"{submission.sender}\n{key}")
            return KeyClaim(tag=own, report_id=report_id, body=body, until=None)
        same, until = tag("content", f"{submission.sender}\n{content}"), self._now + self._parts.terms.repeat_within
        return KeyClaim(tag=same, report_id=report_id, body=body, until=until)


def _content(submission: Submission) -> str:
    """Everything that makes a report another one, as one text."""
    reporter = submission.reporter
    return json.dumps(
        [
            submission.source,
            [
                (one.url, one.kind, one.page, [f"{d.kind}:{d.hex}" for d in one.digests], one.judgement)
                for one in submission.items
            ],
            submission.text,
            submission.language,
            None if reporter is None else (reporter.name, reporter.email, reporter.phone),
            submission.reference,
            None if submission.received_at is None else require_utc(submission.received_at).isoformat(),
        ]
    )
