"""The rooms' ports to the outside world: members' webhooks, the DNS, registries, public suffixes, material itself."""

from schoon.net._probe_words import ProbeLimits
from schoon.net.dns import DnsResolver, NoResolver
from schoon.net.prober import HttpProber, NoLegalBasisError, ProberSetUpError, Vantage
from schoon.net.rdap import RdapDoor
from schoon.net.suffixes import InstalledSuffixes
from schoon.net.webhook import WebhookSender, signature_of

__all__ = [
    "DnsResolver",
    "HttpProber",
    "InstalledSuffixes",
    "NoLegalBasisError",
    "NoResolver",
    "ProbeLimits",
    "ProberSetUpError",
    "RdapDoor",
    "Vantage",
    "WebhookSender",
    "signature_of",
]
