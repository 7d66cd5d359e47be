"""Every setting of Schoon, read from the environment once, each with its default and what it means."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from schoon.kinds import InputError, RefusedError
from schoon.settings._lists import Network, Point, count, networks, ports, texts, vantages
from schoon.settings._notices import NoticeSettings
from schoon.settings._parsing import (
    Setting,
    country_of,
    duration_of,
    instant_of,
    level_of,
    path_of,
    resolver_of,
    secret_hex_of,
    text_of,
    yes_or_no_of,
)

_PREFIX = "SCHOON_"


class SettingError(InputError):
    """A setting in the environment has a value that cannot be used."""

    next_step = "correct the variable; docs/operators/settings.md lists every one with an example"


class ClockRefusedError(RefusedError):
    """SCHOON_CLOCK is set outside a test; a service with a false clock would judge deadlines and freshness wrongly."""

    next_step = "unset SCHOON_CLOCK"


class DeathRefusedError(RefusedError):
    """SCHOON_DIE_AT is set outside a test; a service that kills itself would leave its work to nobody."""

    next_step = "unset SCHOON_DIE_AT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(NoticeSettings):
    """What the environment says. Each field carries its meaning in its annotation; `documented()` lists them."""

    home: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="~/.local/share/schoon; /var/lib/schoon for root",
            means="The folder that holds everything that is not placed elsewhere.",
        ),
    ]
    database_url: Annotated[
        str,
        Setting(
            parse=text_of,
            shown="sqlite:///HOME/schoon.db",
            means="The database, as an SQLAlchemy URL. PostgreSQL: `postgresql+psycopg://user@host/name`.",
        ),
    ] = field(repr=False)
    list_name: Annotated[
        str, Setting(parse=text_of, shown="nl", means="The name of the list that is published and served.")
    ] = "nl"
    publication: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/publication",
            means="The folder of published files: snapshots, deltas, the head. Serving hosts need only a copy of it.",
        ),
    ]
    list_key: Annotated[
        bytes,
        Setting(
            parse=secret_hex_of,
            shown="(none)",
            means="The list key itself, as 64 hexadecimal digits, from a key store; wins over the file.",
        ),
    ] = field(default=b"", repr=False)
    list_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/list.key",
            means="The file with the list key's 32 bytes. It turns digests into tags; keep it away from backups of the "
            "database.",
        ),
    ]
    signing_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/publishing.key.pem",
            means="The publisher's Ed25519 private key. Only where lists are published; never on serving hosts.",
        ),
    ]
    public_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/publishing.pub.pem",
            means="The publisher's public key, by which serving hosts verify every file.",
        ),
    ]
    receipt_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/receipts.key.pem",
            means="The Ed25519 private key that signs receipts of checks. On serving hosts.",
        ),
    ]
    session_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/sessions.key",
            means="The file with the 32 bytes that sign the hits page's session cookie. The same on hosts behind one "
            "address.",
        ),
    ]
    list_max_age: Annotated[
        timedelta,
        Setting(
            parse=duration_of,
            shown="1h",
            means="Without a signed word from the publisher for longer than this, every check answers `unavailable`.",
        ),
    ] = timedelta(hours=1)
    trusted_proxy: Annotated[
        str,
        Setting(
            parse=text_of,
            shown="(none)",
            means="Addresses of proxies, comma-separated, whose `X-Forwarded-Proto` and `X-Forwarded-For` are trusted.",
        ),
    ] = ""
    pages_over_tls: Annotated[
        bool,
        Setting(
            parse=yes_or_no_of,
            shown="yes behind a trusted proxy or with a certificate, else no",
            means="Whether browsers reach the hits page over TLS, so that its cookie can be marked `Secure`.",
        ),
    ] = False
    metrics_token: Annotated[
        str,
        Setting(
            parse=text_of,
            shown="(none)",
            means="Opens `/metrics` to whoever sends it as a bearer token; without it only this machine may read them.",
        ),
    ] = field(default="", repr=False)
    server: Annotated[
        str,
        Setting(parse=text_of, shown="(none)", means="The check service's address, for `check` and `scan`."),
    ] = ""
    token_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/token",
            means="The file with this member's token, for `check` and `scan`. A token is never on the command line.",
        ),
    ]
    ca_file: Annotated[
        Path | None,
        Setting(
            parse=path_of,
            shown="(the system's)",
            means="Certificates that the client trusts, when the service's own is not from a public authority.",
        ),
    ] = None
    resolver: Annotated[
        tuple[str, int] | None,
        Setting(
            parse=resolver_of,
            shown="(none)",
            means="The DNS resolver that traces ask, by its IP address, and no other. It learns which names were "
            "reported, so let it be your own.",
        ),
    ] = None
    home_country: Annotated[
        str,
        Setting(
            parse=country_of, shown="NL", means="The country that this installation works for: hosting there is ours."
        ),
    ] = "NL"
    probe_controls: Annotated[
        tuple[str, ...],
        Setting(
            parse=texts,
            shown="(none)",
            means="Web addresses, comma-separated, of which one at least always answers: by them the prober tells an "
            "outage of its own. Without one nothing is probed.",
        ),
    ] = ()
    probe_vantages: Annotated[
        tuple[Point, ...],
        Setting(
            parse=vantages,
            shown="here, by the system's own routes",
            means="Vantage points: each a name with the addresses of this machine that it connects from, one of IPv4, "
            "one of IPv6 or both.",
        ),
    ] = (("here", ()),)
    probe_ports: Annotated[
        frozenset[int], Setting(parse=ports, shown="80,443", means="The ports that the prober may connect to.")
    ] = frozenset({80, 443})
    probe_own_networks: Annotated[
        tuple[Network, ...],
        Setting(
            parse=networks,
            shown="(none)",
            means="Networks of your own with public addresses, comma-separated: the prober never connects to them.",
        ),
    ] = ()
    probe_parallel: Annotated[
        int, Setting(parse=count, shown="8", means="How many hosts the prober looks at at the same time.")
    ] = 8
    probe_pictures: Annotated[
        bool,
        Setting(
            parse=yes_or_no_of,
            shown="no",
            means="Whether the prober also hashes pictures by their looks, decoded in confined processes, so that one "
            "that a host stored anew is known again.",
        ),
    ] = False
    log_level: Annotated[
        str,
        Setting(parse=level_of, shown="info", means="How much is logged, as JSON lines: debug, info, warning, error."),
    ] = "INFO"
    clock: Annotated[
        datetime | None,
        Setting(
            parse=instant_of,
            shown="(the machine's)",
            means="Tests only: the instant at which the process's clock starts. Refused unless SCHOON_TESTING=1.",
        ),
    ] = None

    die_at: Annotated[
        str,
        Setting(
            parse=str,
            shown="(never)",
            means="Tests only: a point at which the process kills itself, `POINT` or `POINT#3` for the third time that "
            "it is passed. Refused unless SCHOON_TESTING=1.",
        ),
    ] = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that these variables give; empty variables count as absent.

        Raises:
            SettingError: A value cannot be used, or a SCHOON_ variable is not a setting (a typing error, most likely).
            ClockRefusedError, DeathRefusedError: SCHOON_CLOCK or SCHOON_DIE_AT is set and SCHOON_TESTING is not.
        """
        _refuse_unknown(environment)
        given = {
            name: _parse(variable, environment[variable], setting.parse)
            for name, setting in _declared().items()
            if environment.get(variable := variable_of(name))
        }
        if "clock" in given and environment.get("SCHOON_TESTING") != "1":
            raise ClockRefusedError(f"SCHOON_CLOCK={environment['SCHOON_CLOCK'][:40]} and SCHOON_TESTING is not 1")
        if "die_at" in given and environment.get("SCHOON_TESTING") != "1":
            raise DeathRefusedError("SCHOON_DIE_AT is set and SCHOON_TESTING is not 1")
        return cls(**_completed(given))


ALSO_READ = {
    "SCHOON_TESTING": "Tests only: allows SCHOON_CLOCK and SCHOON_DIE_AT.",
    "SCHOON_SOAK": "Tests only: the long runs of `make soak`.",
    "SCHOON_GOLDEN": "Tests only: rewrite the golden files (`make golden`).",
    "SCHOON_TEST_POSTGRES_URL": "Tests only: the PostgreSQL that the tests may use.",
}
"""Variables with our prefix that are not settings of a running Schoon."""


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return _PREFIX + name.upper()


def documented() -> tuple[tuple[str, str, str], ...]:
    """Every setting: variable, default as shown to people, meaning."""
    return tuple((variable_of(name), setting.shown, setting.means) for name, setting in _declared().items())


def _declared() -> dict[str, Setting]:
    hints = get_type_hints(Settings, include_extras=True)
    names = [item.name for item in fields(Settings)]
    desk = {item.name for item in fields(NoticeSettings)}
    return {name: hints[name].__metadata__[0] for name in sorted(names, key=lambda name: name in desk)}


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {variable_of(name) for name in _declared()} | ALSO_READ.keys()
    for variable in environment:
        if variable.startswith(_PREFIX) and variable not in known:
            raise SettingError(f"{variable} is set, and is not a setting of Schoon")


def _parse(variable: str, value: str, parse: Callable[[str], object]) -> object:
    try:
        return parse(value)
    except ValueError as problem:
        shown = "(a secret)" if variable.endswith(("_KEY", "_SMTP")) else repr(value[:80])
        raise SettingError(f"{variable}: {shown} is not {problem}") from None


def _completed(given: dict[str, Any]) -> dict[str, Any]:
    """The given values, with what follows from them: every place that was not given lies under the home folder."""
    home = given.get("home") or _default_home()
    places = {
        "home": home,
        "database_url": f"sqlite:///{home}/schoon.db",
        "publication": home / "publication",
        "list_key_file": home / "keys" / "list.key",
        "signing_key_file": home / "keys" / "publishing.key.pem",
        "public_key_file": home / "keys" / "publishing.pub.pem",
        "receipt_key_file": home / "keys" / "receipts.key.pem",
        "session_key_file": home / "keys" / "sessions.key",
        "desk_key_file": home / "keys" / "desk.key",
        "reporter_key_file": home / "keys" / "reporter.key",
        "refused_mail": home / "refused-mail",
        "dkim_key_file": home / "keys" / "dkim.key.pem",
        "token_file": home / "token",
        "pages_over_tls": bool(given.get("trusted_proxy")),
    }
    return places | given


def _default_home() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/schoon")
    return Path.home() / ".local" / "share" / "schoon"
