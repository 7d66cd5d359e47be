"""The tables of the state file."""

VERSION = 1

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT NOT NULL, ended_at TEXT, paths TEXT NOT NULL,
  action TEXT NOT NULL, fail TEXT, mail_legal_basis TEXT NOT NULL
);

CREATE TABLE folders (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);

-- One row per path that was hashed. `waiting` is the queue to the service: 1 until an answer on these very digests
-- is stored. `run` is the scan that last wrote the digests.
CREATE TABLE files (
  id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name BLOB NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, dev INTEGER NOT NULL,
  ino INTEGER NOT NULL, links INTEGER NOT NULL, racy INTEGER NOT NULL, run INTEGER NOT NULL,
  exact BLOB NOT NULL, pdq BLOB NOT NULL, media TEXT, refusal TEXT,
  waiting INTEGER NOT NULL, verdict TEXT, hit TEXT, list_version INTEGER, held INTEGER,
  UNIQUE (folder, name)
);
CREATE INDEX files_waiting ON files (waiting) WHERE waiting = 1;
CREATE INDEX files_linked ON files (ino) WHERE links > 1;
CREATE INDEX files_listed ON files (hit) WHERE verdict = 'listed';

-- What is to be done, is being done and was done; a row is written before its file is touched.
CREATE TABLE acts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL, path BLOB NOT NULL, ref TEXT NOT NULL,
  exact BLOB NOT NULL, dev INTEGER NOT NULL, ino INTEGER NOT NULL, action TEXT NOT NULL, step TEXT NOT NULL,
  hit TEXT, verdict TEXT, strength TEXT, category TEXT, list_version INTEGER, at TEXT NOT NULL, run INTEGER NOT NULL,
  store BLOB, item TEXT, detail TEXT NOT NULL DEFAULT '', reported INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX acts_open ON acts (step) WHERE step IN ('due', 'moving', 'release', 'keep');
CREATE INDEX acts_unreported ON acts (hit) WHERE reported = 0 AND step = 'done';

CREATE TABLE troubles (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, path BLOB NOT NULL, problem TEXT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX troubles_path ON troubles (path);
"""

# A file that was read again and is still the same keeps the answer of the present list, which is named last; else it
# waits for one.
KEEP_FILES = """
INSERT INTO files
  (folder, name, size, mtime_ns, ctime_ns, dev, ino, links, racy, run, exact, pdq, media, refusal, waiting)
VALUES {rows}
ON CONFLICT (folder, name) DO UPDATE SET
  size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, dev = excluded.dev,
  ino = excluded.ino, links = excluded.links, racy = excluded.racy, run = excluded.run, media = excluded.media,
  refusal = excluded.refusal, exact = excluded.exact, pdq = excluded.pdq,
  waiting = CASE WHEN files.exact = excluded.exact AND files.pdq = excluded.pdq AND files.list_version = ?
    AND files.verdict IN ('not_listed', 'review') THEN files.waiting ELSE 1 END,
  verdict = CASE WHEN files.exact = excluded.exact AND files.pdq = excluded.pdq THEN files.verdict END,
  hit = CASE WHEN files.exact = excluded.exact AND files.pdq = excluded.pdq THEN files.hit END,
  list_version = CASE WHEN files.exact = excluded.exact AND files.pdq = excluded.pdq THEN files.list_version END
"""
KEPT_FILE = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"

# The same answer on files, each by its row and the digests that were asked.
KEEP_ANSWER = """
WITH asked (id, exact, pdq) AS (VALUES {rows})
UPDATE files SET waiting = 0, verdict = ?, hit = ?, list_version = ?
WHERE id IN (SELECT id FROM asked) AND (id, exact, pdq) IN asked
"""
ASKED_FILE = "(?, ?, ?)"

# Files that wait, oldest row first, all in one row.
WAITING = """
SELECT json_group_array(json_array(id, held,
  json_array(hex(path), hex(name), hex(act_path), hex(exact), hex(pdq)),
  json_array(size, mtime_ns, ctime_ns, dev, ino)))
FROM (
  SELECT files.id, folders.path, name, files.exact, pdq, held, acts.path AS act_path,
    size, mtime_ns, ctime_ns, files.dev, files.ino
  FROM files JOIN folders ON folders.id = files.folder LEFT JOIN acts ON acts.id = files.held
  WHERE waiting = 1 ORDER BY files.id LIMIT ?
)
"""
