"""The routes about hits: look, act, add sightings, fetch the statement for the customer."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec

from schoon.api._bodies import MAX_JSON_BYTES, header_of, read_body, read_json, require_media_type
from schoon.api._hit_forms import details_form, hit_form, result_form
from schoon.api._reply import HttpReply
from schoon.api._service import Call
from schoon.api.errors import BodyTooLargeError, RefusedFieldError
from schoon.client import MAX_ACTIONS, ActionsRequest, HitPage, Results, SightingsRequest, Statement
from schoon.hits import Action, ActionResult, HitAction, HitState, Language, Shelf, Wanted
from schoon.kinds import HitId

_ACTIONS = msgspec.json.Decoder(ActionsRequest)
_SIGHTINGS = msgspec.json.Decoder(SightingsRequest)
_MAX_HITS_BYTES = 4 * MAX_JSON_BYTES
_MAX_PAGE = 1_000
_T = TypeVar("_T")


async def answer_hits(call: Call) -> HttpReply:
    """GET /v1/hits."""
    asked = _query(call, {"state", "shelf", "after", "limit"})
    limit = _limit(asked.get("limit", "100"))
    wanted = Wanted(
        now=call.now,
        state=_one_of(HitState, "state", asked["state"]) if "state" in asked else None,
        shelf=_one_of(Shelf, "shelf", asked.get("shelf", "all")),
        after=HitId(asked["after"]) if "after" in asked else None,
        limit=limit,
    )
    hits = await asyncio.to_thread(call.service.rooms.hits.list_hits, call.asker.member_id, wanted)
    following = hits[-1].hit_id if len(hits) == limit else None
    page = HitPage(hits=tuple(hit_form(hit, call.now) for hit in hits), next=following)
    return HttpReply(body=msgspec.json.encode(page))


async def answer_hit(call: Call) -> HttpReply:
    """GET /v1/hits/{id}."""
    details = await asyncio.to_thread(call.service.rooms.hits.hit, _hit_id(call), member_id=call.asker.member_id)
    return HttpReply(body=msgspec.json.encode(details_form(details, call.now)))


async def answer_statement(call: Call) -> HttpReply:
    """GET /v1/hits/{id}/statement."""
    asked = _query(call, {"language"})
    language = _one_of(Language, "language", asked.get("language", "en"))
    hit_id = _hit_id(call)
    text = await asyncio.to_thread(call.service.rooms.hits.statement, hit_id, language, member_id=call.asker.member_id)
    return HttpReply(body=msgspec.json.encode(Statement(hit=hit_id, language=language.value, text=text)))


async def answer_actions(call: Call) -> HttpReply:
    """POST /v1/hits/actions."""
    form = await _form(call, _ACTIONS, lambda told: 1 + sum(2 + bool(one.note) for one in told.actions))
    actions = [HitAction(hit_id=HitId(one.hit), action=Action(one.action.value), note=one.note) for one in form.actions]
    _require_count("actions", actions)
    actor = f"member:{call.asker.member_id}"
    results = await asyncio.to_thread(
        call.service.rooms.hits.act, call.asker.member_id, actions, actor=actor, now=call.now
    )
    return _told(results)


async def answer_sightings(call: Call) -> HttpReply:
    """POST /v1/hits/sightings."""
    form = await _form(call, _SIGHTINGS, lambda told: 1 + 2 * len(told.sightings))
    sightings = [(HitId(one.hit), one.ref) for one in form.sightings]
    _require_count("sightings", sightings)
    for number, (_, ref) in enumerate(sightings):
        if ref.endswith("\n"):  # which "$" at the end of a pattern lets pass
            raise RefusedFieldError(f"the `ref` of sighting {number} ends with a line break")
    results = await asyncio.to_thread(
        call.service.rooms.hits.add_sightings, call.asker.member_id, sightings, now=call.now
    )
    return _told(results)


async def _form(call: Call, decoder: "msgspec.json.Decoder[_T]", names_and_colons: Callable[[_T], int]) -> _T:
    require_media_type(header_of(call.scope, b"content-type"), "application/json")
    options = call.service.options
    body = await read_body(call.scope, call.receive, limit=_MAX_HITS_BYTES, seconds=options.json_seconds)
    return await read_json(body, decoder, names_and_colons)


def _told(results: Sequence[ActionResult]) -> HttpReply:
    return HttpReply(body=msgspec.json.encode(Results(results=tuple(result_form(result) for result in results))))


def _require_count(what: str, given: Sequence[object]) -> None:
    if not given:
        raise RefusedFieldError(f"`{what}` is empty: there is nothing to do")
    if len(given) > MAX_ACTIONS:
        raise BodyTooLargeError(f"`{what}` holds {len(given)}; one call takes {MAX_ACTIONS}")


def _hit_id(call: Call) -> HitId:
    return HitId(str(call.scope["path_params"]["id"]))


def _query(call: Call, known: set[str]) -> dict[str, str]:
    """The query parameters, each known and given once.

    Raises:
        RefusedFieldError: One is unknown or given twice, or the query is not UTF-8.
    """
    try:
        pairs = parse_qsl(
            call.scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10
        )
    except ValueError:
        raise RefusedFieldError("the query cannot be read as `name=value` in UTF-8") from None
    asked = dict(pairs)
    unknown = sorted(set(asked) - known)
    if unknown:
        raise RefusedFieldError(f"the query parameter `{unknown[0][:40]}` is not known here")
    if len(asked) != len(pairs):
        raise RefusedFieldError("one of `name=value` is given twice in the query")
    for name, value in asked.items():
        if not value or "\x00" in value:
            raise RefusedFieldError(f"the query parameter `{name}` is empty or holds NUL")
    return asked


_E = TypeVar("_E", HitState, Language, Shelf)


def _one_of(choices: type[_E], name: str, value: str) -> _E:
    try:
        return choices(value)
    except ValueError:
        known = ", ".join(choice.value for choice in choices)
        raise RefusedFieldError(f"`{name}` is {value[:40]!r}; it is one of {known}") from None


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= _MAX_PAGE:
        raise RefusedFieldError(f"`limit` is {text[:40]!r}; it lies between 1 and {_MAX_PAGE}")
    return int(text)
