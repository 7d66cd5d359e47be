"""The one way in: finds the route, asks who it is, lets it answer, tells problems, counts and logs."""

import asyncio
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from schoon.api._auth import authorization_of, member_of, partner_of, require_operator
from schoon.api._reply import HttpReply, send_reply
from schoon.api._routes import Access, Operation
from schoon.api._service import Call, Service
from schoon.api._told import told_problem
from schoon.api.errors import MethodNotAllowedError, NoSuchRouteError

_CLIENT_GONE = 499
_UNROUTED = "(none)"
_OWN = ("/v1", "/health", "/metrics", "/openapi.json")
"""What lies under these is the api's alone: programs ask for it, and a page would not help them."""


class Door:
    """An ASGI application over a table of operations."""

    def __init__(self, service: Service, operations: Iterable[Operation]) -> None:
        """Paths without parameters are found by one look in a dictionary."""
        self._service = service
        self._mounts = tuple((prefix.rstrip("/"), app) for prefix, app in service.options.mounts)
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        self._exact = {path: methods for path, methods in by_path.items() if "{" not in path}
        self._patterns = [(Route(path, _no_endpoint), methods) for path, methods in by_path.items() if "{" in path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; a websocket is closed."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        methods = self._exact.get(scope["path"])
        if methods is None:
            methods = self._matched(scope)
        mounted = self._mounted(scope) if methods is None else None
        if mounted is not None:
            await mounted(scope, receive, send)
            return
        started = time.perf_counter()
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        found = _Found(operation=methods.get(method) if methods else None, methods=methods)
        reply = await self._answer(found, scope, receive, secrets.token_hex(8))
        status = _CLIENT_GONE if reply is None else reply.status
        if reply is not None:
            await send_reply(reply, send, over_tls=scope["scheme"] == "https")
        self._service.metrics.count_answer(found.route, status, time.perf_counter() - started)

    def _matched(self, scope: Scope) -> dict[str, Operation] | None:
        for route, methods in self._patterns:
            match, child = route.matches(scope)
            if match is not Match.NONE:
                scope["path_params"] = child["path_params"]
                return methods
        return None

    def _mounted(self, scope: Scope) -> ASGIApp | None:
        path = scope["path"]
        if any(path == own or path.startswith(own + "/") for own in _OWN):
            return None
        for prefix, app in self._mounts:
            if path == prefix or path.startswith(prefix + "/"):
                if prefix:
                    scope["root_path"] = scope.get("root_path", "") + prefix
                return app
        return None

    async def _answer(self, found: "_Found", scope: Scope, receive: Receive, request_id: str) -> HttpReply | None:
        """The route's answer, or the problem that kept it from answering; None when nobody waits for it any more."""
        try:
            return await self._ask(found, scope, receive, request_id)
        except ClientDisconnect:
            return None
        except Exception as error:  # noqa: BLE001 - the outermost loop: a fault of ours becomes a 500 that says where it is logged
            return told_problem(error, route=found.route, request_id=request_id, as_text=found.speaks_text)

    async def _ask(self, found: "_Found", scope: Scope, receive: Receive, request_id: str) -> HttpReply:
        operation, service = found.operation, self._service
        if operation is None:
            found.refuse()
        now, member, person = service.now(), None, None
        if operation.access is Access.MEMBER:
            member = member_of(authorization_of(scope), service.rooms.members, now)
        elif operation.access is Access.PARTNER:
            person = await asyncio.to_thread(partner_of, authorization_of(scope), service.rooms.people)
        elif operation.access is Access.OPERATOR:
            require_operator(scope, service.options.metrics_token)
        return await operation.answer(
            Call(
                service=service,
                scope=scope,
                receive=receive,
                request_id=request_id,
                member=member,
                person=person,
                now=now,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the table says about a request: its operation, or which methods there are instead."""

    operation: Operation | None
    methods: Mapping[str, Operation] | None

    @property
    def route(self) -> str:
        """The template of the path, for figures and logs."""
        return self.operation.path if self.operation else _UNROUTED

    @property
    def speaks_text(self) -> bool:
        """Whether problems are told as text."""
        return self.operation is not None and self.operation.speaks_text

    def refuse(self) -> NoReturn:
        """Say what is missing: the path, or the method."""
        if self.methods is None:
            raise NoSuchRouteError
        allowed = sorted(set(self.methods) | ({"HEAD"} if "GET" in self.methods else set()))
        raise MethodNotAllowedError(f"this path takes {', '.join(allowed)}", allowed=tuple(allowed))


def _no_endpoint() -> None:
    """Stands in routes that are only asked whether they match."""
