"""What people change about hosters."""

import secrets
from dataclasses import replace
from datetime import datetime

from schoon.check import Webhook, require_webhook_url
from schoon.kinds import HosterId
from schoon.notices._desk_types import HosterChange
from schoon.notices._events import about
from schoon.notices._parts import NoticeParts
from schoon.notices.errors import HosterContactError, NoSuchHosterError
from schoon.notices.rules import mail_address_of
from schoon.notices.types import MOST_NAME, ChannelKind, Hoster

_SECRET_BYTES = 32


def change_hoster(parts: NoticeParts, hoster_id: HosterId, change: HosterChange, *, by: str, now: datetime) -> Hoster:
    """The hoster, changed and so reviewed; a new webhook has a new secret, shown this once.

    Raises:
        NoSuchHosterError: There is none.
        WebhookUrlError: Messages cannot be sent to that address.
        HosterContactError: The mail address cannot be written to, or the channel has no webhook.
    """
    with parts.transactions.write() as tx:
        hoster = parts.hosters.hosters(tx, [hoster_id]).get(hoster_id)
        if hoster is None:
            raise NoSuchHosterError(f"there is no hoster {hoster_id}")
        changed = _changed(hoster, change)
        parts.hosters.save(tx, [changed])
        what = [name for name in HosterChange.__slots__ if getattr(change, name) is not None]
        event = about("notice:hoster:change", f"hoster:{hoster_id}", now, by=by, what=",".join(what))
        parts.journal.append(tx, event)
    return changed


def _changed(hoster: Hoster, change: HosterChange) -> Hoster:
    if change.organisation is not None:
        name = " ".join(change.organisation.split())
        if not name or len(name) > MOST_NAME or not name.isprintable():
            raise HosterContactError(f"a hoster has a name of 1 to {MOST_NAME} printable characters")
        hoster = replace(hoster, organisation=name)
    if change.email is not None:
        email = mail_address_of(change.email)
        if email is None:
            raise HosterContactError(f"{change.email[:80]!r} is no address that mail goes to")
        hoster = replace(hoster, email=email, bounced_at=None)
    if change.webhook_url:
        require_webhook_url(change.webhook_url)
        secret = secrets.token_urlsafe(_SECRET_BYTES).encode()
        hoster = replace(hoster, webhook=Webhook(url=change.webhook_url, secret=secret))
    elif change.webhook_url is not None:
        hoster = replace(hoster, webhook=None)
    hoster = replace(
        hoster,
        language=change.language or hoster.language,
        channel=change.channel or hoster.channel,
        party=change.party or hoster.party,
        reviewed=True,
    )
    if hoster.channel is ChannelKind.WEBHOOK and hoster.webhook is None:
        raise HosterContactError("the channel webhook has no webhook address", next_step="give --webhook URL with it")
    return hoster
