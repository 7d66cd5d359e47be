"""Judgements, question sets, exposure and the viewer's links on SQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import and_, insert, select, update
from typing_extensions import override

from schoon.kinds import ItemId, Transaction
from schoon.reports import Exposure, Judgement, Means
from schoon.reports.ports import AssessmentBook, StoredAssessment, StoredViewing, StoredVocabulary
from schoon.store._report_rows import AnyRow, assessment_of, assessment_row
from schoon.store._sets import among
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.reports import assessments, exposures, viewings, vocabularies


class SqlAssessments(AssessmentBook):
    """Keeps judgements in tables; that an analyst judges once in a round, and one judgement counts, are indexes."""

    @override
    def add(self, tx: Transaction, assessments: Sequence[StoredAssessment]) -> None:
        if assessments:
            connection_of(tx).execute(insert(_assessments), [assessment_row(one) for one in assessments])

    @override
    def votes(self, tx: Transaction, items: Mapping[ItemId, int]) -> dict[ItemId, list[tuple[str, Judgement]]]:
        connection = connection_of(tx)
        given = among(connection, items, str)
        votes = _assessments.c.item_id.in_(given), _assessments.c.means == Means.ANALYST.value
        columns = (_assessments.c.item_id, _assessments.c.round, _assessments.c.by, _assessments.c.judgement)
        found: dict[ItemId, list[tuple[str, Judgement]]] = defaultdict(list)
        if items:
            for item_id, number, by, judgement in connection.execute(
                select(*columns).where(*votes).order_by(_assessments.c.number)
            ):
                if items[ItemId(item_id)] == number:
                    found[ItemId(item_id)].append((by, Judgement(judgement)))
        return dict(found)

    @override
    def of_item(self, tx: Transaction, item_id: ItemId) -> list[StoredAssessment]:
        query = select(_assessments).where(_assessments.c.item_id == item_id).order_by(_assessments.c.number)
        return [assessment_of(row) for row in connection_of(tx).execute(query)]

    @override
    def expose(self, tx: Transaction, seen: Exposure) -> Exposure:
        connection = connection_of(tx)
        statement = insert_for(connection, exposures).values(
            analyst=seen.analyst, day=seen.day, items=seen.items, seconds=seen.seconds
        )
        more = {name: exposures.c[name] + statement.excluded[name] for name in ("items", "seconds")}
        added = statement.on_conflict_do_update(index_elements=["analyst", "day"], set_=more).returning(exposures)
        return _exposure(connection.execute(added).one())

    @override
    def exposures(self, tx: Transaction, *, since: date, analyst: str | None = None) -> list[Exposure]:
        query = select(exposures).where(exposures.c.day >= since).order_by(exposures.c.day.desc(), exposures.c.analyst)
        if analyst is not None:
            query = query.where(exposures.c.analyst == analyst)
        return [_exposure(row) for row in connection_of(tx).execute(query)]

    @override
    def add_vocabulary(self, tx: Transaction, vocabulary: StoredVocabulary) -> bool:
        if self.vocabulary(tx, vocabulary.version) is not None:
            return False
        connection = connection_of(tx)
        values = {
            "version": vocabulary.version,
            "document": vocabulary.document,
            "imported_by": vocabulary.imported_by,
            "imported_at": vocabulary.imported_at,
        }
        statement = insert_for(connection, vocabularies).on_conflict_do_nothing(index_elements=["version"])
        added = statement.values(values).returning(vocabularies.c.version)
        return connection.execute(added).one_or_none() is not None

    @override
    def vocabulary(self, tx: Transaction, version: str | None = None) -> StoredVocabulary | None:
        query = select(vocabularies).order_by(vocabularies.c.number.desc()).limit(1)
        if version is not None:
            query = query.where(vocabularies.c.version == version)
        row = connection_of(tx).execute(query).one_or_none()
        if row is None:
            return None
        return StoredVocabulary(
            version=row.version, document=row.document, imported_by=row.imported_by, imported_at=row.imported_at
        )

    @override
    def add_viewing(self, tx: Transaction, viewing: StoredViewing) -> None:
        values = {
            "tag": viewing.tag,
            "item_id": viewing.item_id,
            "analyst": viewing.analyst,
            "ends_at": viewing.ends_at,
        }
        connection_of(tx).execute(insert(viewings).values(values))

    @override
    def show(self, tx: Transaction, tag: str, *, now: datetime) -> StoredViewing | None:
        unseen = and_(viewings.c.tag == tag, viewings.c.shown_at.is_(None), viewings.c.ends_at > now)
        return _viewing(
            connection_of(tx).execute(update(viewings).where(unseen).values(shown_at=now).returning(viewings)).first()
        )

    @override
    def close(self, tx: Transaction, tag: str, *, now: datetime) -> StoredViewing | None:
        shown = and_(viewings.c.tag == tag, viewings.c.shown_at.is_not(None), viewings.c.closed_at.is_(None))
        return _viewing(
            connection_of(tx).execute(update(viewings).where(shown).values(closed_at=now).returning(viewings)).first()
        )


_assessments = assessments  # an argument has the table's name


def _exposure(row: AnyRow) -> Exposure:
    seen = row._mapping
    return Exposure(analyst=seen["analyst"], day=seen["day"], items=seen["items"], seconds=seen["seconds"])


def _viewing(row: AnyRow | None) -> StoredViewing | None:
    if row is None:
        return None
    return StoredViewing(tag=row.tag, item_id=ItemId(row.item_id), analyst=row.analyst, ends_at=row.ends_at)
