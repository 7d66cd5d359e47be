"""Domain rules: add, show, end."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._output import emit, say, table
from schoon.hosting import DirectAssessment, DomainRule, DomainRuleId, KeptRule, RuleKind
from schoon.kinds import InputError

Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain, with everything under it; or an IP address.")]
Kind = Annotated[RuleKind, typer.Option("--kind", help="What the rule makes of it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the next person; no names of people.")]
Name = Annotated[str, typer.Option("--name", metavar="TEXT", help="The hoster's or owner's name.")]
Email = Annotated[str, typer.Option("--email", metavar="ADDRESS", help="Where notices to it go.")]
Country = Annotated[str, typer.Option("--country", metavar="XX", help="Its country, two letters.")]
Origin = Annotated[
    list[str] | None,
    typer.Option("--origin", metavar="IP", help="An address behind the CDN, for cdn-origin; may be repeated."),
]
Assessed = Annotated[DirectAssessment | None, typer.Option("--assessment", help="For direct-assessment.")]
From = Annotated[str, typer.Option("--from", metavar="TIME", help="From when it holds; now when not given.")]
Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help="Until when it holds; until it is ended otherwise.")
]
Everything = Annotated[bool, typer.Option("--all", help="Also rules that hold no more, or not yet.")]
RuleNumber = Annotated[int, typer.Argument(metavar="RULE", help="The rule's number, as `rule list` shows it.")]


class MomentError(InputError):
    """The time cannot be read."""

    next_step = "write it as 2026-11-22, 2026-11-22T14:05 or 2026-11-22T14:05:00+01:00; without a zone it is UTC"


def moment_of(text: str) -> datetime:
    """The instant that somebody wrote; UTC when no zone is given.

    Raises:
        MomentError: It is no time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MomentError(f"{text[:40]!r} is not a time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def add_rule(
    ctx: typer.Context,
    domain: Domain,
    *,
    kind: Kind,
    reason: Reason,
    name: Name = "",
    email: Email = "",
    country: Country = "",
    origin: Origin = None,
    assessment: Assessed = None,
    valid_from: From = "",
    valid_until: Until = "",
    as_json: Json = False,
) -> None:
    """Decide something about a domain; of several rules of a kind the longest domain counts.

    \b
    force-hoster       this is the hoster, whatever the registries say; needs --name, --email and --country
    notify-owner       the owner of the site gets a notice too
    cdn-origin         its addresses are a CDN's; --origin names what lies behind it
    do-not-probe       nobody and nothing looks at it
    direct-assessment  everything under it is illegal, or not illegal
    """  # noqa: D301 - \b keeps the lines of the list apart in the help
    house = house_of(ctx)
    now = house.clock()
    rule = DomainRule(
        domain=domain,
        kind=kind,
        valid_from=moment_of(valid_from) if valid_from else now,
        valid_until=moment_of(valid_until) if valid_until else None,
        organisation=name,
        email=email,
        country=country,
        origins=tuple(origin or ()),
        assessment=assessment,
        reason=reason,
    )
    with house.open_rooms() as rooms:
        kept = rooms.hosting.add_rule(rule, by=house.actor, now=now)
    if as_json:
        emit(_record(kept, now))
    else:
        say(f"Rule {kept.rule_id}: {kept.rule.kind} for {kept.rule.domain} and everything under it.")


def list_rules(ctx: typer.Context, *, everything: Everything = False, as_json: Json = False) -> None:
    """Show the rules that hold now."""
    house = house_of(ctx)
    now = house.clock()
    with house.open_rooms() as rooms:
        found = [one for one in rooms.hosting.rules() if everything or one.rule.is_in_force(now)]
    if as_json:
        for one in found:
            emit(_record(one, now))
        return
    table(
        ["rule", "domain", "kind", "from", "until", "says", "because", "by"],
        [
            (
                str(one.rule_id),
                one.rule.domain,
                one.rule.kind,
                one.rule.valid_from,
                one.rule.valid_until,
                _says(one.rule),
                one.rule.reason,
                one.added_by,
            )
            for one in found
        ],
        numbers=["rule"],
    )


def end_rule(ctx: typer.Context, rule: RuleNumber, *, reason: Reason, as_json: Json = False) -> None:
    """Let a rule hold no longer; what was traced by it stays as it was."""
    house = house_of(ctx)
    now = house.clock()
    with house.open_rooms() as rooms:
        rooms.hosting.end_rule(DomainRuleId(rule), reason=reason, by=house.actor, now=now)
    if as_json:
        emit({"rule": rule, "ended_at": now})
    else:
        say(f"Rule {rule} holds no longer.")


def _says(rule: DomainRule) -> str:
    party = ", ".join(part for part in (rule.organisation, rule.country, rule.email) if part)
    return "; ".join(part for part in (party, " ".join(rule.origins), rule.assessment or "") if part) or "-"


def _record(kept: KeptRule, now: datetime) -> dict[str, object]:
    rule = kept.rule
    return {
        "rule": kept.rule_id,
        "domain": rule.domain,
        "kind": rule.kind,
        "holds": rule.is_in_force(now),
        "from": rule.valid_from,
        "until": rule.valid_until,
        "name": rule.organisation,
        "email": rule.email,
        "country": rule.country,
        "origins": list(rule.origins),
        "assessment": rule.assessment,
        "reason": rule.reason,
        "added_by": kept.added_by,
        "added_at": kept.added_at,
        "ended_by": kept.ended_by,
    }
