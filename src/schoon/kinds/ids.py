"""One type per id, so that two ids are never mistaken for each other."""

from typing import NewType

EntryId = NewType("EntryId", int)
"""An entry of the hash list; counts up, at most 2**32 - 1 (the snapshot stores it in four bytes)."""

SupplierId = NewType("SupplierId", int)
"""A supplier; at most 65535 (the snapshot stores it in two bytes)."""

BatchId = NewType("BatchId", int)
OrganisationId = NewType("OrganisationId", int)
MemberId = NewType("MemberId", int)
TokenId = NewType("TokenId", str)
"""The public half of an API token: names it in logs and lists, opens nothing."""

HitId = NewType("HitId", str)
"""A random name, safe to show to the member it belongs to."""

ReportId = NewType("ReportId", str)
"""A random name of a report, safe in logs; the reporter's status code is another."""

ItemId = NewType("ItemId", str)
"""A random name of one address of material, safe in logs; the address itself is not."""

PersonId = NewType("PersonId", str)
"""A random name of somebody who works at the desk; logs and journal hold it in place of the person's own."""

HosterId = NewType("HosterId", int)
NoticeId = NewType("NoticeId", str)
"""A random name of a notice, safe to show to the hoster it went to."""
