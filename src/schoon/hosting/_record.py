"""A chain as JSON, for its kept record and for machines; and back again, so that an old trace can be shown."""

import msgspec

from schoon.hosting.types import HostingChain

FORM = 1
"""Written into every record; a later form keeps reading this one."""


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    form: int
    chain: HostingChain


def chain_to_json(chain: HostingChain) -> str:
    """The record of a chain; everything that it holds."""
    return msgspec.json.encode(_Record(form=FORM, chain=chain)).decode()


def chain_from_json(text: str) -> HostingChain:
    """The chain of a record.

    Raises:
        ValueError: It is not a record of this form.
    """
    record = msgspec.json.decode(text, type=_Record)
    if record.form != FORM:
        raise ValueError(f"a record of form {record.form}, and this version reads form {FORM}")
    return record.chain
