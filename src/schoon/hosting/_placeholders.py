"""What stands in registries where a contact should be, and is none."""

import re

_WITHHELD = re.compile(
    r"redacted|not disclosed|withheld|please query|data protected|gdpr|statutory masking|private person"
    r"|not applicable|non-public|hidden upon|privacy (?:service|protect)|contact the registrar",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@(?:[^\s@<>\"(),:;\\\[\].]{1,63}\.)+[^\s@<>\"(),:;\\\[\].]{2,63}")
_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid|test|localhost|local)$")
_NOBODY = re.compile(r"(?:no-?reply|do-?not-?reply|nobody|none|null|unknown|removed|devnull)$", re.IGNORECASE)
"""`removed@lacnic.net` is how LACNIC withholds an address. Source: docs/sources.md#rdap."""


def email_reason(email: str) -> str:
    """Why the text is no address to which a notice can go; empty when it may be one."""
    withheld = name_reason(email)
    if withheld:
        return withheld
    if not _EMAIL.fullmatch(email):
        return "not an e-mail address"
    person, _, domain = email.lower().rpartition("@")
    if _RESERVED.search(domain):
        return "an address under a name reserved for examples and tests"
    if _NOBODY.match(person):
        return "an address that nobody reads"
    return ""


def name_reason(name: str) -> str:
    """Why the text names nobody; empty when it may be a name."""
    if not name.strip():
        return "empty"
    if _WITHHELD.search(name):
        return "withheld by the registry or registrar"
    return ""
