"""Question sets are read strictly, and answers are held against them."""

import json
from typing import Any

import pytest

from schoon.kinds import ItemId
from schoon.reports import AnswerError, Judged, Judgement, VocabularyError
from schoon.reports._vocabulary import PLAIN_VOCABULARY, parse_vocabulary, require_answers

ONE: dict[str, Any] = {
    "id": "one",
    "label": {"nl": "Welke?", "en": "Which?"},
    "type": "one",
    "judgements": ["baseline", "national"],
    "options": [{"id": "a", "label": {"en": "A"}}, {"id": "b", "label": {"en": "B"}}],
    "required": True,
}
MANY = ONE | {"id": "many", "type": "many", "required": False}
TEXT = {"id": "text", "label": {"en": "Why?"}, "type": "text", "judgements": ["not_illegal"]}


def document(*questions, **more):
    return json.dumps({"version": "v1", "source": "a test", "questions": list(questions)} | more)


def test_the_one_that_is_shipped_asks_nothing():
    assert parse_vocabulary(PLAIN_VOCABULARY).questions == ()


def test_questions_come_in_their_order_with_their_labels():
    found = parse_vocabulary(document(ONE, TEXT)).questions
    assert [one.question_id for one in found] == ["one", "text"]
    assert found[0].label == {"nl": "Welke?", "en": "Which?"}
    assert [name for name, _ in found[0].options] == ["a", "b"]
    assert found[0].judgements == {Judgement.BASELINE, Judgement.NATIONAL}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "{}",
        document(version=" "),
        document(version="a" * 101),
        document(version=1),
        document(more="x"),
        document(ONE, ONE),
        document(ONE | {"options": []}),
        document(ONE | {"options": ONE["options"] * 2}),
        document(ONE | {"judgements": []}),
        document(ONE | {"judgements": ["worst"]}),
        document(ONE | {"type": "maybe"}),
        document(ONE | {"label": {}}),
        document(ONE | {"id": ""}),
        document(TEXT | {"options": ONE["options"]}),
        "[" * 100_000,
        " " * 1_000_001,
    ],
)
def test_what_cannot_be_used_is_refused(text):
    with pytest.raises(VocabularyError):
        parse_vocabulary(text)


def answered(judgement=Judgement.BASELINE, **answers):
    return Judged(item_id=ItemId("i"), judgement=judgement, answers=answers)


@pytest.mark.parametrize(
    "judged",
    [
        answered(one="a"),
        answered(one="b", many=("a", "b")),
        answered(one="a", many=()),
        answered(Judgement.NOT_ILLEGAL),
        answered(Judgement.NOT_ILLEGAL, text="a drawing"),
        answered(Judgement.IGNORE),
    ],
)
def test_answers_that_fit_pass(judged):
    require_answers(parse_vocabulary(document(ONE, MANY, TEXT)), judged)


@pytest.mark.parametrize(
    "judged",
    [
        answered(),
        answered(one=""),
        answered(one="c"),
        answered(one=("a",)),
        answered(one="a", many="a"),
        answered(one="a", many=("a", "a")),
        answered(one="a", many=("a", "c")),
        answered(one="a", text="not asked here"),
        answered(one="a", other="x"),
        answered(Judgement.NOT_ILLEGAL, text=("a",)),
        answered(Judgement.NOT_ILLEGAL, text="x" * 5_001),
    ],
)
def test_answers_that_do_not_fit_are_refused(judged):
    with pytest.raises(AnswerError):
        require_answers(parse_vocabulary(document(ONE, MANY, TEXT)), judged)
