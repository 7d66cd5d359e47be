"""The log: JSON lines with constant messages and the fields given; never a digest, a name, an address or a token."""

import json
import logging
import secrets
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """One JSON object a record; of an exception only its type and where it happened, since messages quote values."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr(level: str) -> None:
    """Service processes: everything from `level` up goes to standard error."""
    _replace_handler(logging.StreamHandler(sys.stderr), level)


def log_to_file(path: Path, level: str) -> None:
    """Commands: their output belongs to the user, so the log goes to a file, made at its first line."""
    if path.parent.is_dir():
        _replace_handler(logging.FileHandler(path, delay=True, encoding="utf-8"), level)
    else:
        _replace_handler(logging.NullHandler(), level)


def log_bug(home: Path) -> tuple[str, str]:
    """The reference of a fault of our own, and the log that now holds it."""
    reference = secrets.token_hex(4)
    path = home / "schoon.log"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        log_to_file(path, "INFO")
        _log.exception("fault", extra={"event": "main.fault", "reference": reference})
    except OSError:
        log_to_stderr("INFO")
        _log.exception("fault", extra={"event": "main.fault", "reference": reference})
        return reference, "standard error"
    return reference, str(path)


def _replace_handler(handler: logging.Handler, level: str) -> None:
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel("WARNING")  # libraries speak when something is wrong; we as the operator wants it
    logging.getLogger("schoon").setLevel(level)
