"""What is told, by whom and about what: none of it can be read from database, log, journal or repr."""

import logging
from pathlib import Path

import pytest

from schoon.agenda import TaskKind
from schoon.kinds import Digest, Kind
from schoon.reports import (
    Judged,
    Judgement,
    PoliceAct,
    Reporter,
    ReportSource,
    Submission,
    SubmittedItem,
    VaultError,
)
from schoon.store import Database, migrate
from tests.reports_world import HOUR, T0, ReportsWorld, sql_world

DIGEST = Digest(kind=Kind.SHA256, value=bytes(range(100, 132)))
SECRETS = [
    "secret-host",
    "secret_path",
    "secret text",
    "Secret Person",
    "secret@example.org",
    "secret sender",
    "secret key",
    "secret note",
    "secret answer",
    "secret reason",
    DIGEST.hex,
    DIGEST.value.decode("latin-1"),
]
ITEM = SubmittedItem(url="https://secret-host.zz/secret_path", page="https://secret-host.zz/", digests=(DIGEST,))
VOCABULARY = """{"version": "t", "source": "t", "questions":
 [{"id": "q", "label": {"en": "?"}, "type": "text", "judgements": ["baseline"]}]}"""


@pytest.fixture
def world(tmp_path: Path) -> ReportsWorld:
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    return sql_world(Database(url))


def everything_happens(world: ReportsWorld) -> list[object]:
    """Reprs of all that comes out of the room on the way."""
    shown: list[object] = []
    report = Submission(
        source=ReportSource.POLICE,
        items=(ITEM, SubmittedItem(url="gopher://secret-host.zz/secret_path")),
        text="secret text",
        reporter=Reporter(name="Secret Person", email="secret@example.org"),
        sender="secret sender",
        idempotency_key="secret key",
    )
    world.reports.import_vocabulary(VOCABULARY, by="chief", now=T0)
    (receipt,) = world.reports.take([report], now=T0)
    item_id = receipt.item_ids[-1]
    judged = Judged(item_id=item_id, judgement=Judgement.BASELINE, note="secret note", answers={"q": "secret answer"})
    shown += [report, receipt, judged, world.reports.assess([judged], by="anna", now=T0)]
    world.reports.propose_due(world.due(TaskKind.ITEM_PROPOSE, T0 + HOUR), now=T0 + HOUR)
    police = world.police()
    world.reports.police([item_id], PoliceAct.HOLD, police=police, by="eva", reason="secret reason", now=T0)
    request = world.reports.ask_identity(receipt.report_id, by="anna", reason="secret reason", now=T0)
    world.reports.approve_identity(request.number, by="bram", now=T0)
    shown += [request, world.reports.read_identity(request.number, by="anna", now=T0)]
    viewing = world.reports.open_viewer(receipt.item_ids[0], by="anna", now=T0)
    shown += [viewing, world.reports.item(item_id), world.reports.report(receipt.report_id)]
    assert receipt.status_code not in repr(shown)
    assert viewing.link not in repr(shown)
    return shown


def test_nothing_told_is_readable_in_the_database(world: ReportsWorld, tmp_path: Path) -> None:
    everything_happens(world)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("schoon.db"))
    assert b"intake" in written, "the rows are there"
    found = [one for one in SECRETS if one.encode() in written or one.encode("latin-1") in written]
    assert found == []


def test_nothing_told_reaches_a_log_the_journal_or_a_repr(
    world: ReportsWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = everything_happens(world)
    logged = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    journal = repr(world.events())
    assert "report:identity:read" in journal
    for place, written in {"log": logged, "journal": journal, "repr": repr(shown)}.items():
        assert [one for one in SECRETS if one in written] == [], place


def test_without_the_reporters_key_nobody_is_known(world: ReportsWorld) -> None:
    receipt = world.take(text="x", reporter=Reporter(name="Secret Person"), source=ReportSource.FORM)
    with world.transactions.read() as tx:
        sealed = world.reports.report_book.reporter(tx, receipt.report_id)
    assert sealed is not None
    with pytest.raises(VaultError):
        world.reports.vault.open(f"reporters.sealed:{receipt.report_id}", sealed)
