"""The storage scanner: walks a hoster's files, hashes them here, sends digests only, and acts on what is listed."""

from schoon.scan._outside import Hashes, Listener, Progress, Service
from schoon.scan._pace import Time
from schoon.scan._scan import Surroundings, resolve, run
from schoon.scan._state import DamagedStateError, used_stores
from schoon.scan._state_folder import StateBusyError, UnsafeFolderError
from schoon.scan.priority import step_back
from schoon.scan.quarantine import Custody, NoSuchItemError, QuarantineStore, RestoreRefusedError
from schoon.scan.rules import parse_age, parse_hours, parse_rate
from schoon.scan.types import (
    FailMode,
    Hours,
    MailStoreError,
    Problem,
    Rate,
    ScanAction,
    ScanSettings,
    ScanSettingsError,
    ScanSummary,
    shown,
)

__all__ = [
    "Custody",
    "DamagedStateError",
    "FailMode",
    "Hashes",
    "Hours",
    "Listener",
    "MailStoreError",
    "NoSuchItemError",
    "Problem",
    "Progress",
    "QuarantineStore",
    "Rate",
    "RestoreRefusedError",
    "ScanAction",
    "ScanSettings",
    "ScanSettingsError",
    "ScanSummary",
    "Service",
    "StateBusyError",
    "Surroundings",
    "Time",
    "UnsafeFolderError",
    "parse_age",
    "parse_hours",
    "parse_rate",
    "resolve",
    "run",
    "shown",
    "step_back",
    "used_stores",
]
