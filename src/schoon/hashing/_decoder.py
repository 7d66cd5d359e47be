"""The hasher's end of one decoder process: start it, hand it a file, wait for its answer, end it, start another."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time

from schoon.hashing._frames import (
    MAX_ANSWER_BYTES,
    READY,
    Answer,
    MalformedFrameError,
    Outcome,
    Request,
    pack_request,
    parse_answer,
)
from schoon.kinds import OutageError

_START_SECONDS = 60.0
_FILES_PER_PROCESS = 2000
_LEAST_SECONDS = 0.001  # none at all would make the socket one that never waits
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "PATH": os.defpath}


class DecoderStartError(OutageError):
    """A decoder process could not be started."""

    next_step = (
        "run `python -I -m schoon.hashing._worker` by hand and read what it says; check memory and process limits"
    )


class Decoder:
    """One decoder process at a time, replaced after a death, a hang, nonsense, or enough files. Not thread-safe."""

    def __init__(self) -> None:
        """Start the first process without waiting for it.

        Raises:
            DecoderStartError: The system starts no further process.
        """
        self._files = 0
        self._is_ready = False
        self._start()

    @property
    def pid(self) -> int:
        """The process id of the present process."""
        return self._process.pid

    def send(self, fd: int, request: Request) -> None:
        """Hand over a file; `receive` gives the answer.

        Raises:
            DecoderStartError: Neither this process nor a new one takes it.
        """
        if self._files >= _FILES_PER_PROCESS:
            self._restart()
        self._files += 1
        try:
            self._hand_over(fd, request)
        except OSError:
            # It died between two files: that is no fault of this one.
            self._restart()
            try:
                self._hand_over(fd, request)
            except OSError as fault:
                raise DecoderStartError(f"a decoder process ended at once: {fault}") from fault

    def receive(self, request: Request, deadline: float) -> Answer:
        """The answer, or what became of the process, which is then replaced.

        Args:
            request: What `send` handed over.
            deadline: On the scale of `time.monotonic`.
        """
        frame = b""
        self._channel.settimeout(max(_LEAST_SECONDS, deadline - time.monotonic()))
        try:
            # Plain recv: descriptors that a hostile process sends along are dropped by the kernel.
            frame = self._channel.recv(MAX_ANSWER_BYTES + 1)
        except TimeoutError:
            self._restart()
            return Answer(sequence=request.sequence, outcome=Outcome.TIMED_OUT)
        except OSError:
            pass  # the process is gone: as when it had closed its end
        try:
            if frame:
                return parse_answer(frame, request)
            outcome = Outcome.TIMED_OUT if self._ended_by_itself() else Outcome.DIED
        except MalformedFrameError:
            outcome = Outcome.NONSENSE
        self._restart()
        return Answer(sequence=request.sequence, outcome=outcome)

    def close(self) -> None:
        """End the process, whatever it is doing, and collect it."""
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-m", "schoon.hashing._worker", str(theirs.fileno())]
        try:
            # A session of its own: Ctrl-C is for the caller, who then ends the decoders in order.
            self._process = subprocess.Popen(  # noqa: S603  # our own module, by the interpreter that runs
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as fault:
            ours.close()
            raise DecoderStartError(f"no decoder process could be started: {fault}") from fault
        finally:
            theirs.close()
        self._channel = ours
        self._files, self._is_ready = 0, False

    def _restart(self) -> None:
        self.close()
        self._start()

    def _hand_over(self, fd: int, request: Request) -> None:
        self._await_ready()
        socket.send_fds(self._channel, [pack_request(request)], [fd])

    def _await_ready(self) -> None:
        if self._is_ready:
            return
        if not self._wait(_START_SECONDS) or self._channel.recv(len(READY) + 1) != READY:
            raise ConnectionAbortedError("it did not come to the point of reading files")
        self._is_ready = True

    def _wait(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))

    def _ended_by_itself(self) -> bool:
        """Whether the process's own alarm ended it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=1) == -signal.SIGALRM
        return False
