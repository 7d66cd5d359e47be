"""`schoon organisation …` and `schoon supplier …`: who is who, and with which keys they sign."""

import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from schoon.cli._commands import Json, command, new_app
from schoon.cli._digests import UnreadableFileError
from schoon.cli._house import house_of
from schoon.cli._output import emit, note, say, table
from schoon.kinds import InputError
from schoon.parties import KeyId, Role

organisation = new_app(
    "Organisations and the keys they attest with.",
    "schoon organisation add 'National police' --role police",
    "schoon organisation key 'National police' police.pub.pem",
)
supplier = new_app(
    "Where entries of the list come from.",
    "schoon supplier add 'Police list' --organisation 'National police' --class police",
    "schoon supplier list",
)
APPS = {"organisation": organisation, "supplier": supplier}

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name, or its number.")]
RoleOf = Annotated[Role, typer.Option("--role", help="What it is in the field.")]
PublicKeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="Its Ed25519 public key (PEM).")]
KeyNumber = Annotated[int, typer.Argument(metavar="KEY", help="The key's number, as `organisation list` shows it.")]
NewKeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where the private key goes, such as police.key.pem.")]
OrganisationName = Annotated[str, typer.Option("--organisation", metavar="NAME", help="Whose entries they are.")]
SupplierClass = Annotated[
    str, typer.Option("--class", metavar="WORD", help="What members see: police, hotline, industry, …")
]


class KeyFileThereError(InputError):
    """There is a file where the new key should go; a key is never written over."""

    next_step = "choose another name, or move the file away"


@command(
    organisation,
    "add",
    "schoon organisation add 'National police' --role police",
    "schoon organisation add 'Hotline' --role hotline --json",
)
def add_organisation(ctx: typer.Context, name: Name, *, role: RoleOf, as_json: Json = False) -> None:
    """Register an organisation."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        found = rooms.parties.add_organisation(name, role, by=house.actor, now=house.clock())
    if as_json:
        emit({"organisation": found.organisation_id, "name": found.name, "role": found.role})
    else:
        say(f"{found.name} is organisation {found.organisation_id}.")
        note(f"next: schoon organisation key '{found.name}' PUBLIC.pem")


@command(
    organisation,
    "key",
    "schoon organisation key 'National police' police.pub.pem",
    "schoon organisation key 2 hotline.pub.pem --json",
)
def add_key(ctx: typer.Context, name: Name, file: PublicKeyFile, *, as_json: Json = False) -> None:
    """Register a public key under which the organisation's attestations count.

    Only on paper or a channel you trust: who holds the private half speaks for the organisation.
    """
    house = house_of(ctx)
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise UnreadableFileError(f"{file}: {problem.strerror}") from problem
    with house.open_rooms() as rooms:
        owner = rooms.parties.find(name)
        key = rooms.parties.add_key(owner.organisation_id, content, by=house.actor, now=house.clock())
    if as_json:
        emit({"key": key.key_id, "organisation": key.organisation_id, "public_key": key.public_key.hex()})
    else:
        say(f"Key {key.key_id} of {owner.name} counts from now on.")


@command(
    organisation,
    "revoke-key",
    "schoon organisation revoke-key 3",
    "schoon organisation revoke-key 3 --json",
)
def revoke_key(ctx: typer.Context, key: KeyNumber, *, as_json: Json = False) -> None:
    """Revoke a key for good: from the next publish on no attestation under it counts, whenever it was made."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        rooms.parties.revoke_key(KeyId(key), by=house.actor, now=house.clock())
    if as_json:
        emit({"key": key, "revoked": True})
    else:
        say(f"Key {key} counts no more.")
        note("next: schoon list dry-run shows what leaves the list")


@command(
    organisation,
    "new-key",
    "schoon organisation new-key police.key.pem",
    "schoon organisation new-key hotline.key.pem --json",
)
def new_key(file: NewKeyFile, *, as_json: Json = False) -> None:
    """Make a key pair for an organisation that has none; the public half lies beside it, as .pub.pem.

    Do this on the organisation's own machine: the private key never belongs to the operator of the list.
    """
    public = file.with_name(f"{file.name.removesuffix('.pem').removesuffix('.key')}.pub.pem")
    key = Ed25519PrivateKey.generate()
    private_text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_text = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write_new(file, private_text, mode=0o600)
    _write_new(public, public_text, mode=0o644)
    if as_json:
        emit({"private": str(file), "public": str(public)})
    else:
        say(f"{file} is the private key, {public} the public one.")


@command(organisation, "list", "schoon organisation list", "schoon organisation list --json")
def list_organisations(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show the organisations and their keys."""
    with house_of(ctx).open_rooms() as rooms:
        found, keys = rooms.parties.organisations(), rooms.parties.keys()
    numbers = {
        one.organisation_id: [key for key in keys if key.organisation_id == one.organisation_id] for one in found
    }
    if as_json:
        for one in found:
            held = [{"key": key.key_id, "revoked": not key.is_good} for key in numbers[one.organisation_id]]
            emit({"organisation": one.organisation_id, "name": one.name, "role": one.role, "keys": held})
        return
    shown = {
        owner: ", ".join(f"{k.key_id}{'' if k.is_good else ' (revoked)'}" for k in held)
        for owner, held in numbers.items()
    }
    table(
        ["number", "name", "role", "keys"],
        [(str(one.organisation_id), one.name, one.role, shown[one.organisation_id] or None) for one in found],
        numbers=["number"],
    )


@command(
    supplier,
    "add",
    "schoon supplier add 'Police list' --organisation 'National police' --class police",
    "schoon supplier add NCMEC --organisation 3 --class hotline --json",
)
def add_supplier(
    ctx: typer.Context,
    name: Name,
    *,
    organisation_name: OrganisationName,
    supplier_class: SupplierClass,
    as_json: Json = False,
) -> None:
    """Register a line of entries of an organisation; members may choose which suppliers count for them."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        owner = rooms.parties.find(organisation_name)
        found = rooms.lists.add_supplier(
            name, owner.organisation_id, supplier_class=supplier_class, by=house.actor, now=house.clock()
        )
    if as_json:
        emit({"supplier": found.supplier_id, "name": found.name, "class": found.supplier_class})
    else:
        say(f"{found.name} is supplier {found.supplier_id}.")
        note(f"next: schoon list import FILE --supplier '{found.name}'")


@command(supplier, "list", "schoon supplier list", "schoon supplier list --json")
def list_suppliers(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show the suppliers."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.lists.suppliers()
        names = {one.organisation_id: one.name for one in rooms.parties.organisations()}
    if as_json:
        for one in found:
            emit({"supplier": one.supplier_id, "name": one.name, "class": one.supplier_class})
        return
    table(
        ["number", "name", "class", "organisation"],
        [(str(one.supplier_id), one.name, one.supplier_class, names[one.organisation_id]) for one in found],
        numbers=["number"],
    )


def _write_new(path: Path, content: bytes, *, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise KeyFileThereError(f"{path} is there already") from None
    except OSError as problem:
        raise UnreadableFileError(
            f"{path}: {problem.strerror}", next_step="choose a folder you may write to"
        ) from problem
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
