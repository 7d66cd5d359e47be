"""The storekeeper: gathers what the other stages found and keeps it in few, durable transactions."""

import queue

from schoon.scan._flow import Flow, Found
from schoon.scan._state import State

_ENOUGH = 1_000
_GATHER_SECONDS = 0.3


class StoreStage:
    """The one thread that writes digests into the state."""

    def __init__(self, flow: Flow, state: State) -> None:
        """Reads from the flow until a None comes."""
        self._flow = flow
        self._state = state

    def run(self) -> None:
        """Until the last stage before it has ended; what is in hand is kept even when the scan was stopped."""
        gathered = Found()
        since = self._flow.time.monotonic()
        while True:
            try:
                found = self._flow.to_store.get(timeout=_GATHER_SECONDS)
            except queue.Empty:
                found = Found()
            if found is None:
                break
            gathered.hashed += found.hashed
            gathered.again += found.again
            gathered.troubles += found.troubles
            if len(gathered) >= _ENOUGH or self._flow.time.monotonic() - since >= _GATHER_SECONDS:
                gathered = self._keep(gathered)
                since = self._flow.time.monotonic()
        self._keep(gathered)

    def _keep(self, gathered: Found) -> Found:
        if len(gathered):
            self._state.store(gathered.hashed, gathered.again, gathered.troubles)
            self._flow.tell_troubles(gathered.troubles)
        return Found()
