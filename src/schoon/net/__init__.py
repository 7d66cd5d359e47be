"""The rooms' ports to the outside world: webhooks, mail, the DNS, registries, public suffixes, material itself."""

from schoon.net._probe_words import Network, ProbeLimits
from schoon.net.dns import DnsResolver, NoResolver
from schoon.net.notices import MailChannel, PoliceMail, PortalChannel, WebhookChannel
from schoon.net.prober import HttpProber, NoLegalBasisError, ProberSetUpError, Vantage
from schoon.net.rdap import RdapDoor
from schoon.net.smtp import DkimKey, MailServer, Security, SmtpDoor
from schoon.net.suffixes import InstalledSuffixes
from schoon.net.webhook import WebhookSender, signature_of

__all__ = [
    "DkimKey",
    "DnsResolver",
    "HttpProber",
    "InstalledSuffixes",
    "MailChannel",
    "MailServer",
    "Network",
    "NoLegalBasisError",
    "NoResolver",
    "PoliceMail",
    "PortalChannel",
    "ProbeLimits",
    "ProberSetUpError",
    "RdapDoor",
    "Security",
    "SmtpDoor",
    "Vantage",
    "WebhookChannel",
    "WebhookSender",
    "signature_of",
]
