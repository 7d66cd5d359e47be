"""Attestations: an organisation's Ed25519 signature over the root of a batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schoon.journal import Event
from schoon.kinds import BatchId, OrganisationId, Transaction
from schoon.lists._context import ListContext
from schoon.lists._roots import verified_root
from schoon.lists.errors import AttestedBeforeError, BatchStateError, ForeignKeyError, InvalidSignatureError
from schoon.lists.rules import attestation_text
from schoon.lists.types import Attestation, Batch, BatchState
from schoon.parties import KeyId, OrganisationKey

_ATTESTABLE = {BatchState.PROPOSED, BatchState.ATTESTED, BatchState.ACTIVE}


def text_to_attest(context: ListContext, batch_id: BatchId) -> bytes:
    """The text that an organisation signs, over a root recomputed from the sealed entries.

    Raises:
        BatchStateError: The batch is still being imported, or was withdrawn.
        TamperedError: The entries are not what was imported.
    """
    with context.ports.transactions.read() as tx:
        batch = context.ports.batches.batch(tx, batch_id)
        _need_attestable(batch)
        return attestation_text(context.publication.list_name, batch, verified_root(context, tx, batch))


def attest(
    context: ListContext,
    batch_id: BatchId,
    organisation_id: OrganisationId,
    proof: Ed25519PrivateKey | bytes,
    *,
    by: str,
    now: datetime,
) -> Batch:
    """The batch with the attestation on it.

    Args:
        context: The list.
        batch_id: The batch.
        organisation_id: Who attests.
        proof: The organisation's private key, or its signature over `text_to_attest`.
        by: Who does it.
        now: When.

    Raises:
        AttestedBeforeError: The organisation's attestation is there and its key is good.
        ForeignKeyError: The private key is not a registered, good key of the organisation.
        InvalidSignatureError: No good key of the organisation made the signature over this batch.
        BatchStateError: The batch is still being imported, or was withdrawn.
        TamperedError: The entries are not what was imported.
    """
    books = context.ports
    with books.transactions.read() as tx:
        books.parties.organisation(tx, organisation_id)
        keys = [key for key in books.parties.keys(tx, organisation_id) if key.is_good]
        _need_news(books.batches.attestations(tx, batch_id), keys, batch_id)
    text = text_to_attest(context, batch_id)
    key, signature = _signed(text, proof, keys)
    attestation = Attestation(
        batch_id=batch_id, organisation_id=organisation_id, key_id=key.key_id, signature=signature, attested_at=now
    )
    with books.transactions.write() as tx:
        _need_attestable(books.batches.batch(tx, batch_id))
        batch = books.batches.attest(tx, attestation)
        detail = {"organisation": organisation_id, "key": key.key_id, "entries": batch.entry_count}
        event = Event(action="list:batch:attest", actor=by, subject=f"batch:{batch_id}", at=now, detail=detail)
        books.journal.append(tx, event)
    return batch


def good_keys(context: ListContext, tx: Transaction) -> dict[KeyId, OrganisationKey]:
    """The keys that were not revoked."""
    return {key.key_id: key for key in context.ports.parties.keys(tx) if key.is_good}


def good_attestors(
    context: ListContext, tx: Transaction, batch: Batch, keys: Mapping[KeyId, OrganisationKey]
) -> frozenset[OrganisationId]:
    """The organisations with a signature over this batch that verifies under one of the keys.

    The root is the recorded one; whoever publishes compares it with the entries.
    """
    if batch.root is None or batch.first_attestor is None:
        return frozenset()
    text = attestation_text(context.publication.list_name, batch, batch.root)
    good = set()
    for attestation in context.ports.batches.attestations(tx, batch.batch_id):
        key = keys.get(attestation.key_id)
        if key and key.organisation_id == attestation.organisation_id and _verifies(key, attestation.signature, text):
            good.add(attestation.organisation_id)
    return frozenset(good)


def _need_attestable(batch: Batch) -> None:
    if batch.state not in _ATTESTABLE:
        raise BatchStateError(f"batch {batch.batch_id} is {batch.state}: it cannot be attested")


def _need_news(attestations: Sequence[Attestation], keys: Sequence[OrganisationKey], batch_id: BatchId) -> None:
    good = {key.key_id for key in keys}
    for attestation in attestations:
        if attestation.key_id in good:
            raise AttestedBeforeError(f"organisation {attestation.organisation_id} attested batch {batch_id} before")


def _signed(
    text: bytes, proof: Ed25519PrivateKey | bytes, keys: Sequence[OrganisationKey]
) -> tuple[OrganisationKey, bytes]:
    if isinstance(proof, bytes):
        for key in keys:
            if _verifies(key, proof, text):
                return key, proof
        raise InvalidSignatureError("no registered, good key of the organisation made this signature over this batch")
    public = proof.public_key().public_bytes_raw()
    for key in keys:
        if key.public_key == public:
            return key, proof.sign(text)
    raise ForeignKeyError("the private key does not belong to a registered, good key of the organisation")


def _verifies(key: OrganisationKey, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text)
    except InvalidSignature:
        return False
    return True
