"""Question sets: JSON documents that a hotline imports, and answers held against them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from schoon.journal import Event
from schoon.kinds import Transaction, require_utc
from schoon.reports._assessment_types import Judged, Judgement, Question, QuestionType, Vocabulary
from schoon.reports._parts import ReportParts
from schoon.reports.errors import AnswerError, VocabularyError, VocabularyTakenError
from schoon.reports.ports import StoredVocabulary

MAX_DOCUMENT = 1_000_000
MAX_ANSWER = 5_000

PLAIN_VOCABULARY = """{
  "version": "plain-1",
  "source": "Schoon: the judgements alone, without questions",
  "questions": []
}
"""
"""In force until a hotline imports its own: no label in it is ours."""


class _Option(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    label: dict[str, str]


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    label: dict[str, str]
    type: QuestionType
    judgements: list[Judgement]
    options: list[_Option] = []
    required: bool = False


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    source: str
    questions: list[_Question]


def parse_vocabulary(document: str) -> Vocabulary:
    """The question set in a JSON document.

    Raises:
        VocabularyError: It is none; the message says where.
    """
    if len(document) > MAX_DOCUMENT:
        raise VocabularyError(f"{len(document):,} characters, and a question set has at most {MAX_DOCUMENT:,}")
    try:
        read = msgspec.json.decode(document, type=_Document)
    except (msgspec.DecodeError, RecursionError) as cause:
        raise VocabularyError(f"{cause}") from cause
    if not read.version.strip() or not read.version.isprintable() or len(read.version) > 100:
        raise VocabularyError("`version` is 1 to 100 printable characters")
    names = [one.id for one in read.questions]
    if len(set(names)) != len(names):
        raise VocabularyError("two questions have the same `id`")
    return Vocabulary(
        version=read.version, source=read.source, questions=tuple(_question(one) for one in read.questions)
    )


def _question(read: _Question) -> Question:
    options = [one.id for one in read.options]
    if not read.id.strip() or not read.judgements or not read.label:
        raise VocabularyError(f"question {read.id[:100]!r} needs an `id`, a `label` and `judgements`")
    if (read.type is QuestionType.TEXT) != (not options):
        raise VocabularyError(f"question {read.id[:100]!r}: one or many have `options`, a text has none")
    if len(set(options)) != len(options) or not all(options):
        raise VocabularyError(f"question {read.id[:100]!r}: each option has an `id` of its own")
    return Question(
        question_id=read.id,
        label=read.label,
        kind=read.type,
        judgements=frozenset(read.judgements),
        options=tuple((one.id, one.label) for one in read.options),
        required=read.required,
    )


def require_answers(vocabulary: Vocabulary, judged: Judged) -> None:
    """Pass, unless the answers do not fit.

    Raises:
        AnswerError: A question is not of the set or not asked with this judgement, its answer is not one of its
            options, or a required one is missing.
    """
    asked = {one.question_id: one for one in vocabulary.questions if judged.judgement in one.judgements}
    for name, answer in judged.answers.items():
        if name not in asked:
            raise AnswerError(f"{name[:100]!r} is no question of {vocabulary.version} for {judged.judgement}")
        if not _fits(asked[name], answer):
            raise AnswerError(f"the answer to {name[:100]!r} is not one of its options")
    missing = sorted(name for name, one in asked.items() if one.required and not judged.answers.get(name))
    if missing:
        raise AnswerError(f"{missing[0][:100]!r} has no answer")


def _fits(question: Question, answer: str | tuple[str, ...]) -> bool:
    options = {name for name, _ in question.options}
    if question.kind is QuestionType.MANY:
        return isinstance(answer, tuple) and set(answer) <= options and len(set(answer)) == len(answer)
    if not isinstance(answer, str):
        return False
    return answer in options if question.kind is QuestionType.ONE else len(answer) <= MAX_ANSWER


def in_force(parts: ReportParts, tx: Transaction) -> Vocabulary:
    """The question set that judgements are given under now."""
    stored = parts.assessment_book.vocabulary(tx)
    return parse_vocabulary(PLAIN_VOCABULARY if stored is None else stored.document)


def document_in_force(parts: ReportParts) -> str:
    """See `ReportService.vocabulary_document`."""
    with parts.transactions.read() as tx:
        stored = parts.assessment_book.vocabulary(tx)
    return PLAIN_VOCABULARY if stored is None else stored.document


def import_vocabulary(parts: ReportParts, document: str, *, by: str, now: datetime) -> Vocabulary:
    """See `ReportService.import_vocabulary`."""
    vocabulary = parse_vocabulary(document)
    stored = StoredVocabulary(
        version=vocabulary.version, document=document, imported_by=by, imported_at=require_utc(now)
    )
    with parts.transactions.write() as tx:
        if not parts.assessment_book.add_vocabulary(tx, stored):
            there = parts.assessment_book.vocabulary(tx, vocabulary.version)
            if there is None or there.document != document:
                raise VocabularyTakenError(f"there is a version {vocabulary.version!r} already")
            return vocabulary
        detail: Mapping[str, str | int] = {"questions": len(vocabulary.questions)}
        subject = f"vocabulary:{vocabulary.version}"
        parts.journal.append(
            tx, Event(action="report:vocabulary:import", actor=by, subject=subject, at=now, detail=detail)
        )
    return vocabulary
