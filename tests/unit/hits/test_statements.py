"""Statements of reasons: golden texts, and what they never hold.

`make golden` rewrites the texts.
"""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.check import Band, Strength, Verdict
from schoon.hits import (
    Action,
    FileSighting,
    Hit,
    Hold,
    Language,
    StatementHeldError,
    StatementTooEarlyError,
)
from schoon.hits.statements import Provider, statement
from schoon.kinds import Category, EntryId, HitId, Kind, MemberId
from tests.memory.house import T0

GOLDEN = Path(__file__).parents[2] / "golden" / "statements"
PROVIDER = Provider(name="voorbeeld-hosting", complaint_address="klachten@voorbeeld.example")
FILES = [FileSighting(file_ref=f"file-{n}", first_seen_at=T0, last_seen_at=T0, count=1) for n in range(3)]
REMOVED = Hit(
    hit_id=HitId("hexampleexampleexampleexam"),
    member_id=MemberId(1),
    entry_id=EntryId(918273645),
    verdict=Verdict.LISTED,
    kind=Kind.SHA256,
    strength=Strength.STRONG,
    band=None,
    category=Category.BASELINE,
    supplier_class="police",
    list_version=12,
    opened_at=T0,
    last_seen_at=T0,
    action=Action.REMOVED,
    acted_at=T0 + timedelta(hours=2),
    closed_at=T0 + timedelta(hours=2),
)
CASES = {
    "removed-strong": (REMOVED, FILES, PROVIDER),
    "quarantined-perceptual-national": (
        replace(
            REMOVED,
            action=Action.QUARANTINED,
            kind=Kind.PDQ,
            strength=Strength.PERCEPTUAL,
            band=Band.FAR,
            category=Category.NATIONAL,
            supplier_class="hotline",
        ),
        [],
        replace(PROVIDER, complaint_address=""),
    ),
    "review-weak-other": (
        replace(REMOVED, verdict=Verdict.REVIEW, kind=Kind.MD5, strength=Strength.WEAK, category=Category.OTHER),
        FILES * 10,
        PROVIDER,
    ),
    "restored": (
        replace(REMOVED, action=Action.RESTORED, withdrawn_at=T0 + timedelta(hours=1)),
        FILES[:1],
        PROVIDER,
    ),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("case", CASES)
def test_the_text_is_the_golden_one(case, language):
    hit, files, provider = CASES[case]
    text = statement(hit, provider, files, language)
    path = GOLDEN / f"{case}.{language}.md"
    if os.environ.get("SCHOON_GOLDEN") == "1":  # noqa: TID251 - tests read their own switch
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("case", CASES)
def test_a_statement_has_every_element_and_no_secret(case, language):
    hit, files, provider = CASES[case]
    text = statement(hit, provider, files, language)
    assert str(hit.entry_id) not in text
    assert hit.hit_id in text
    assert text.count("\n## ") == 5
    assert "2022/2065" in text
    assert "None" not in text
    assert "{" not in text


def test_only_what_is_illegal_in_itself_is_called_so():
    for category in Category:
        text = statement(replace(REMOVED, category=category), PROVIDER, [], Language.DUTCH)
        assert ("artikel 252" in text) == (category in {Category.BASELINE, Category.NATIONAL})


def test_without_a_measure_there_is_nothing_to_give_reasons_for():
    with pytest.raises(StatementTooEarlyError):
        statement(replace(REMOVED, action=None, acted_at=None), PROVIDER, [], Language.ENGLISH)


def test_a_held_statement_is_refused_without_saying_why():
    held = replace(REMOVED, hold=Hold(by="Team KP", reason="a secret operation", at=T0))
    with pytest.raises(StatementHeldError) as refused:
        statement(held, PROVIDER, [], Language.DUTCH)
    assert "secret operation" not in refused.value.message
    assert "Team KP" not in refused.value.message


@pytest.mark.parametrize("language", Language)
def test_a_customer_is_not_told_of_the_files_of_another(language):
    text = statement(REMOVED, PROVIDER, FILES, language)
    assert len(FILES) > 1
    assert not [file.file_ref for file in FILES if file.file_ref in text]
    assert "`________`" in text
