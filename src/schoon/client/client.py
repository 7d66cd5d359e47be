"""The client that members and the scanner use: questions out, answers back, nothing guessed between."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from types import TracebackType
from typing import Self, TypeAlias, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from schoon.client._answers import BulkReply, CheckReply, read_bulk, read_checks
from schoon.client._hit_wire import HitDetails, HitPage, ReceiptKey, Results, Statement
from schoon.client._transport import LargeBody, Patience, Reply, Transport
from schoon.client._wire import (
    MAX_ACTIONS,
    MAX_BULK,
    MAX_BULK_PDQ,
    MAX_ITEMS,
    ActionsRequest,
    CheckItem,
    CheckRequest,
    HitAction,
    ListState,
    NewSighting,
    SightingsRequest,
)
from schoon.client.errors import ClientSettingsError, RequestRefusedError, UnexpectedAnswerError
from schoon.client.receipts import load_receipt_key
from schoon.kinds import KIND_BYTES, Kind

_T = TypeVar("_T")
_Digests: TypeAlias = bytes | bytearray | memoryview
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class SchoonClient:
    """Asks one check service, over pooled connections; safe to share between threads.

    Every method returns a complete answer or raises: `ServiceUnavailableError` and `ListUnavailableError` (try later),
    `QuotaReachedError`, `TokenRefusedError`, `NotAllowedError`, `RequestRefusedError`, `UnexpectedAnswerError`,
    `UntrustedReceiptError`. None of them means that a file is clean.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        receipt_key: bytes | None = None,
        ca_file: str | None = None,
        patience: Patience | None = None,
        allow_plain_http: bool = False,
    ) -> None:
        """Connects at the first question.

        Args:
            url: "https://check.example.nl"; http:// only to this machine unless `allow_plain_http`.
            token: The member's token.
            receipt_key: The service's receipt key (PEM or 32 raw bytes), got by a way you trust; with it, an answer
                whose receipt does not prove it is refused.
            ca_file: PEM certificates to trust instead of the system's.
            patience: Time-outs, retries and the number of connections.
            allow_plain_http: Send the token unencrypted to another machine.

        Raises:
            ClientSettingsError: URL, token or key cannot work.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
            raise ClientSettingsError(f"{url!r} is not the address of a service")
        if parts.scheme == "http" and parts.hostname not in _HERE and not allow_plain_http:
            raise ClientSettingsError(f"{url!r} would send the token unencrypted to another machine")
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ClientSettingsError("the token is empty or holds characters that no token has")
        self._key = None if receipt_key is None else load_receipt_key(receipt_key)
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "schoon-client/1", "Accept": "application/json"}
        self._transport = Transport(url, headers, patience=patience or Patience(), ca_file=ca_file)

    def __repr__(self) -> str:
        """The address alone: the token must not reach a log through `repr`."""
        return f"SchoonClient({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def check(self, items: Sequence[CheckItem]) -> CheckReply:
        """The answers on 1 to 1,000 items, in their order.

        An answer may have the verdict `unavailable` (the list is missing or too old): hold the file and ask again.
        An answer with an `error` has no verdict: the item was malformed.
        """
        _require_count("items", len(items), MAX_ITEMS)
        body = msgspec.json.encode(CheckRequest(items=tuple(items)))
        reply = self._transport.send("POST", "/v1/checks", body, "application/json")
        return read_checks(_json_of(reply), items=items, request=body, key=self._key)

    def check_bulk(self, kind: Kind | str, digests: bytes | bytearray | memoryview) -> BulkReply:
        """The positions that are listed or under review among up to 1,000,000 digests back to back (pdq: 10,000).

        A list that cannot answer raises `ListUnavailableError`; so every other position is `not_listed`. The digests
        are sent from where they lie: leave them as they are until the answer is there.
        """
        known = Kind(kind)
        body, size = LargeBody(digests), KIND_BYTES[known]
        bytes_sent = len(body.data)
        if bytes_sent % size:
            raise RequestRefusedError(f"{bytes_sent} bytes are not a whole number of {known} digests of {size} bytes")
        count = bytes_sent // size
        _require_count(f"{known} digests", count, MAX_BULK_PDQ if known is Kind.PDQ else MAX_BULK)
        reply = self._transport.send("POST", f"/v1/checks/bulk/{known}", body, "application/octet-stream")
        return read_bulk(_json_of(reply), kind=known, count=count, request_sha256=body.sha256, key=self._key)

    def check_bulk_stream(
        self, kind: Kind | str, batches: Iterable[bytes | bytearray | memoryview], *, at_once: int = 3
    ) -> Iterator[BulkReply]:
        """The answers to any number of bulk checks, in their order; the quickest way to check very many digests.

        While the service works on one batch the next ones are on their way. What `check_bulk` would raise for a batch
        is raised in its place, and ends the stream. What `batches` itself raises is raised after the answers to all
        that it gave before.

        `batches` is asked in the caller's thread, when fewer than `at_once` are under way, and not while the next
        answer is there: so a generator holds `at_once` of them in memory, and may wait for an answer that lies
        `at_once` batches back. An answer that comes while `batches` is being asked waits until it has given its batch.
        Each batch stays as it is until its answer is there.

        Args:
            kind: Of all digests.
            batches: Each as for `check_bulk`; batches of 100,000 digests and more lose no time.
            at_once: How many are under way; the service works on so many of one member at a time.
        """
        with ThreadPoolExecutor(at_once, thread_name_prefix="schoon-bulk") as threads:
            source = _Source(iter(batches))
            asked: deque[Future[BulkReply]] = deque()
            try:
                while True:
                    while source.is_open and len(asked) < at_once and not (asked and asked[0].done()):
                        asked.extend(threads.submit(self.check_bulk, kind, batch) for batch in source.take())
                    if not asked:
                        break
                    yield asked.popleft().result()
            finally:
                for one in asked:
                    one.cancel()
        if source.fault is not None:
            raise source.fault

    def list_state(self) -> ListState:
        """Which list the service answers from, and its age; version 0 when none is loaded."""
        return self._get("/v1/list", ListState)

    def receipt_key(self) -> ReceiptKey:
        """The key the service says it signs with; compare it with one from a way you trust before relying on it."""
        return self._get("/v1/receipt-key", ReceiptKey)

    def hits(
        self, *, state: str | None = None, shelf: str | None = None, after: str | None = None, limit: int = 100
    ) -> HitPage:
        """One page of this member's hits; pass its `next` as `after` for the following page."""
        asked = {"state": state, "shelf": shelf, "after": after, "limit": str(limit)}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return self._get(f"/v1/hits?{query}", HitPage)

    def hit(self, hit_id: str) -> HitDetails:
        """One hit of this member, with its files, actions and disputes."""
        return self._get(f"/v1/hits/{quote(hit_id, safe='')}", HitDetails)

    def statement(self, hit_id: str, *, language: str = "en") -> Statement:
        """The statement of reasons about one hit, for the member's customer."""
        return self._get(f"/v1/hits/{quote(hit_id, safe='')}/statement?{urlencode({'language': language})}", Statement)

    def act(self, actions: Sequence[HitAction]) -> Results:
        """What came of each of 1 to 10,000 actions, in their order."""
        _require_count("actions", len(actions), MAX_ACTIONS)
        body = msgspec.json.encode(ActionsRequest(actions=tuple(actions)))
        return self._results("/v1/hits/actions", body, [action.hit for action in actions])

    def add_sightings(self, sightings: Sequence[NewSighting]) -> Results:
        """What came of each of 1 to 10,000 sightings, in their order; the same one twice is one."""
        _require_count("sightings", len(sightings), MAX_ACTIONS)
        body = msgspec.json.encode(SightingsRequest(sightings=tuple(sightings)))
        return self._results("/v1/hits/sightings", body, [sighting.hit for sighting in sightings])

    def _get(self, path: str, form: type[_T]) -> _T:
        return _decoded(_json_of(self._transport.send("GET", path)), form)

    def _results(self, path: str, body: bytes, asked: list[str]) -> Results:
        told = _decoded(_json_of(self._transport.send("POST", path, body, "application/json")), Results)
        if [result.hit for result in told.results] != asked:
            raise UnexpectedAnswerError(f"{len(told.results)} results came for {len(asked)} hits, or of other hits")
        return told


class _Source:
    """Batches, one after the other; what their iterator raises ends them and is kept."""

    def __init__(self, batches: Iterator[_Digests]) -> None:
        self.is_open = True
        self.fault: Exception | None = None
        self._batches = batches

    def take(self) -> list[_Digests]:
        """The next one, if there is one."""
        some: list[_Digests] = []
        try:
            some.extend(islice(self._batches, 1))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the answers that are due come before it
            self.fault = fault
        self.is_open = bool(some)
        return some


def _require_count(what: str, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise RequestRefusedError(f"one call takes 1 to {most} {what}, not {count}", next_step="split the call")


def _json_of(reply: Reply) -> bytes:
    if reply.content_type != "application/json":
        raise UnexpectedAnswerError(f"the answer is {reply.content_type[:60]!r}, not application/json")
    return reply.body


def _decoded(body: bytes, form: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise UnexpectedAnswerError(f"the answer is not a {form.__name__}: {cause}") from cause
