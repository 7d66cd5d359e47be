"""The pages as one application, to be mounted beside the API."""

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schoon.kinds import Clock
from schoon.rooms import Rooms
from schoon.web._gate import REPORTS, LoginGate
from schoon.web._guard import error_answer, guarded, missing, visit_of_stranger
from schoon.web._headers import HEADERS, SafeHeaders
from schoon.web._render import Renderer, StaticFiles
from schoon.web._routes import ROUTES
from schoon.web._session import Seal
from schoon.web._visit import Site

_THREADS = 8
"""Pages shown at the same time; the rest wait."""


def create_web(
    rooms: Rooms, *, session_key: bytes, secure_cookies: bool = True, clock: Clock | None = None
) -> Starlette:
    """The pages, as an ASGI application to mount at "/" after everything else.

    Args:
        rooms: The services.
        session_key: 32 bytes or more, secret, the same in every process that serves the pages.
        secure_cookies: Whether browsers come by TLS; False only for http on the loopback.
        clock: The present; that of the rooms when not given.

    Raises:
        ValueError: The session key is too short.
    """
    site = Site(
        rooms=rooms,
        clock=clock or rooms.clock,
        seal=Seal(session_key),
        gate=LoginGate(),
        report_gate=LoginGate(REPORTS),
        renderer=Renderer(),
        static=StaticFiles.read(),
        secure_cookies=secure_cookies,
    )

    async def static(request: Request) -> Response:
        found = site.static.answer(request.path_params["version"], request.path_params["name"])
        return found or missing(site, visit_of_stranger(site, request))

    async def tell(request: Request, error: Exception) -> Response:
        answer = error_answer(site, visit_of_stranger(site, request), error)
        answer.headers.update(HEADERS | {"cache-control": "no-store"})  # faults are answered outside the middleware
        return answer

    threads = CapacityLimiter(_THREADS)
    routes = [Route(route.path, guarded(site, route, threads), methods=[route.method]) for route in ROUTES]
    return Starlette(
        routes=[*routes, Route("/static/{version}/{name}", static, methods=["GET"])],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={HTTPException: tell, Exception: tell},
    )
