"""`schoon demo`: the whole job on ordinary photos, on this machine alone."""

from schoon.cli.demo._command import APPS

__all__ = ["APPS"]
