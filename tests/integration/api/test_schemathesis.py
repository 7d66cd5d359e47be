"""Requests made from the OpenAPI document, right and wrong ones: never a 5xx, always an answer the document names."""

import json
import logging
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schoon.api import openapi_json
from tests.integration.api.conftest import Served

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LEAST_ANSWERED = 0.30


def ask_everything(served: Served, *, right: int, wrong: int) -> tuple[Counter[int], list[str]]:
    """Statuses that came back, and 422 answers to JSON that name no place in it."""
    schema = schemathesis.openapi.from_dict(json.loads(openapi_json()))
    statuses: Counter[int] = Counter()
    nameless: list[str] = []

    def ask(case: Any) -> None:
        of_people = any("person" in one for one in case.operation.definition.raw.get("security", ()))
        headers = {"Authorization": f"Bearer {served.desk_token if of_people else served.token}"}
        response = case.call(base_url=served.url, headers=headers)
        statuses[response.status_code] += 1
        assert b"Traceback" not in response.content
        case.validate_response(response, checks=CHECKS)
        if response.status_code == 422 and "json" in response.headers["content-type"][0]:
            detail = response.json()["detail"]
            if "`" not in detail and "bytes" not in detail:
                nameless.append(detail)

    for found in schema.get_all_operations():
        assert isinstance(found, Ok), "the document is valid"
        operation = found.ok()
        for mode, count in ((GenerationMode.POSITIVE, right), (GenerationMode.NEGATIVE, wrong)):
            run(operation, mode, count, ask)
    return statuses, nameless


def run(operation: Any, mode: GenerationMode, count: int, ask: Any) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        ask(case)

    try:
        each()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # a route that takes nothing cannot be asked wrongly


def judge(statuses: Counter[int], nameless: list[str], caplog: pytest.LogCaptureFixture) -> None:
    total = sum(statuses.values())
    answered = sum(count for status, count in statuses.items() if 200 <= status < 300)
    print(f"{total} requests, {answered / total:.0%} answered 2xx: {dict(sorted(statuses.items()))}")
    assert answered >= LEAST_ANSWERED * total
    assert not any(status >= 500 for status in statuses)
    assert nameless == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_requests_from_the_document_are_answered_as_it_says(served: Served, caplog: pytest.LogCaptureFixture):
    statuses, nameless = ask_everything(served, right=8, wrong=4)
    judge(statuses, nameless, caplog)


@pytest.mark.slow
def test_two_thousand_requests_from_the_document(served: Served, caplog: pytest.LogCaptureFixture):
    statuses, nameless = ask_everything(served, right=150, wrong=120)
    judge(statuses, nameless, caplog)
    assert sum(statuses.values()) >= 2000
