"""The book of acts: what is to be done with a file is written before it is touched, and what was done after."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schoon.scan._rows import StoredAnswer, WaitingFile
from schoon.scan._state import Connection, State
from schoon.scan.types import Stamp, join


class Step(StrEnum):
    """How far an act has come."""

    DUE = "due"
    MOVING = "moving"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"
    """Planned in a scan that was cut off; the next one asks again and plans anew."""
    RELEASE = "release"
    """A held file may go back."""
    KEEP = "keep"
    """A held file turned out to be listed and stays."""
    RELEASED = "released"


class ActKind(StrEnum):
    """What is done with a file."""

    QUARANTINE = "quarantine"
    DELETE = "delete"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Grounds:
    """Why something is done: what the service answered. All None for a hold."""

    hit: str | None = None
    verdict: str | None = None
    strength: str | None = None
    category: str | None = None
    list_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Act:
    """One row of the book."""

    number: int
    file: int
    path: bytes
    ref: str
    exact: bytes
    dev: int
    ino: int
    kind: ActKind
    step: Step
    grounds: Grounds
    store: bytes | None
    item: str | None


class ActBook:
    """Acts in the state file; every change is one durable transaction."""

    def __init__(self, state: State) -> None:
        """The book of this state and its present run."""
        self._state = state

    def add(
        self, tx: Connection, kind: ActKind, asked: WaitingFile, *, ref: str, grounds: Grounds, at: str
    ) -> int | None:
        """Write down that something is due; None when it already is."""
        open_one = tx.execute(
            "SELECT 1 FROM acts WHERE file = ? AND exact = ? AND step IN ('due', 'moving')", (asked.row, asked.exact)
        ).fetchone()
        if open_one is not None:
            return None
        stamp: Stamp = asked.stamp
        cursor = tx.execute(
            "INSERT INTO acts (file, path, ref, exact, dev, ino, action, step, hit, verdict, strength, category, "
            "list_version, at, run) VALUES (?, ?, ?, ?, ?, ?, ?, 'due', ?, ?, ?, ?, ?, ?, ?)",
            (
                asked.row,
                asked.path,
                ref,
                asked.exact,
                stamp.dev,
                stamp.ino,
                kind,
                grounds.hit,
                grounds.verdict,
                grounds.strength,
                grounds.category,
                grounds.list_version,
                at,
                self._state.run,
            ),
        )
        return cursor.lastrowid

    def settle_held(self, tx: Connection, answer: StoredAnswer, grounds: Grounds) -> None:
        """Say what becomes of a held file now that it has an answer."""
        step = Step.KEEP if answer.verdict == "listed" else Step.RELEASE
        tx.execute(
            "UPDATE acts SET step = ?, hit = ?, verdict = ?, strength = ?, category = ?, list_version = ? WHERE id = ?",
            (
                step,
                grounds.hit,
                grounds.verdict,
                grounds.strength,
                grounds.category,
                grounds.list_version,
                answer.asked.held,
            ),
        )

    def open_acts(self, limit: int = 100) -> list[Act]:
        """What is to be done or was begun, oldest first."""
        with self._state.reading() as tx:
            rows = tx.execute(
                "SELECT id, file, path, ref, exact, dev, ino, action, step, hit, verdict, strength, category, "
                "list_version, store, item FROM acts WHERE step IN ('due', 'moving', 'release', 'keep') "
                "ORDER BY id LIMIT ?",
                (limit,),
            ).fetchall()
        return [_act(row) for row in rows]

    def moving(self, act: Act, *, store: bytes | None, item: str) -> None:
        """The file is about to be touched: where it goes."""
        with self._state.writing() as tx:
            tx.execute("UPDATE acts SET step = 'moving', store = ?, item = ? WHERE id = ?", (store, item, act.number))

    def drop(self, act: Act) -> None:
        """It was planned on an answer of an earlier scan, and did not happen."""
        with self._state.writing() as tx:
            tx.execute("UPDATE acts SET step = 'dropped' WHERE id = ?", (act.number,))

    def done(self, act: Act, kind: ActKind | None = None) -> None:
        """It was done. The row of a held file goes with it: another file may take its path before an answer."""
        with self._state.writing() as tx:
            tx.execute(
                "UPDATE acts SET step = 'done', action = ?, run = ? WHERE id = ?",
                (kind or act.kind, self._state.run, act.number),
            )
            if (kind or act.kind) is ActKind.HOLD:
                tx.execute("INSERT OR IGNORE INTO folders (path) SELECT store FROM acts WHERE id = ?", (act.number,))
                tx.execute(_HOLD_ROW, (act.number, act.number, act.number, act.file, act.exact))
            else:
                tx.execute("UPDATE files SET held = NULL, run = ? WHERE id = ?", (self._state.run, act.file))

    def released(self, act: Act) -> None:
        """A held file is back; the next walk sees it as new."""
        with self._state.writing() as tx:
            tx.execute("UPDATE acts SET step = 'released', run = ? WHERE id = ?", (self._state.run, act.number))
            tx.execute("DELETE FROM files WHERE id = ?", (act.file,))

    def failed(self, act: Act, detail: str) -> None:
        """It was not done; the next scan tries again when the file is still there and still listed."""
        with self._state.writing() as tx:
            tx.execute(
                "UPDATE acts SET step = 'failed', detail = ?, run = ? WHERE id = ?",
                (detail, self._state.run, act.number),
            )
            tx.execute("DELETE FROM files WHERE id = ? AND held IS NOT NULL", (act.file,))  # the operator's from now on

    def stores(self) -> list[bytes]:
        """Every quarantine folder that was ever used."""
        with self._state.reading() as tx:
            return [bytes(row[0]) for row in tx.execute("SELECT DISTINCT store FROM acts WHERE store IS NOT NULL")]

    def counts(self) -> "Counter[tuple[str, str]]":
        """How many acts of this run there are by (kind, step)."""
        with self._state.reading() as tx:
            rows = tx.execute(
                "SELECT action, step, count(*) FROM acts WHERE run = ? GROUP BY 1, 2", (self._state.run,)
            ).fetchall()
        return Counter({(action, step): count for action, step, count in rows})

    def to_hold(self, limit: int) -> list[WaitingFile]:
        """Files without any answer on their present content, that are in place."""
        with self._state.reading() as tx:
            rows = tx.execute(
                "SELECT files.id, folders.path, name, exact, pdq, size, mtime_ns, ctime_ns, dev, ino FROM files "
                "JOIN folders ON folders.id = files.folder "
                "WHERE waiting = 1 AND verdict IS NULL AND held IS NULL ORDER BY files.id LIMIT ?",
                (limit,),
            ).fetchall()
        return [WaitingFile(row[0], join(row[1], row[2]), row[3], row[4], Stamp(*row[5:10]), None) for row in rows]

    def held_count(self) -> int:
        """How many files are held."""
        with self._state.reading() as tx:
            return int(
                tx.execute(
                    "SELECT count(*) FROM acts WHERE action = 'hold' AND step IN ('due', 'moving', 'done')"
                ).fetchone()[0]
            )

    def reportable(self, limit: int) -> list[tuple[str, bool]]:
        """Hits that are dealt with here, and whether every file of them was deleted (else some are quarantined).

        A hit with a file that is still listed and in place is not dealt with.
        """
        with self._state.reading() as tx:
            rows = tx.execute(
                "SELECT hit, min(action = 'delete') FROM acts AS act WHERE reported = 0 AND step = 'done' "
                "AND hit IS NOT NULL AND NOT EXISTS (SELECT 1 FROM files WHERE files.hit = act.hit "
                "AND files.verdict = 'listed' AND files.id NOT IN (SELECT file FROM acts AS other "
                "WHERE other.hit = act.hit AND other.step = 'done')) GROUP BY hit LIMIT ?",
                (limit,),
            ).fetchall()
        return [(hit, bool(deleted)) for hit, deleted in rows]

    def reported(self, hits: Iterable[str]) -> None:
        """The service knows."""
        with self._state.writing() as tx:
            tx.executemany("UPDATE acts SET reported = 1 WHERE hit = ? AND step = 'done'", [(hit,) for hit in hits])


_HOLD_ROW = """
UPDATE files SET held = ?, folder = (SELECT id FROM folders WHERE path = (SELECT store FROM acts WHERE id = ?)),
  name = (SELECT CAST(item AS BLOB) FROM acts WHERE id = ?) WHERE id = ? AND exact = ?
"""


def _act(row: tuple[Any, ...]) -> Act:
    number, file, path, ref, exact, dev, ino, kind, step, *grounds, store, item = row
    hit, verdict, strength, category, list_version = grounds
    return Act(
        number=number,
        file=file,
        path=path,
        ref=ref,
        exact=exact,
        dev=dev,
        ino=ino,
        kind=ActKind(kind),
        step=Step(step),
        grounds=Grounds(hit=hit, verdict=verdict, strength=strength, category=category, list_version=list_version),
        store=store,
        item=item,
    )
