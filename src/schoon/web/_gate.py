"""How often one address may do something before it has to wait."""

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from schoon.kinds import RefusedError

TRIES = 10
"""Refused tokens from one address within `WINDOW` before it has to wait."""
REPORTS = 30
"""Reports and questions about them from one address within `WINDOW`: schools and telephones share one."""
WINDOW = timedelta(minutes=10)
_REMEMBERED = 10_000
_IPV6_NETWORK = 64


class TooManyTriesError(RefusedError):
    """This address gave too many tokens that were refused.

    Attributes:
        wait: After this it may try again.
    """

    next_step = "wait some minutes, then try again"

    def __init__(self, message: str = "", *, next_step: str = "", wait: timedelta = WINDOW) -> None:
        super().__init__(message, next_step=next_step)
        self.wait = wait


class LoginGate:
    """Counts refused tokens, or reports, per address (per /64 for IPv6), in this process and in memory only.

    A token has 256 random bits: nobody guesses one. The gate keeps a visitor from using the log-in page as a load.
    """

    def __init__(self, tries: int = TRIES) -> None:
        """Say how many an address has within `WINDOW`."""
        self._tries = tries
        self._lock = threading.Lock()
        self._refused: OrderedDict[str, list[datetime]] = OrderedDict()

    def require_room(self, address: str, now: datetime) -> None:
        """Nothing, when the address may try.

        Raises:
            TooManyTriesError: It has to wait first.
        """
        with self._lock:
            recent = [at for at in self._refused.get(_network(address), []) if now - at < WINDOW]
        if len(recent) >= self._tries:
            raise TooManyTriesError(wait=WINDOW - (now - recent[0]))

    def take_turn(self, address: str, now: datetime) -> None:
        """Nothing, when the address may go on: this time counts, whatever comes of it.

        Raises:
            TooManyTriesError: It has to wait first.
        """
        self.require_room(address, now)
        self.count_refusal(address, now)

    def count_refusal(self, address: str, now: datetime) -> None:
        """Remember that a token from this address was refused."""
        network = _network(address)
        with self._lock:
            recent = [at for at in self._refused.pop(network, []) if now - at < WINDOW]
            self._refused[network] = [*recent, now][-self._tries :]
            while len(self._refused) > _REMEMBERED:
                self._refused.popitem(last=False)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    return str(parsed)
