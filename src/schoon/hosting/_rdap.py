"""Reads RDAP answers (RFC 9083) and the jCards in them (RFC 7095), as registries really write them.

Every answer is read by itself: nothing of one is ever carried over to the next.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 4
_MAX_ENTITIES = 200
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A party that an answer names.

    Attributes:
        roles: As registered (RFC 9083, section 10.2.4).
        name: The organisation, else the person or role.
        emails: All of them, as they stand there.
        country: Of its own postal address, two letters; empty when it has none.
        under: The roles of the entity within which it stands; empty at the top.
    """

    roles: frozenset[str]
    name: str
    emails: tuple[str, ...]
    country: str
    under: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a registry says about a range of addresses, or a domain.

    Attributes:
        first, last: Of a range; empty for a domain.
        country: Of the range, as registered.
    """

    name: str
    first: str
    last: str
    country: str
    entities: tuple[Entity, ...]

    def with_role(self, role: str, *, under: str = "") -> Iterator[Entity]:
        """The parties of a role, in the answer's order; those within a party of another role, when that is named."""
        for entity in self.entities:
            if role in entity.roles and (not under or under in entity.under):
                yield entity


class MalformedAnswerError(ValueError):
    """The answer is not RDAP."""


def read_registration(text: str, object_class: str) -> Registration:
    """What an answer says.

    Args:
        text: JSON.
        object_class: "ip network" or "domain".

    Raises:
        MalformedAnswerError: It is not JSON, or not an answer of that class.
    """
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise MalformedAnswerError("it is not JSON") from cause
    if not isinstance(answer, dict) or answer.get("objectClassName") != object_class:
        raise MalformedAnswerError(f"it is not about a {object_class}")
    return Registration(
        name=_text(answer.get("name")) or _text(answer.get("ldhName")),
        first=_text(answer.get("startAddress")),
        last=_text(answer.get("endAddress")),
        country=_country(answer.get("country")),
        entities=tuple(_entities(answer, frozenset(), 0))[:_MAX_ENTITIES],
    )


def _entities(holder: dict[str, Any], under: frozenset[str], depth: int) -> Iterator[Entity]:
    listed = holder.get("entities")
    if not isinstance(listed, list) or depth > MAX_DEPTH:
        return
    for one in listed[:_MAX_ENTITIES]:
        if not isinstance(one, dict):
            continue
        roles = frozenset(_text(role).lower() for role in _list(one.get("roles")))
        card = _properties(one.get("vcardArray"))
        yield Entity(
            roles=roles,
            name=_first(card, "org") or _first(card, "fn"),
            emails=tuple(_text(value) for _, value in card.get("email", ()) if _text(value)),
            country=_card_country(card),
            under=under,
        )
        yield from _entities(one, roles, depth + 1)


def _properties(card: object) -> dict[str, list[tuple[dict[str, Any], object]]]:
    """A jCard's properties by name: parameters and first value of each."""
    found: dict[str, list[tuple[dict[str, Any], object]]] = {}
    if not (isinstance(card, list) and len(card) == 2 and isinstance(card[1], list)):
        return found
    for one in card[1]:
        if isinstance(one, list) and len(one) >= 4 and isinstance(one[0], str):
            parameters = one[1] if isinstance(one[1], dict) else {}
            found.setdefault(one[0].lower(), []).append((parameters, one[3]))
    return found


def _first(card: dict[str, list[tuple[dict[str, Any], object]]], name: str) -> str:
    for _, value in card.get(name, ()):
        text = _text(value[0] if isinstance(value, list) and value else value)
        if text:
            return text
    return ""


def _card_country(card: dict[str, list[tuple[dict[str, Any], object]]]) -> str:
    """The country of a postal address: the parameter `cc` (RFC 8605), else the seventh part when it is a code."""
    for parameters, value in card.get("adr", ()):
        parts = _list(value)
        code = _country(parameters.get("cc")) or _country(parts[6] if len(parts) == 7 else "")
        if code:
            return code
    return ""


def _country(value: object) -> str:
    code = _text(value).upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _text(value: object) -> str:
    """Printable text of bounded length, or nothing."""
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value[:_MAX_TEXT] if character.isprintable()).strip()
