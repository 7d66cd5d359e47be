"""The rooms' ports to the outside world: here, members' webhooks."""

from schoon.net.webhook import WebhookSender, signature_of

__all__ = ["WebhookSender", "signature_of"]
