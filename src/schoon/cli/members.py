"""`schoon member …`: who may check, what counts for each, and with which tokens."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TextIO

import typer

from schoon.check import MemberAccount, MemberDraft, Policy, ServiceType
from schoon.cli._commands import Json, command, new_app
from schoon.cli._digests import UnreadableFileError
from schoon.cli._house import house_of
from schoon.cli._output import duration, emit, facts, note, say, table
from schoon.kinds import Category, InputError, SchoonError, TokenId

app = new_app(
    "Members, their policies and their tokens.",
    "schoon member add hoster1 --complaints abuse@hoster1.example",
    "schoon member token add hoster1 --label scanner-1 --out token",
)
tokens = new_app(
    "A member's tokens: add, list, revoke.",
    "schoon member token add hoster1 --label scanner-1 --out token",
    "schoon member token list hoster1",
)
app.add_typer(tokens, name="token")
APPS = {"member": app}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The member's short name.")]
Categories = Annotated[
    list[Category] | None, typer.Option("--category", help="A category that counts; may be repeated.")
]
Suppliers = Annotated[
    list[str] | None,
    typer.Option("--supplier", metavar="NAME", help="A supplier that counts, or `all`; may be repeated."),
]
Distance = Annotated[
    str,
    typer.Option(
        "--pdq-distance", metavar="0-31|off", help="Largest PDQ distance that counts; off: exact hashes only."
    ),
]
Dihedral = Annotated[
    bool | None,
    typer.Option("--dihedral/--no-dihedral", help="Whether rotations and mirrors of a picture are tried too."),
]
Service = Annotated[ServiceType | None, typer.Option("--service", help="What kind of service the member runs.")]
LegalBasis = Annotated[
    str | None, typer.Option("--legal-basis", metavar="TEXT", help="For messaging: the recorded legal basis.")
]
Quota = Annotated[int | None, typer.Option("--quota", min=1, help="Digests an hour.")]
HitHours = Annotated[int | None, typer.Option("--hit-hours", min=1, help="Hours to act on a hit; 24 by the agreement.")]
Complaints = Annotated[
    str | None, typer.Option("--complaints", metavar="ADDRESS", help="Where its customers complain, for statements.")
]
Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="What you call it, such as the machine's role.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the token there (mode 600) instead of showing it.")
]
TokenName = Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id, as `member token list` shows it.")]
WebhookUrl = Annotated[str, typer.Argument(metavar="URL", help="Where messages go; `none` to stop them.")]


class PolicyOptionError(InputError):
    """An option of the policy has a value that it cannot have."""

    next_step = "see `schoon member policy --help`"


@command(
    app,
    "add",
    "schoon member add hoster1 --complaints abuse@hoster1.example",
    "schoon member add hoster2 --quota 50000000 --pdq-distance off --hit-hours 12",
)
def add(
    ctx: typer.Context,
    name: Name,
    *,
    category: Categories = None,
    supplier: Suppliers = None,
    pdq_distance: Distance = "",
    dihedral: Dihedral = None,
    service: Service = None,
    legal_basis: LegalBasis = None,
    quota: Quota = None,
    hit_hours: HitHours = None,
    complaints: Complaints = None,
    as_json: Json = False,
) -> None:
    """Add a member: a hoster or platform that may check."""
    house = house_of(ctx)
    policy = _scope(_changed(Policy(), category, supplier, pdq_distance), dihedral, service, legal_basis)
    draft = _with_terms(MemberDraft(name=name, policy=policy), quota, hit_hours, complaints)
    with house.open_rooms() as rooms:
        account = rooms.members.add(draft, actor=house.actor, now=house.clock())
    _show(account, as_json=as_json)
    if not as_json:
        note(f"next: schoon member token add {name}")


@command(
    app,
    "policy",
    "schoon member policy hoster1",
    "schoon member policy hoster1 --category baseline --pdq-distance 15 --no-dihedral",
)
def policy_of(
    ctx: typer.Context,
    name: Name,
    *,
    category: Categories = None,
    supplier: Suppliers = None,
    pdq_distance: Distance = "",
    dihedral: Dihedral = None,
    service: Service = None,
    legal_basis: LegalBasis = None,
    quota: Quota = None,
    hit_hours: HitHours = None,
    complaints: Complaints = None,
    as_json: Json = False,
) -> None:
    """Show what counts for a member, or change what is given; the rest stays.

    Messaging services are refused unless a legal basis is recorded. Every process knows within a second.
    """
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        account = rooms.members.find(name)
        member = account.member
        policy = _scope(_changed(member.policy, category, supplier, pdq_distance), dihedral, service, legal_basis)
        now_is = MemberDraft(
            name=name,
            policy=policy,
            quota=member.quota,
            hit_term=member.hit_term,
            complaint_address=member.complaint_address,
        )
        draft = _with_terms(now_is, quota, hit_hours, complaints)
        if draft != replace(now_is, policy=member.policy):
            account = rooms.members.change(name, draft, actor=house.actor, now=house.clock())
    _show(account, as_json=as_json)


@command(app, "list", "schoon member list", "schoon member list --json | jq -r .name")
def list_members(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show the members."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.members.list_members()
    if as_json:
        for account in found:
            emit(_record(account))
        return
    table(
        ["member", "quota an hour", "term for a hit", "pdq", "service", "since"],
        [
            (
                one.member.name,
                one.member.quota,
                duration(one.member.hit_term),
                one.member.policy.pdq_distance,
                one.member.policy.service_type,
                one.created_at,
            )
            for one in found
        ],
        numbers=["quota an hour", "pdq"],
    )


@command(
    app,
    "webhook",
    "schoon member webhook hoster1 https://tickets.hoster1.example/schoon",
    "schoon member webhook hoster1 none",
)
def webhook(ctx: typer.Context, name: Name, url: WebhookUrl, *, as_json: Json = False) -> None:
    """Say where a member's messages go. The secret that signs them is shown this once."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        made = rooms.members.set_webhook(name, None if url == "none" else url, actor=house.actor, now=house.clock())
    if as_json:
        emit({"member": name, "url": made and made.url, "secret": made and made.secret.decode()})
    elif made is None:
        say(f"{name} gets no messages any more.")
    else:
        facts([("messages go to", made.url), ("signed with", made.secret.decode())])
        note("the secret is shown this once")


@command(
    tokens,
    "add",
    "schoon member token add hoster1 --label scanner-1 --out token",
    "schoon member token add hoster1 --json | jq -r .token",
)
def add_token(ctx: typer.Context, name: Name, *, label: Label = "", out: OutFile = None, as_json: Json = False) -> None:
    """Make a token; its text is shown this once and stored nowhere."""
    house = house_of(ctx)
    with house.open_rooms() as rooms, _secret_file(out) as file:
        issued = rooms.members.issue_token(name, label=label, actor=house.actor, now=house.clock())
        if file is not None:
            file.write(issued.text + "\n")
    if as_json:
        emit({"member": name, "id": issued.token_id} | ({"file": str(out)} if out else {"token": issued.text}))
    elif out is not None:
        say(f"Token {issued.token_id} of {name} is in {out}.")
    else:
        typer.echo(issued.text)
        note(f"the id of this token is {issued.token_id}; its text is shown this once")


@command(tokens, "list", "schoon member token list hoster1", "schoon member token list hoster1 --json")
def list_tokens(ctx: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """Show a member's tokens, revoked ones too."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.members.list_tokens(name)
    if as_json:
        for one in found:
            times = {"created_at": one.created_at, "last_used_at": one.last_used_at, "revoked_at": one.revoked_at}
            emit({"id": one.token_id, "label": one.label} | times)
        return
    table(
        ["token", "label", "made", "last used", "revoked"],
        [(one.token_id, one.label, one.created_at, one.last_used_at, one.revoked_at) for one in found],
    )


@command(
    tokens,
    "revoke",
    "schoon member token revoke mfrggzdfmztwq2lk",
    "schoon member token revoke mfrggzdfmztwq2lk --json",
)
def revoke_token(ctx: typer.Context, token: TokenName, *, as_json: Json = False) -> None:
    """Revoke a token for good; every process refuses it within two seconds, and page sessions it opened end."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        was_good = rooms.members.revoke_token(TokenId(token), actor=house.actor, now=house.clock())
    if as_json:
        emit({"id": token, "was_good": was_good})
    else:
        say(f"Token {token} is revoked." if was_good else f"Token {token} had been revoked before.")


def _changed(
    policy: Policy, category: Sequence[Category] | None, supplier: Sequence[str] | None, distance: str
) -> Policy:
    if category:
        policy = replace(policy, categories=frozenset(category))
    if supplier:
        policy = replace(policy, suppliers=None if "all" in supplier else frozenset(supplier))
    if distance:
        policy = replace(policy, pdq_distance=_distance(distance))
    return policy


def _scope(policy: Policy, dihedral: bool | None, service: ServiceType | None, basis: str | None) -> Policy:  # noqa: FBT001 - an option as given
    if dihedral is not None:
        policy = replace(policy, dihedral=dihedral)
    if service is not None:
        policy = replace(policy, service_type=service)
    return policy if basis is None else replace(policy, legal_basis=basis)


def _with_terms(draft: MemberDraft, quota: int | None, hours: int | None, complaints: str | None) -> MemberDraft:
    if quota is not None:
        draft = replace(draft, quota=quota)
    if hours is not None:
        draft = replace(draft, hit_term=timedelta(hours=hours))
    return draft if complaints is None else replace(draft, complaint_address=complaints)


def _distance(text: str) -> int | None:
    if text == "off":
        return None
    if not text.isdecimal() or int(text) > 31:
        raise PolicyOptionError(f"--pdq-distance {text[:20]!r} is neither a number from 0 to 31 nor off")
    return int(text)


def _show(account: MemberAccount, *, as_json: bool) -> None:
    if as_json:
        emit(_record(account))
        return
    member, policy = account.member, account.member.policy
    facts(
        [
            ("member", member.name),
            ("categories", ", ".join(sorted(policy.categories))),
            ("suppliers", "all" if policy.suppliers is None else ", ".join(sorted(policy.suppliers))),
            ("pdq distance", "off" if policy.pdq_distance is None else str(policy.pdq_distance)),
            ("rotations, mirrors", policy.dihedral),
            ("service", f"{policy.service_type}{f' ({policy.legal_basis})' if policy.legal_basis else ''}"),
            ("digests an hour", member.quota),
            ("term for a hit", duration(member.hit_term)),
            ("complaints", member.complaint_address or None),
            ("messages go to", account.webhook_url),
        ]
    )


def _record(account: MemberAccount) -> dict[str, object]:
    member, policy = account.member, account.member.policy
    return {
        "name": member.name,
        "categories": sorted(policy.categories),
        "suppliers": None if policy.suppliers is None else sorted(policy.suppliers),
        "pdq_distance": policy.pdq_distance,
        "dihedral": policy.dihedral,
        "service": policy.service_type,
        "legal_basis": policy.legal_basis,
        "quota": member.quota,
        "hit_term_seconds": member.hit_term,
        "complaints": member.complaint_address,
        "webhook": account.webhook_url,
        "created_at": account.created_at,
    }


@contextmanager
def _secret_file(path: Path | None) -> Iterator[TextIO | None]:
    """A new file of mode 600, made before the token is, which would be lost when its file cannot be written."""
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        step = "name a file that is not there yet, in a folder that you may write; no token was made"
        raise UnreadableFileError(f"{path}: {problem.strerror}", next_step=step) from problem
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            yield file
    except SchoonError:
        path.unlink()
        raise
