"""The HTTP door to the hash check: parse, ask a room, tell its answer; `docs/members/http-api.md` describes it."""

from schoon.api._service import ApiOptions
from schoon.api.app import Api, create_app, openapi_json
from schoon.api.server import ServeOptions, ServeOptionsError, ServerNotStartedError, serve, serving_here

__all__ = [
    "Api",
    "ApiOptions",
    "ServeOptions",
    "ServeOptionsError",
    "ServerNotStartedError",
    "create_app",
    "openapi_json",
    "serve",
    "serving_here",
]
