"""Who can take an address down, with evidence: registrar, network, hoster, CDN, reseller.

A trace never fails for one source: what could not be found out stands beside what could.
"""

from schoon.hosting._bootstrap import server_of
from schoon.hosting._record import chain_from_json, chain_to_json
from schoon.hosting._rows import prefixes_of
from schoon.hosting._snapshot_types import (
    RefusedRow,
    Route,
    Snapshot,
    SnapshotId,
    SnapshotImport,
    SnapshotKind,
    SnapshotReport,
)
from schoon.hosting._special import Internet, ipv4_behind, special_name_reason, special_reason
from schoon.hosting.errors import (
    DomainRuleError,
    DomainRuleOverlapError,
    NoSuchDomainRuleError,
    NoSuchTraceError,
    SnapshotDateError,
    SnapshotFileError,
)
from schoon.hosting.types import (
    CachedAnswer,
    Confidence,
    Contact,
    DirectAssessment,
    DomainName,
    DomainRule,
    DomainRuleId,
    Evidence,
    HostingChain,
    KeptRule,
    Outcome,
    RejectedContact,
    Residence,
    RuleKind,
    Scope,
    Source,
    SourceFailure,
    TracedAddress,
    TraceId,
    Where,
)

__all__ = [
    "CachedAnswer",
    "Confidence",
    "Contact",
    "DirectAssessment",
    "DomainName",
    "DomainRule",
    "DomainRuleError",
    "DomainRuleId",
    "DomainRuleOverlapError",
    "Evidence",
    "HostingChain",
    "Internet",
    "KeptRule",
    "NoSuchDomainRuleError",
    "NoSuchTraceError",
    "Outcome",
    "RefusedRow",
    "RejectedContact",
    "Residence",
    "Route",
    "RuleKind",
    "Scope",
    "Snapshot",
    "SnapshotDateError",
    "SnapshotFileError",
    "SnapshotId",
    "SnapshotImport",
    "SnapshotKind",
    "SnapshotReport",
    "Source",
    "SourceFailure",
    "TraceId",
    "TracedAddress",
    "Where",
    "chain_from_json",
    "chain_to_json",
    "ipv4_behind",
    "prefixes_of",
    "server_of",
    "special_name_reason",
    "special_reason",
]
