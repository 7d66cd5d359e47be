"""The settings of notices: who sends them, over which mail server, and by which law."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from schoon.norms import LAW_PROFILES
from schoon.settings._desk import DeskSettings
from schoon.settings._parsing import Setting, duration_of, path_of, text_of

_MAIL = re.compile(r"[!-?A-~]{1,64}@[a-z0-9.-]{3,255}")
_SECURE = {"starttls": 587, "tls": 465}
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAddress:
    """Where the mail server is, and how it is spoken to: `starttls`, `tls`, or `none` on this very machine."""

    security: str
    host: str
    port: int
    user: str


def smtp_of(value: str) -> SmtpAddress:
    """A mail server."""
    expected = "starttls://user@mail.example, tls://mail.example:465, or none://127.0.0.1:25 on this very machine"
    try:
        parts = urlsplit(value)
        port = parts.port or _SECURE.get(parts.scheme, 25)
    except ValueError:
        raise ValueError(expected) from None
    host = parts.hostname or ""
    is_plain = parts.scheme == "none" and host in _HERE
    if not host or parts.password or parts.path.strip("/") or not (is_plain or parts.scheme in _SECURE):
        raise ValueError(expected)
    return SmtpAddress(security=parts.scheme, host=host, port=port, user=parts.username or "")


def mail_of(value: str) -> str:
    """A mail address."""
    if not _MAIL.fullmatch(value):
        raise ValueError("a mail address in ASCII, its domain in small letters")
    return value


def page_of(value: str) -> str:
    """The beginning of a link, without a slash at its end."""
    parts = urlsplit(value)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    if not is_safe or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an https address, such as https://notices.hotline.example/n, or http on this very machine")
    return value.rstrip("/")


def days_of(value: str) -> frozenset[date]:
    """Days."""
    try:
        return frozenset(date.fromisoformat(one.strip()) for one in value.split(",") if one.strip())
    except ValueError:
        raise ValueError("days such as 2026-12-25, with commas between them") from None


def profile_of(value: str) -> str:
    """The name of a law profile."""
    if value not in LAW_PROFILES:
        raise ValueError(f"one of {', '.join(LAW_PROFILES)}")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings(DeskSettings):
    """What the environment says of notices, beside the desk."""

    hotline: Annotated[
        str,
        Setting(
            parse=text_of, shown="(none)", means="The name under which notices are sent. Nothing is sent without it."
        ),
    ] = ""
    notice_from: Annotated[
        str,
        Setting(
            parse=mail_of,
            shown="(none)",
            means="The mail address of notices, which people read. What comes back goes to `bounces+…@` its domain.",
        ),
    ] = ""
    portal: Annotated[
        str,
        Setting(
            parse=page_of,
            shown="(none)",
            means="The beginning of the links to the pages of notices; a token follows it.",
        ),
    ] = ""
    smtp: Annotated[
        SmtpAddress | None,
        Setting(
            parse=smtp_of,
            shown="(none)",
            means="The mail server that takes notices: `starttls://user@mail.example`, `tls://mail.example:465`, or "
            "`none://127.0.0.1:25` on this very machine.",
        ),
    ] = None
    smtp_password_file: Annotated[
        Path | None,
        Setting(parse=path_of, shown="(none)", means="The file with the password of the mail server's user."),
    ] = None
    dkim_selector: Annotated[
        str,
        Setting(parse=text_of, shown="schoon", means="The name of the DKIM key in the DNS: `NAME._domainkey.DOMAIN`."),
    ] = "schoon"
    dkim_key_file: Annotated[
        Path,
        Setting(parse=path_of, shown="HOME/keys/dkim.key.pem", means="The RSA private key that signs mail (DKIM)."),
    ]
    police_email: Annotated[
        str,
        Setting(parse=mail_of, shown="(none)", means="Where referrals to the police go; they wait without it."),
    ] = ""
    law_profile: Annotated[
        str,
        Setting(parse=profile_of, shown="nl-2024-act", means="The law profile of new notices."),
    ] = "nl-2024-act"
    notice_window: Annotated[
        timedelta,
        Setting(parse=duration_of, shown="1h", means="How long items of one hoster are gathered for one notice."),
    ] = timedelta(hours=1)
    notice_blocked_days: Annotated[
        frozenset[date],
        Setting(
            parse=days_of,
            shown="(none)",
            means="Days (UTC) on which no notice goes out, with commas between them. The term counts hours: leave it.",
        ),
    ] = frozenset()
