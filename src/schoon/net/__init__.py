"""The rooms' ports to the outside world: members' webhooks, the DNS, registries, the public suffix list."""

from schoon.net.dns import DnsResolver, NoResolver
from schoon.net.rdap import RdapDoor
from schoon.net.suffixes import InstalledSuffixes
from schoon.net.webhook import WebhookSender, signature_of

__all__ = ["DnsResolver", "InstalledSuffixes", "NoResolver", "RdapDoor", "WebhookSender", "signature_of"]
