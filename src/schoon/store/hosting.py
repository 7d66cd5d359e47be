"""Domain rules, registries' answers and kept traces on SQL."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, or_, select, text, update
from typing_extensions import override

from schoon.hosting import (
    CachedAnswer,
    DirectAssessment,
    DomainRule,
    DomainRuleId,
    HostingChain,
    KeptRule,
    RuleKind,
    Source,
    chain_from_json,
    chain_to_json,
)
from schoon.hosting.ports import AnswerCache, DomainRuleBook, TraceBook
from schoon.kinds import Transaction
from schoon.store._sets import among
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.hosting import answers, rules, traces

_QUESTION = ["source", "asked"]


class SqlDomainRules(DomainRuleBook):
    """Keeps domain rules in a table."""

    @override
    def take_turn(self, tx: Transaction) -> None:
        connection = connection_of(tx)
        if connection.dialect.name == "postgresql":  # SQLite has one writer
            connection.execute(text("LOCK TABLE hosting_rules IN SHARE ROW EXCLUSIVE MODE"))

    @override
    def add(self, tx: Transaction, rule: DomainRule, *, by: str, at: datetime) -> KeptRule:
        values = {
            "domain": rule.domain,
            "kind": rule.kind.value,
            "valid_from": rule.valid_from,
            "valid_until": rule.valid_until,
            "organisation": rule.organisation,
            "email": rule.email,
            "country": rule.country,
            "origins": " ".join(rule.origins),
            "assessment": rule.assessment.value if rule.assessment else None,
            "reason": rule.reason,
            "added_by": by,
            "added_at": at,
            "ended_by": "",
        }
        return _rule(connection_of(tx).execute(insert(rules).values(values).returning(rules)).one())

    @override
    def all(self, tx: Transaction, *, domains: Iterable[str] | None = None) -> list[KeptRule]:
        connection, query = connection_of(tx), select(rules).order_by(rules.c.id)
        if domains is not None:
            query = query.where(rules.c.domain.in_(among(connection, list(domains), str)))
        return [_rule(row) for row in connection.execute(query)]

    @override
    def end(self, tx: Transaction, rule_id: DomainRuleId, *, by: str, at: datetime) -> bool:
        latest = func.max if connection_of(tx).dialect.name == "sqlite" else func.greatest
        holds_later = or_(rules.c.valid_until.is_(None), rules.c.valid_until > at)
        not_cancelled = or_(rules.c.valid_until.is_(None), rules.c.valid_until > rules.c.valid_from)
        statement = (
            update(rules)
            .where(rules.c.id == rule_id, holds_later, not_cancelled)
            .values(valid_until=latest(rules.c.valid_from, at, type_=rules.c.valid_from.type), ended_by=by)
        )
        return connection_of(tx).execute(statement).rowcount == 1


class SqlAnswers(AnswerCache):
    """Keeps registries' answers in a table; every look-up names what makes an answer good."""

    @override
    def get(self, tx: Transaction, source: Source, asked: Collection[str], *, now: datetime) -> dict[str, CachedAnswer]:
        if not asked:
            return {}
        connection = connection_of(tx)
        query = select(answers).where(
            answers.c.source == source.value,
            answers.c.asked.in_(among(connection, asked, str)),
            answers.c.obtained_at <= now,
            answers.c.expires_at > now,
            ~answers.c.withdrawn,
        )
        return {row.asked: _answer(row) for row in connection.execute(query)}

    @override
    def put(self, tx: Transaction, new: Collection[CachedAnswer]) -> None:
        if not new:
            return
        connection = connection_of(tx)
        rows = [
            {
                "source": one.source.value,
                "asked": one.asked,
                "text": one.text,
                "found": one.found,
                "obtained_at": one.obtained_at,
                "expires_at": one.expires_at,
                "withdrawn": False,
            }
            for one in sorted(new, key=lambda one: (one.source, one.asked))
        ]
        statement = insert_for(connection, answers)
        anew = {name: statement.excluded[name] for name in rows[0] if name not in _QUESTION}
        connection.execute(statement.on_conflict_do_update(index_elements=_QUESTION, set_=anew), rows)

    @override
    def withdraw(self, tx: Transaction, source: Source, asked: str | None = None) -> int:
        statement = update(answers).where(answers.c.source == source.value, ~answers.c.withdrawn)
        if asked is not None:
            statement = statement.where(answers.c.asked == asked)
        return connection_of(tx).execute(statement.values(withdrawn=True)).rowcount

    @override
    def clean(self, tx: Transaction, *, now: datetime) -> int:
        statement = delete(answers).where(or_(answers.c.expires_at <= now, answers.c.withdrawn))
        return connection_of(tx).execute(statement).rowcount


class SqlTraces(TraceBook):
    """Keeps traces in a table that refuses changes."""

    @override
    def add(self, tx: Transaction, chains: Sequence[HostingChain]) -> None:
        rows = [
            {
                "id": chain.trace_id,
                "url_sha256": _key(chain.target.text),
                "traced_at": chain.traced_at,
                "asked_by": chain.asked_by,
                "record": chain_to_json(chain),
            }
            for chain in chains
        ]
        if rows:
            connection_of(tx).execute(insert(traces), rows)

    @override
    def of_url(self, tx: Transaction, url: str, *, until: datetime, limit: int) -> list[HostingChain]:
        query = (
            select(traces.c.record)
            .where(traces.c.url_sha256 == _key(url), traces.c.traced_at <= until)
            .order_by(traces.c.traced_at.desc(), traces.c.number.desc())
            .limit(limit)
        )
        return [chain_from_json(record) for record in connection_of(tx).scalars(query)]


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _rule(row: Row[*tuple[object, ...]]) -> KeptRule:
    found = row._mapping
    rule = DomainRule(
        domain=found["domain"],
        kind=RuleKind(found["kind"]),
        valid_from=found["valid_from"],
        valid_until=found["valid_until"],
        organisation=found["organisation"],
        email=found["email"],
        country=found["country"],
        origins=tuple(found["origins"].split()),
        assessment=DirectAssessment(found["assessment"]) if found["assessment"] else None,
        reason=found["reason"],
    )
    return KeptRule(
        rule_id=DomainRuleId(found["id"]),
        rule=rule,
        added_by=found["added_by"],
        added_at=found["added_at"],
        ended_by=found["ended_by"],
    )


def _answer(row: Row[*tuple[object, ...]]) -> CachedAnswer:
    found = row._mapping
    return CachedAnswer(
        source=Source(found["source"]),
        asked=found["asked"],
        text=found["text"],
        found=found["found"],
        obtained_at=found["obtained_at"],
        expires_at=found["expires_at"],
    )
