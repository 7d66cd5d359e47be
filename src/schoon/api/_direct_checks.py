"""The JSON check on the short way of the server: the same steps as its route, without a task of its own."""

import secrets
import time

from schoon.api._answering import Question
from schoon.api._auth import member_of
from schoon.api._bodies import require_media_type, strict_json
from schoon.api._checks import CHECKS_DECODER, CHECKS_MEDIA_TYPE, CHECKS_PATH, names_and_colons, question_in
from schoon.api._direct import Head, Tell
from schoon.api._reply import HttpReply
from schoon.api._service import Service
from schoon.api._together import Outcome
from schoon.api._told import told_problem


class DirectChecks:
    """Answers POST /v1/checks from its head and its whole body."""

    paths = frozenset({CHECKS_PATH.encode()})

    def __init__(self, service: Service) -> None:
        self._service = service

    def answer(self, head: Head, body: bytes, tell: Tell) -> None:
        """Call `tell` with the answer, or with the problem that kept the service from answering."""
        started = time.perf_counter()

        def done(outcome: Outcome | Exception) -> None:
            if isinstance(outcome, Outcome):
                reply = HttpReply(body=outcome.body)
            else:
                reply = told_problem(outcome, route=CHECKS_PATH, request_id=secrets.token_hex(8))
            tell(reply)
            self._service.metrics.count_answer(CHECKS_PATH, reply.status, time.perf_counter() - started)

        try:
            self._service.batcher.ask_soon(self._question(head, body), done)
        except Exception as error:  # noqa: BLE001 - the outermost loop: a fault of ours becomes a 500 that says where it is logged
            done(error)

    def _question(self, head: Head, body: bytes) -> Question:
        service = self._service
        member = member_of(head.get(b"authorization"), service.rooms.members, service.now())
        require_media_type(head.get(b"content-type"), CHECKS_MEDIA_TYPE)
        return question_in(strict_json(body, CHECKS_DECODER, names_and_colons), member, body)
