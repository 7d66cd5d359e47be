"""The public suffix list that is installed with the `publicsuffixlist` package; nothing is fetched."""

import re
from datetime import date
from functools import cached_property
from importlib import resources

from publicsuffixlist import PublicSuffixList
from typing_extensions import override

from schoon.hosting import DomainName
from schoon.hosting.ports import Suffixes
from schoon.reports import address_of
from schoon.reports.ports import Sites

_VERSION = re.compile(r"^// VERSION: (\d{4}-\d{2}-\d{2})", re.MULTILINE)
_HEAD = 2_000


class InstalledSuffixes(Suffixes, Sites):
    """Cuts names with both sections of the list.

    ICANN's says what a registrar sold, the private one what a platform lets its customers have below that.
    """

    @override
    def cut(self, host: str) -> DomainName:
        """The parts of a canonical name; of a name under an unknown suffix the last label counts as the suffix."""
        suffix = self._whole.publicsuffix(host)
        return DomainName(
            registrable=self._icann.privatesuffix(host),
            site=self._whole.privatesuffix(host),
            suffix=suffix or host,
            list_dated=self.dated,
        )

    @override
    def site_of(self, host: str) -> str:
        """The registrable domain, or a platform's customer below it; an IP address or bare suffix is its own."""
        if address_of(host) is not None:
            return host
        return self._whole.privatesuffix(host) or host

    @cached_property
    def dated(self) -> date:
        """The day of the list, as the list itself says."""
        with resources.files("publicsuffixlist").joinpath("public_suffix_list.dat").open(encoding="utf-8") as file:
            found = _VERSION.search(file.read(_HEAD))
        if found is None:
            raise RuntimeError("the installed public suffix list holds no date")
        return date.fromisoformat(found[1])

    @cached_property
    def _whole(self) -> PublicSuffixList:
        return PublicSuffixList()

    @cached_property
    def _icann(self) -> PublicSuffixList:
        return PublicSuffixList(only_icann=True)
