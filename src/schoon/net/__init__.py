"""The rooms' ports to the outside world: webhooks, mail, the DNS, registries, the public suffix list."""

from schoon.net.dns import DnsResolver, NoResolver
from schoon.net.notices import MailChannel, PoliceMail, PortalChannel, WebhookChannel
from schoon.net.rdap import RdapDoor
from schoon.net.smtp import DkimKey, MailServer, Security, SmtpDoor
from schoon.net.suffixes import InstalledSuffixes
from schoon.net.webhook import WebhookSender, signature_of

__all__ = [
    "DkimKey",
    "DnsResolver",
    "InstalledSuffixes",
    "MailChannel",
    "MailServer",
    "NoResolver",
    "PoliceMail",
    "PortalChannel",
    "RdapDoor",
    "Security",
    "SmtpDoor",
    "WebhookChannel",
    "WebhookSender",
    "signature_of",
]
