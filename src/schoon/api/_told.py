"""Telling of a problem: to the caller in its form, to the log without anything that was sent."""

import logging
import traceback

from schoon.api._problems import kind_of, problem_reply
from schoon.api._reply import HttpReply

_log = logging.getLogger(__name__)


def told_problem(error: Exception, *, route: str, request_id: str, as_text: bool = False) -> HttpReply:
    """The answer that tells of `error`, which is logged by its class; a fault of ours with the places it passed."""
    reply = problem_reply(error, request_id=request_id, as_text=as_text)
    fields = {
        "event": "api.problem",
        "request": request_id,
        "route": route,
        "status": reply.status,
        "problem": kind_of(type(error)).slug,
        "error": type(error).__name__,
    }
    if reply.status == 500:
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("request failed", extra=fields | {"trace": where})
    else:
        _log.info("request refused", extra=fields)
    return reply
