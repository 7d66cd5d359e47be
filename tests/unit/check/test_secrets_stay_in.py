"""Known secrets go through every service; none comes out in a log, the journal, an error, a repr or the database."""

import logging
import traceback
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from schoon.check import MemberDraft, QuotaExceededError, TokenRefusedError, Verdict
from schoon.check.service import MemberService
from schoon.hits import Action, SendResult
from schoon.kinds import Kind
from schoon.store import Database, migrate
from schoon.store.errors import SealedWithAnotherKeyError
from schoon.store.members import SqlMembers
from tests.memory.house import T0, House, sql_house
from tests.unit.check.parts import Listed, Source, a_check, an_index, an_item, digest_of, moved

NAME, ADDRESS, URL, REF = "very-secret-host", "complain@secret.example", "https://hook.secret.example/x", "secret_ref_1"
NOTE = "the secret words of a dispute"


@pytest.fixture
def house(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    yield sql_house(database)
    database.close()


def journal_of(house: House) -> str:
    with house.transactions.read() as tx:
        return repr(house.journal.read(tx, limit=10_000))


def test_no_secret_reaches_a_log_the_journal_or_a_repr(house, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    check = a_check(house, Source(an_index(tmp_path, [Listed(1, "one")])))
    account = house.members.add(MemberDraft(name=NAME, complaint_address=ADDRESS, quota=1000), actor="desk", now=T0)
    member = account.member
    token = house.members.issue_token(NAME, actor="desk", now=T0)
    webhook = house.members.set_webhook(NAME, URL, actor="desk", now=T0)
    assert webhook is not None
    house.members.refresh(T0)
    assert house.members.authenticate(token.text, T0).member_id == member.member_id
    listed = [digest_of(kind, "one") for kind in Kind]
    missed = [digest_of(kind, "missed") for kind in Kind]
    near = [moved(digest_of(Kind.PDQ, "one"), 4, seed=n) for n in range(20)]
    items = [an_item("a", *listed, file_ref=REF), an_item("b", *missed, file_ref="missed_ref"), an_item("c", *near)]
    _, answers = check.check_items(member, items, T0)
    assert [a.verdict for a in answers] == [Verdict.LISTED, Verdict.NOT_LISTED, Verdict.LISTED]
    bulk = np.frombuffer(missed[0].value, dtype=np.uint8).reshape(1, 16)
    check.check_bulk(member, Kind.MD5, bulk, T0)
    hit_id = answers[0].hit_id
    disputed = house.act(member, hit_id, Action.DISPUTED, NOTE)
    house.hits.deliver_due(lambda: T0, Refusing())
    house.hits.due_work(T0 + timedelta(days=30))
    shown = [account, member, token, webhook, *items, *answers, disputed, house.hits, check, house.members]
    shown += [house.hits.hit(hit_id), *house.hits.disputes(), *house.members.list_tokens(NAME), check.keys]
    errors = []
    for wrong in (lambda: house.members.authenticate(token.text + "x", T0), lambda: check.reserve(member, 5000, T0)):
        with pytest.raises((TokenRefusedError, QuotaExceededError)) as raised:
            wrong()
        errors.append("".join(traceback.format_exception(raised.value)))
    logged = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)
    assert "check.near_alarm" in logged
    secrets = [NAME, ADDRESS, URL, NOTE, token.text, token.text.split("_", 2)[2], webhook.secret.decode()]
    secrets += [form for d in (*listed, *missed, *near) for form in (d.hex, repr(d.value))]
    for place, written in {"log": logged, "journal": journal_of(house), "errors": "".join(errors)}.items():
        assert [s for s in [*secrets, REF] if s in written] == [], place
    in_reprs = repr(shown)
    assert [s for s in secrets if s in in_reprs] == []


def test_the_database_holds_no_digest_no_token_no_webhook_secret_and_no_miss(house, tmp_path):
    check = a_check(house, Source(an_index(tmp_path, [Listed(1, "one")])))
    member = house.members.add(MemberDraft(name="host"), actor="desk", now=T0).member
    token = house.members.issue_token("host", actor="desk", now=T0)
    webhook = house.members.set_webhook("host", URL, actor="desk", now=T0)
    assert webhook is not None
    listed, missed = [digest_of(k, "one") for k in Kind], [digest_of(k, "missed") for k in Kind]
    near = [moved(listed[3], 4, seed=n) for n in range(20)]
    items = [an_item("a", *listed), an_item("b", *missed, file_ref="missed_ref"), an_item("c", *near)]
    check.check_items(member, items, T0)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("schoon.db*"))
    assert house.all_hits()[0].hit_id.encode() in stored
    secrets = [d.value for d in (*listed, *missed, *near)] + [d.hex.encode() for d in (*listed, *missed, *near)]
    secrets += [token.text.split("_", 2)[2].encode(), webhook.secret, b"missed_ref"]
    assert [secret for secret in secrets if secret in stored] == []


def test_a_webhook_secret_opens_only_under_its_key_its_member_and_its_address(house, tmp_path):
    member = house.members.add(MemberDraft(name="host"), actor="desk", now=T0).member.member_id
    house.members.set_webhook("host", URL, actor="desk", now=T0)
    with house.transactions.read() as tx, pytest.raises(SealedWithAnotherKeyError):
        SqlMembers(secret_key=bytes(32)).webhook(tx, member)
    with house.transactions.write() as tx:
        tx.execute(text("UPDATE members SET webhook_url = 'https://thief.example/'"))
    with house.transactions.read() as tx, pytest.raises(SealedWithAnotherKeyError):
        house.member_store.webhook(tx, member)


class Refusing:
    def send(self, webhook, leased, now):
        return SendResult(delivered=False, fault="answered 500")


def test_the_member_service_shows_a_token_once(house):
    house.member("host")
    shown = house.members.issue_token("host", actor="desk", now=T0).text
    assert len(shown.split("_", 2)[2]) == 43
    again = MemberService(house.transactions, house.member_store, house.journal)
    assert shown.split("_", 2)[2] not in repr(again.list_tokens("host"))
