"""The demonstration's name server: real packets over the loopback, for a zone of its own."""

import socketserver
import threading
from collections.abc import Mapping

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.rdatatype import RdataType

_TTL = 60


class NameServer:
    """Answers for the names that it is given, and says of every other that it does not exist."""

    def __init__(self, address: str, addresses: Mapping[str, str]) -> None:
        """Listen at a free port of `address`; `addresses` holds one IPv4 address a name."""
        self._addresses = dict(addresses)
        answer = self._answer

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                question, channel = self.request
                if (reply := answer(question)) is not None:
                    channel.sendto(reply, self.client_address)

        self._server = socketserver.ThreadingUDPServer((address, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="demo-names", daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens, as a setting says it."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def move(self, name: str, address: str) -> None:
        """The name has another address from now on."""
        self._addresses[name] = address

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, wire: bytes) -> bytes | None:
        try:
            question = dns.message.from_wire(wire)
            asked = question.question[0]
        except (dns.exception.DNSException, IndexError):
            return None  # nobody who speaks DNS waits for an answer
        reply = dns.message.make_response(question, recursion_available=True)
        reply.flags |= dns.flags.AA
        address = self._addresses.get(asked.name.to_text(omit_final_dot=True).lower())
        if address is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == RdataType.A:
            reply.answer.append(dns.rrset.from_text(asked.name, _TTL, "IN", "A", address))
        return reply.to_wire()
