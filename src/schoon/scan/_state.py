"""What a scan knows between runs: one SQLite file that survives kill -9 at any moment."""

import json
import os
import secrets
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from types import TracebackType
from typing import Self
from urllib.parse import quote

from schoon.kinds import InputError
from schoon.scan._rows import KNOWN_COLUMNS, KnownFile, StoredAnswer, WaitingFile
from schoon.scan._schema import ASKED_FILE, KEEP_ANSWER, KEEP_FILES, KEPT_FILE, TABLES, VERSION, WAITING
from schoon.scan._state_folder import StateFolder
from schoon.scan.types import FoundFile, HashedFile, Problem, Stamp, Trouble, join, shown

Connection = sqlite3.Connection

_FOLDERS_REMEMBERED = 20_000
_IN_ONE_TRANSACTION = 20_000
_ROWS_A_STEP = 256


class DamagedStateError(InputError):
    """The state file of the scan cannot be read."""

    next_step = "move the state folder away; the next scan makes a new one and hashes every file again"


class State:
    """The state file, its lock, and the few questions a scan has."""

    def __init__(self, folder: StateFolder) -> None:
        """Open or make `state.db` in a folder that is already held.

        Raises:
            DamagedStateError: It is there and is no state file of this version.
        """
        self.folder = folder
        self.lock = threading.Lock()  # one writer at a time on `writer`
        self._path = folder.private_file(b"state.db")
        try:
            self.writer = self._connect()
            self._prepare()
            self._reader = self._connect()
        except sqlite3.DatabaseError as cause:
            raise DamagedStateError(f"{shown(folder.path)}/state.db: {cause}") from cause
        self._folder_rows: dict[bytes, int] = {}
        self._has_troubles = False
        self.run = 0
        self.target_version: int | None = None  # of the list that answers now, once that is known

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()
        self.writer.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One durable transaction."""
        with self.lock:
            self.writer.execute("BEGIN IMMEDIATE")
            try:
                yield self.writer
            except BaseException:
                self.writer.execute("ROLLBACK")
                raise
            self.writer.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The writer's connection, for reads by whichever thread."""
        with self.lock:
            yield self.writer

    def key(self) -> bytes:
        """The secret that references are made with; made once."""
        return self._remembered("ref_key", lambda: secrets.token_bytes(32))

    def begin(self, *, started_at: str, paths: str, action: str, fail: str | None, legal_basis: str) -> None:
        """Record a new run and clear the troubles of the last."""
        with self.writing() as tx:
            tx.execute("DELETE FROM troubles")
            cursor = tx.execute(
                "INSERT INTO runs (started_at, paths, action, fail, mail_legal_basis) VALUES (?, ?, ?, ?, ?)",
                (started_at, paths, action, fail, legal_basis),
            )
            self.run = int(cursor.lastrowid or 0)

    def end(self, ended_at: str) -> None:
        """Record that the run came to its own end."""
        with self.writing() as tx:
            tx.execute("UPDATE runs SET ended_at = ? WHERE id = ?", (ended_at, self.run))

    def speak_with(self, service: str) -> None:
        """Forget which list versions were asked when they were another service's, or another list's."""
        with self.writing() as tx:
            row = tx.execute("SELECT value FROM meta WHERE name = 'service'").fetchone()
            if row is not None and bytes(row[0]).decode() != service:
                tx.execute("UPDATE files SET list_version = NULL WHERE list_version IS NOT NULL")
            tx.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('service', ?)", (service.encode(),))

    # What the walk asks, on a connection of its own and from one thread.

    def folder_row(self, path: bytes) -> int | None:
        """The row of a folder; None when nothing in it is known."""
        row = self._reader.execute("SELECT id FROM folders WHERE path = ?", (path,)).fetchone()
        return None if row is None else int(row[0])

    def known(self, folder: int, names: Sequence[bytes]) -> dict[bytes, KnownFile]:
        """What is known on paths of one folder, by name, in one statement.

        Args:
            names: At most 1,024: few enough that a folder of any size takes constant memory.
        """
        wanted = [*names, *([names[-1]] * ((1 << (len(names) - 1).bit_length()) - len(names)))]
        marks = ",".join("?" * len(wanted))  # a power of two of them, so that there are few statements to prepare
        question = f"SELECT name, {KNOWN_COLUMNS} FROM files WHERE folder = ? AND name IN ({marks})"  # noqa: S608 constants
        rows = self._reader.execute(question, (folder, *wanted)).fetchall()
        return {row[0]: KnownFile._make(row[1:]) for row in rows}

    def twin(self, found: FoundFile) -> HashedFile | None:
        """The same, under another name of the same inode, when that was hashed and has not changed."""
        stamp = found.stamp
        row = self._reader.execute(
            "SELECT exact, pdq, media, refusal FROM files WHERE links > 1 AND ino = ? AND dev = ? AND size = ? "
            "AND mtime_ns = ? AND ctime_ns = ? AND racy = 0 LIMIT 1",
            (stamp.ino, stamp.dev, stamp.size, stamp.mtime_ns, stamp.ctime_ns),
        ).fetchone()
        if row is None:
            return None
        return HashedFile(found.folder, found.name, stamp, found.links, row[0], row[1], row[2], row[3], racy=False)

    # What is written while scanning.

    def store(
        self, hashed: Sequence[HashedFile], again: Sequence[tuple[int, int]], troubles: Sequence[Trouble]
    ) -> None:
        """Keep digests (and queue them), queue known (row, device) again, and keep troubles, in one transaction."""
        with self.writing() as tx:
            rows = [self._row_of(tx, one) for one in hashed]
            _keep_many(tx, KEEP_FILES, KEPT_FILE, rows, self.target_version)
            if self._has_troubles:  # what could not be read before has been read now
                paths = [(join(one.folder, one.name), Problem.NOT_ACTED) for one in hashed]
                tx.executemany("DELETE FROM troubles WHERE path = ? AND problem <> ?", paths)
            self._has_troubles = self._has_troubles or bool(troubles)
            if again:
                tx.executemany(
                    "UPDATE files SET waiting = 1, dev = ? WHERE id = ?", [(device, row) for row, device in again]
                )
            for trouble in troubles:
                if trouble.problem is not Problem.NOT_ACTED:
                    self._forget_path(tx, trouble.path)
                tx.execute(
                    "INSERT INTO troubles (run, path, problem, detail) VALUES (?, ?, ?, ?)",
                    (self.run, trouble.path, trouble.problem, trouble.detail),
                )

    def waiting_count(self) -> int:
        """How many files wait to be asked."""
        with self.reading() as tx:
            return int(tx.execute("SELECT count(*) FROM files WHERE waiting = 1").fetchone()[0])

    def waiting(self, limit: int) -> list[WaitingFile]:
        """The next files to ask, oldest row first."""
        with self.reading() as tx:
            (found,) = tx.execute(WAITING, (limit,)).fetchone()
        return sorted(_waiting_file(*row) for row in json.loads(found))

    def answer(self, tx: Connection, answers: Iterable[StoredAnswer]) -> None:
        """Keep answers. One on digests that have changed meanwhile is dropped: the new ones still wait."""
        alike: defaultdict[tuple[str, str | None, int], list[tuple[int, bytes, bytes]]] = defaultdict(list)
        for asked, verdict, hit, list_version in answers:
            alike[verdict, hit, list_version].append((asked.row, asked.exact, asked.pdq))
        for answer, files in alike.items():
            _keep_many(tx, KEEP_ANSWER, ASKED_FILE, files, *answer)

    def drop_needless(self, list_version: int) -> int:
        """Take files off the queue that this very list version has already answered; how many."""
        with self.writing() as tx:
            return tx.execute(
                "UPDATE files SET waiting = 0 WHERE waiting = 1 AND held IS NULL AND list_version = ? "
                "AND verdict IN ('not_listed', 'review')",
                (list_version,),
            ).rowcount

    def forget(self, *, roots: Sequence[bytes], seen: Callable[[int], bool], walked: Callable[[int], bool]) -> int:
        """Drop rows of files that are not there any more; how many.

        Args:
            roots: Only below these paths.
            seen: Whether the walk met a row.
            walked: Whether the walk read the whole folder with this row.
        """
        is_walked: dict[int, bool] = {}  # of folders with rows that were not met, which are few
        gone: list[int] = []
        for row, folder in self._unseen(seen):
            if folder not in is_walked:
                is_walked[folder] = walked(folder) and _is_below(self._folder_path(folder), roots)
            if is_walked[folder]:
                gone.append(row)
        for start in range(0, len(gone), _IN_ONE_TRANSACTION):
            with self.writing() as tx:
                # Looked at once more: a file that has changed may have been hashed and kept since the question above.
                tx.executemany(
                    "DELETE FROM files WHERE id = ? AND run <> ?",
                    [(row, self.run) for row in gone[start : start + _IN_ONE_TRANSACTION]],
                )
        return len(gone)

    def _unseen(self, seen: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
        """Row and folder of every file that neither this run has written nor its walk has met."""
        with self.reading() as tx:
            last = int(tx.execute("SELECT coalesce(max(id), 0) FROM files").fetchone()[0])
        for low in range(1, last + 1, _IN_ONE_TRANSACTION):
            with self.reading() as tx:
                tx.create_function("seen", 1, seen)
                rows = tx.execute(
                    "SELECT id, folder FROM files WHERE id BETWEEN ? AND ? AND run <> ? AND held IS NULL "
                    "AND NOT seen(id)",
                    (low, low + _IN_ONE_TRANSACTION - 1, self.run),
                ).fetchall()
            yield from rows

    def _folder_path(self, folder: int) -> bytes:
        with self.reading() as tx:
            return bytes(tx.execute("SELECT path FROM folders WHERE id = ?", (folder,)).fetchone()[0])

    # What the end of a scan tells.

    def tally(self, seen: Callable[[int], bool]) -> "Counter[tuple[str, str]]":
        """How many files of this run there are by (what was answered, reason without perceptual digest or "")."""
        counts: Counter[tuple[str, str]] = Counter()
        with self.reading() as tx:
            tx.create_function("seen", 1, seen)
            rows = tx.execute(
                "SELECT CASE WHEN waiting = 1 OR verdict IS NULL THEN 'waiting' ELSE verdict END, "
                "CASE WHEN media IS NULL THEN '' ELSE coalesce(refusal, '') END, count(*) FROM files "
                "WHERE run = ? OR held IS NOT NULL OR seen(id) GROUP BY 1, 2",
                (self.run,),
            ).fetchall()
        for answered, refusal, count in rows:
            counts[answered, refusal] += count
        return counts

    def troubles(self) -> "Counter[Problem]":
        """How many troubles of this run there are, by reason."""
        with self.reading() as tx:
            rows = tx.execute("SELECT problem, count(*) FROM troubles WHERE run = ? GROUP BY 1", (self.run,)).fetchall()
        return Counter({Problem(problem): count for problem, count in rows})

    def unanswered(self, seen: Callable[[int], bool]) -> Iterator[bytes]:
        """The path of every file of this run that still waits."""
        after = 0
        while True:
            with self.reading() as tx:
                rows = tx.execute(
                    "SELECT files.id, files.run, folders.path, name, acts.path FROM files "
                    "JOIN folders ON folders.id = files.folder LEFT JOIN acts ON acts.id = files.held "
                    "WHERE waiting = 1 AND files.id > ? ORDER BY files.id LIMIT 1000",
                    (after,),
                ).fetchall()
            if not rows:
                return
            after = rows[-1][0]
            yield from (row[4] or join(row[2], row[3]) for row in rows if row[4] or row[1] == self.run or seen(row[0]))

    def all_paths(self) -> Iterator[bytes]:
        """Every path that is known."""
        with self.reading() as tx:
            rows = tx.execute("SELECT folders.path, name FROM files JOIN folders ON folders.id = files.folder")
            for folder, name in rows:
                yield join(folder, name)

    def _row_of(self, tx: Connection, one: HashedFile) -> tuple[object, ...]:
        stamp = one.stamp
        return (
            self._folder_made(tx, one.folder),
            one.name,
            stamp.size,
            stamp.mtime_ns,
            stamp.ctime_ns,
            stamp.dev,
            stamp.ino,
            one.links,
            int(one.racy),
            self.run,
            one.exact,
            one.pdq,
            one.media,
            one.refusal,
        )

    def _folder_made(self, tx: Connection, path: bytes) -> int:
        row = self._folder_rows.get(path)
        if row is None:
            if len(self._folder_rows) >= _FOLDERS_REMEMBERED:
                self._folder_rows.clear()
            tx.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (path,))
            row = int(tx.execute("SELECT id FROM folders WHERE path = ?", (path,)).fetchone()[0])
            self._folder_rows[path] = row
        return row

    def _forget_path(self, tx: Connection, path: bytes) -> None:
        """What was known on a path is about other bytes than the ones there now."""
        folder, _, name = path.rpartition(b"/")
        tx.execute(
            "DELETE FROM files WHERE held IS NULL AND name = ? AND folder = (SELECT id FROM folders WHERE path = ?)",
            (name, folder or b"/"),
        )

    def _remembered(self, name: str, make: Callable[[], bytes]) -> bytes:
        with self.writing() as tx:
            tx.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", (name, make()))
            return bytes(tx.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0])

    def _connect(self) -> Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=60.0)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an answer that was stored is stored, also after a power cut
        connection.execute("PRAGMA cache_size = -65536")
        return connection

    def _prepare(self) -> None:
        (version,) = self.writer.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self.writer.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise DamagedStateError(
                f"{shown(self.folder.path)}/state.db has version {version}, and this schoon reads {VERSION}",
                next_step="use the schoon that made it, or move the state folder away",
            )


def _keep_many(tx: Connection, statement: str, place: str, rows: Sequence[tuple[object, ...]], *rest: object) -> None:
    """Execute a statement over rows, as many at a time as may be.

    At each step of SQLite the interpreter's lock is let go, and has to be won back: a step a row takes twice the time.

    Args:
        statement: With `{rows}` where they go.
        place: The question marks of one row.
        rest: The values of those that stand behind the rows.
    """
    room = tx.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) - len(rest)
    at = 0
    while at < len(rows):
        most = max(1, min(_ROWS_A_STEP, room // len(rows[at])))
        count = min(most, 1 << (len(rows) - at).bit_length() - 1)  # a power of two: few statements to prepare
        values = [*chain.from_iterable(rows[at : at + count]), *rest]
        tx.execute(statement.format(rows=", ".join([place] * count)), values)
        at += count


def _waiting_file(row: int, held: int | None, texts: list[str], stamp: list[int]) -> WaitingFile:
    folder, name, act_path, exact, pdq = map(bytes.fromhex, texts)
    return WaitingFile(row, act_path or join(folder, name), exact, pdq, Stamp._make(stamp), held)


def _is_below(path: bytes, roots: Sequence[bytes]) -> bool:
    return any(path == root or path.startswith(join(root, b"")) for root in roots)


def used_stores(state: bytes) -> list[bytes]:
    """The quarantine folders that scans with this state have used; needs no lock, so also while one is running."""
    path = os.path.join(state, b"state.db")
    if not os.path.exists(path):
        return []
    uri = f"file:{quote(path)}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=60.0)) as connection:
            return [
                bytes(row[0]) for row in connection.execute("SELECT DISTINCT store FROM acts WHERE store IS NOT NULL")
            ]
    except sqlite3.DatabaseError as cause:
        raise DamagedStateError(f"{shown(path)}: {cause}") from cause
