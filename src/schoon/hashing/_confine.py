"""What a decoder process gives up before it touches a hostile file.

This is the one place where a process is confined; a kernel sandbox (Landlock, seccomp) becomes a further step of
`confine`, and nothing else changes. Every module the decoder needs must be imported before.
"""

import contextlib
import ctypes
import os
import resource
import signal
from pathlib import Path

MEMORY_BYTES = 1 << 30
NOBODY = 65534

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_OPEN_FILES = 5
_SOCKET_FD = 3


class ConfinementError(RuntimeError):
    """A decoder process could not give up what it must not have, so that it may not work."""


def confine(socket_fd: int, *, may_thread: bool) -> int:
    """The descriptor under which the one socket is left, after everything else was given up.

    1. The socket is descriptor 3; every other descriptor but the standard streams, which lead nowhere, is closed.
    2. No core file, no file growth; memory up to `MEMORY_BYTES`. Descriptors: one more than
       those four, which the file being read takes, so that nothing else can be opened while a file is read.
    3. Root, when it was root, becomes nobody, without groups. No process or thread may be started, for good,
       unless the HEIC decoder is there, which cannot do without a thread: then `allow_threads` lets it, file by file.
    4. No new privileges by exec, and no other process of the same user may look inside.

    Raises:
        ConfinementError: A step did not hold.
    """
    # 1
    os.chdir("/")
    os.umask(0o777)
    # The first process to go when memory runs out; a system without this file only loses that preference.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    _keep_only(socket_fd)
    # 2
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    # 3
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    # Only now: root is not bound by it, and nobody's other processes do not matter to a limit of none.
    if may_thread:
        allow_threads(allowed=False)
    else:
        _limit(resource.RLIMIT_NPROC, 0)
    # 4
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_DUMPABLE, 0)
    if 0 in os.getresuid() + os.getresgid():
        raise ConfinementError("a decoder process is still root")
    return _SOCKET_FD


def allow_threads(*, allowed: bool) -> None:
    """Let the next file's decoder start threads, or not."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    resource.setrlimit(resource.RLIMIT_NPROC, (hard if allowed else 0, hard))


def _keep_only(socket_fd: int) -> None:
    """Close all but the standard streams (the parent pointed them nowhere) and the socket, which moves beside them."""
    if socket_fd != _SOCKET_FD:
        os.dup2(socket_fd, _SOCKET_FD, inheritable=False)
    os.closerange(_SOCKET_FD + 1, os.sysconf("SC_OPEN_MAX"))


def _limit(what: int, most: int) -> None:
    """Lower a limit for good; one that is already lower stays."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise ConfinementError(f"prctl({option}, {value}) failed: {os.strerror(ctypes.get_errno())}")
