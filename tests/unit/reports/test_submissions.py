"""What a report may hold."""

from datetime import datetime

import pytest

from schoon.kinds import ItemId
from schoon.reports import (
    DeskTerms,
    Judged,
    Judgement,
    Reporter,
    ReportSource,
    Submission,
    SubmissionError,
    SubmittedItem,
)
from tests.reports_world import a_digest

ITEM = SubmittedItem(url="https://foto.example.org/")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "  \n"},
        {"items": (ITEM,) * 10_001},
        {"text": "x" * 50_001},
        {"items": (ITEM,), "reference": "x" * 201},
        {"items": (ITEM,), "reference": "a\nb"},
        {"items": (ITEM,), "idempotency_key": "x" * 201, "sender": "s"},
        {"items": (ITEM,), "idempotency_key": "a key of nobody"},
        {"items": (SubmittedItem(url="x", judgement=Judgement.BASELINE),)},
    ],
)
def test_what_makes_no_report_is_refused(given):
    with pytest.raises(SubmissionError):
        Submission(source=ReportSource.API, **given)


def test_a_visitor_of_the_form_brings_no_digests():
    with pytest.raises(SubmissionError, match="digests"):
        Submission(source=ReportSource.FORM, items=(SubmittedItem(url="x", digests=(a_digest("a"),)),))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Submission(source=ReportSource.CSV, items=(ITEM,), received_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_a_name_that_is_no_name_is_refused():
    with pytest.raises(SubmissionError):
        Reporter(name="x" * 201)


def test_nonsense_is_refused_at_birth():
    with pytest.raises(ValueError, match="seconds"):
        Judged(item_id=ItemId("a"), judgement=Judgement.IGNORE, seconds=-1)
    with pytest.raises(ValueError, match="analysts"):
        DeskTerms(agreement=0)
