"""From the text that somebody reported to one canonical address: the same place is always the same text.

1. Split into scheme, host, port and the rest; refuse what could hide another meaning (credentials, control characters).
2. The host becomes an IP address or an ASCII name: percent signs decoded, IDNA (UTS 46), old spellings of IPv4 read as
   browsers read them (decimal, octal, hexadecimal, fewer than four parts).
3. The default port and the fragment go; the path is escaped, its dot segments resolved (RFC 3986, section 6.2.2).
"""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

import idna

from schoon.reports.errors import TargetUrlError

MAX_URL = 2_048
MAX_NAME = 253
"""A name in the DNS, in characters. Source: RFC 1035, section 2.3.4."""

Address = IPv4Address | IPv6Address

_SPLIT = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_CANONICAL = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^/:?#@\[\]]+)(?::([1-9][0-9]{0,4}))?(/[!-~]*)")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")  # names with underscores or outer hyphens exist, and resolve
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/?\[\]|^`{}-]")
_TRACKING = frozenset(
    {
        *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id"),
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "fbclid"),
        *("mc_eid", "oly_anon_id", "oly_enc_id", "__s", "vero_id", "_hsenc", "mkt_tok"),
    }
)
"""Parameters by which senders of links count visits; they choose no content.

Source: docs/sources.md#tracking-parameters
"""

_HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, invisible, half of a pair, line ends


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetUrl:
    """A web address in its one canonical form; `parse` makes it, and nothing else should.

    Attributes:
        scheme: `http` or `https`.
        host: An ASCII name in lower case, or the canonical text of an IP address without brackets.
        port: None for the scheme's own.
        path: Path and query, escaped; begins with a slash.
    """

    scheme: str
    host: str
    port: int | None = None
    path: str = "/"

    @classmethod
    def parse(cls, text: str) -> "TargetUrl":
        """The canonical form of what somebody reported.

        Raises:
            TargetUrlError: It is no http or https address, or could be read in two ways.
        """
        given = text.strip(" \t\r\n")
        if len(given) > MAX_URL:
            raise TargetUrlError(f"{len(given)} characters, and an address has at most {MAX_URL}")
        is_plain = given.isascii() and given.isprintable()
        if not is_plain and any(unicodedata.category(character) in _HARMFUL for character in given):
            raise TargetUrlError(f"{given[:80]!r} holds a control character or an invisible one")
        split = _SPLIT.fullmatch(given)
        if split is None or split["scheme"].lower() not in _DEFAULT_PORTS:
            raise TargetUrlError(f"{given[:80]!r} does not begin with http:// or https://")
        scheme = split["scheme"].lower()
        host, port = _host_and_port(split["authority"])
        url = cls(
            scheme=scheme,
            host=canonical_host(host),
            port=None if port == _DEFAULT_PORTS[scheme] else port,
            path=_path_of(split["rest"]),
        )
        if len(url.text) > MAX_URL:
            raise TargetUrlError(f"{len(url.text)} characters once escaped, and an address has at most {MAX_URL}")
        return url

    @classmethod
    def kept(cls, text: str) -> "TargetUrl":
        """The address whose `text` this is; nothing is made canonical anew.

        Raises:
            TargetUrlError: It is not of the shape of a canonical address.
        """
        split = _CANONICAL.fullmatch(text)
        if split is None:
            raise TargetUrlError("no address in its canonical form was kept")
        scheme, host, port, path = split.groups()
        return cls(scheme=scheme, host=host.strip("[]"), port=None if port is None else int(port), path=path)

    @property
    def text(self) -> str:
        """The address as text."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def address(self) -> Address | None:
        """The IP address, when the host is one."""
        return address_of(self.host)

    def __repr__(self) -> str:
        return "TargetUrl(…)"  # an address of material stays out of logs and tracebacks


def comparison_key(url: TargetUrl) -> str:
    """The same text for addresses that most likely lead to the same thing: without scheme, port and tracking.

    `www.` stays, and so does the order of the other parameters.
    """
    path, question, query = url.path.partition("?")
    if question:
        kept = [part for part in query.split("&") if part and part.partition("=")[0].lower() not in _TRACKING]
        path = f"{path}?{'&'.join(kept)}" if kept else path
    return f"{url.host}{path}" if url.port is None else f"{url.host}:{url.port}{path}"


def canonical_host(text: str) -> str:
    """A host as people and browsers write it, as one ASCII text.

    Raises:
        TargetUrlError: It is neither a name nor an IP address.
    """
    if text.startswith("["):
        return str(_ipv6(text))
    name = _ascii_name(_decoded(text)).removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(_old_ipv4(name))
    if not name or len(name) > MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetUrlError(f"{text[:80]!r} is not the name of a host")
    return name


def address_of(host: str) -> Address | None:
    """The IP address that a canonical host is, or None for a name."""
    try:
        return IPv6Address(host) if ":" in host else IPv4Address(host)
    except AddressValueError:
        return None


def _host_and_port(authority: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise TargetUrlError("the address holds a user name or a password; leave them out")
    if "\\" in authority:
        raise TargetUrlError("the address holds a backslash in its host, which programs read in two ways")
    host, colon, port = authority.partition(":")
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        host, colon, port = host + bracket, port[:1], port[1:]
        if not bracket or colon not in {"", ":"}:
            raise TargetUrlError(f"{authority[:80]!r} is not an IPv6 address, nor one with a port")
    if not host:
        raise TargetUrlError("the address names no host")
    if not colon or not port:
        return host, None
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65_536):
        raise TargetUrlError(f"{port[:20]!r} is not a port")
    return host, int(port)


def _ipv6(text: str) -> Address:
    try:
        address = IPv6Address(text.removeprefix("[").removesuffix("]"))
    except AddressValueError as cause:
        raise TargetUrlError(f"{text[:80]!r} is not an IPv6 address") from cause
    if address.scope_id is not None:
        raise TargetUrlError(f"{text[:80]!r} names an interface of one's own machine")
    return address.ipv4_mapped or address


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    if _ESCAPE.sub("", text).count("%"):
        raise TargetUrlError(f"{text[:80]!r} holds a percent sign that escapes nothing")
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError as cause:
        raise TargetUrlError(f"{text[:80]!r} is not text once decoded") from cause


def _ascii_name(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    except idna.IDNAError as cause:
        raise TargetUrlError(f"{name[:80]!r} is not an international name: {cause}") from cause
    labels = mapped.replace("\u3002", ".").split(".")  # as browsers do: IDNA 2008 alone would refuse names that exist
    return ".".join(one if one.isascii() else f"xn--{one.encode('punycode').decode('ascii')}" for one in labels)


def _old_ipv4(name: str) -> IPv4Address:
    """An IPv4 address in any spelling that browsers and `inet_aton` take: 127.1, 0x7f000001, 017700000001."""
    parts = name.split(".")
    numbers = [_number(part) for part in parts]
    last_bytes = 5 - len(parts)
    if len(parts) > 4 or max(numbers[:-1], default=0) > 255 or numbers[-1] >= 256**last_bytes:
        raise TargetUrlError(f"{name[:80]!r} ends in a number and is not an IPv4 address")
    value = numbers[-1]
    for place, number in enumerate(numbers[:-1]):
        value += number << (8 * (3 - place))
    return IPv4Address(value)


def _number(part: str) -> int:
    if not _NUMBER.fullmatch(part) or len(part) > 20:
        raise TargetUrlError(f"{part[:20]!r} is not a number of an IPv4 address")
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    if part.startswith("0") and len(part) > 1:
        try:
            return int(part, 8)
        except ValueError as cause:
            raise TargetUrlError(f"{part!r} begins with a zero and is not an octal number") from cause
    return int(part)


def _path_of(rest: str) -> str:
    before_fragment = rest.split("#", 1)[0]
    path, question, query = before_fragment.partition("?")
    segments = _without_dots(_escaped(path.replace("\\", "/")).split("/")[1:])
    return "/" + "/".join(segments) + question + _escaped(query)


def _escaped(text: str) -> str:
    """The text with everything escaped that must be, and escapes in upper case."""
    parts: list[str] = []
    at = 0
    for escape in _ESCAPE.finditer(text):
        parts += [_escape_plain(text[at : escape.start()]), escape[0].upper()]
        at = escape.end()
    return "".join([*parts, _escape_plain(text[at:])])


def _escape_plain(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def _without_dots(segments: list[str]) -> list[str]:
    kept: list[str] = []
    for place, segment in enumerate(segments):
        plain = segment.replace("%2E", ".")
        is_last = place == len(segments) - 1
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return kept
