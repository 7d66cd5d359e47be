"""Reads what registries answer, and what IANA's files say about who answers for what."""

import json
from datetime import date
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.hosting import SnapshotFileError, SnapshotKind, server_of
from schoon.hosting._bootstrap import read_bootstrap
from schoon.hosting._placeholders import email_reason, name_reason
from schoon.hosting._rdap import MalformedAnswerError, read_registration
from tests.rdap_server import bootstrap, domain, entity, network

PLACEHOLDERS = [
    ("REDACTED FOR PRIVACY", "withheld"),
    ("Redacted for Privacy <x@y.zz>", "withheld"),
    ("Please query the RDDS service of the Registrar of Record", "withheld"),
    ("NOT DISCLOSED", "withheld"),
    ("gdpr-masking@gdpr-masked.com", "withheld"),
    ("removed@lacnic.net", "nobody reads"),
    ("noreply@stroom.zz", "nobody reads"),
    ("no-reply@stroom.zz", "nobody reads"),
    ("abuse@example", "not an e-mail"),
    ("abuse@example.com", "reserved"),
    ("abuse@sub.example.org", "reserved"),
    ("abuse@hoster.example", "reserved"),
    ("abuse@hoster.invalid", "reserved"),
    ("abuse@localhost", "not an e-mail"),
    ("https://registrar.zz/contact", "not an e-mail"),
    ("abuse at stroom.zz", "not an e-mail"),
    ("a@b@stroom.zz", "not an e-mail"),
    ("", "empty"),
]


@pytest.mark.parametrize(("text", "reason"), PLACEHOLDERS)
def test_a_placeholder_is_no_contact_and_the_reason_is_said(text, reason):
    assert reason in email_reason(text)


@pytest.mark.parametrize("text", ["abuse@stroom.zz", "abuse+csam@a.b.stroom.zz", "ABUSE@Stroom.ZZ", "x@exampleton.zz"])
def test_an_address_of_somebody_is_a_contact(text):
    assert email_reason(text) == ""


def test_a_withheld_name_names_nobody():
    assert name_reason("Data Protected")
    assert name_reason("Stroom BV") == ""


def test_a_range_is_read_with_its_parties():
    answer = network(
        "45.80.1.0",
        "45.80.1.255",
        entity(
            "registrant",
            name="Klant BV",
            country="NL",
            inner=[entity("abuse", name="Abuse desk", email="abuse@klant.zz")],
        ),
        entity("technical", name="Someone", email="noc@klant.zz"),
        country="GB",
    )
    found = read_registration(json.dumps(answer), "ip network")
    assert (found.first, found.last, found.country) == ("45.80.1.0", "45.80.1.255", "GB")
    (holder,) = found.with_role("registrant")
    assert (holder.name, holder.country) == ("Klant BV", "NL")
    (abuse,) = found.with_role("abuse")
    assert (list(abuse.emails), sorted(abuse.under)) == (["abuse@klant.zz"], ["registrant"])
    assert not list(found.with_role("abuse", under="registrar"))


def test_notices_that_are_no_list_do_no_harm():
    answer = domain("foto.zz", entity("registrar", name="Names Ltd"))
    assert isinstance(answer["notices"], dict)
    assert next(read_registration(json.dumps(answer), "domain").with_role("registrar")).name == "Names Ltd"


def test_a_country_in_an_old_address_is_read_when_it_is_a_code():
    card = ["vcard", [["adr", {}, "text", ["", "", "S 1", "T", "", "1", "nl"]], ["fn", {}, "text", "K"]]]
    answer = network("45.0.0.0", "45.0.0.255", {"roles": ["registrant"], "vcardArray": card})
    assert next(read_registration(json.dumps(answer), "ip network").with_role("registrant")).country == "NL"
    answer = json.loads(json.dumps(answer).replace('"nl"', '"Netherlands"'))
    assert next(read_registration(json.dumps(answer), "ip network").with_role("registrant")).country == ""


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{", '{"objectClassName": "domain"}', "[" * 100_000])
def test_what_is_no_answer_is_said_to_be_none(text):
    with pytest.raises(MalformedAnswerError):
        read_registration(text, "ip network")


def test_an_endless_nest_of_parties_is_cut():
    inner = entity("abuse", name="deep", email="a@b.zz")
    for _ in range(50):
        inner = entity("registrant", name="x", inner=[inner])
    found = read_registration(json.dumps(network("45.0.0.0", "45.0.0.255", inner)), "ip network")
    assert 0 < len(found.entities) < 10


def test_control_characters_of_a_registry_reach_no_terminal():
    answer = network("45.0.0.0", "45.0.0.255", entity("registrant", name="Kl\x1b[2Jant\u202e BV"))
    assert next(read_registration(json.dumps(answer), "ip network").with_role("registrant")).name == "Kl[2Jant BV"


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"entities": scraps, "country": scraps, "name": scraps, "startAddress": scraps}), scraps)
def test_any_json_is_read_or_refused(parts, card):
    answer = {"objectClassName": "ip network"} | parts
    read_registration(json.dumps(answer), "ip network")
    answer["entities"] = [{"roles": card, "vcardArray": card, "entities": [card]}, {"vcardArray": ["vcard", card]}]
    read_registration(json.dumps(answer), "ip network")


def test_the_longest_entry_of_a_file_says_who_answers():
    file = read_bootstrap(bootstrap([[["uk"], ["https://uk.zz/"]], [["co.uk"], ["http://a.zz/", "https://co.zz/"]]]))
    assert (file.kind, file.published, file.count) == (SnapshotKind.RDAP_DNS, date(2026, 11, 1), 2)
    assert file.for_domain("foto.co.uk") == ("https://co.zz/", "http://a.zz/")
    assert file.for_domain("foto.org.uk") == ("https://uk.zz/",)
    assert file.for_domain("foto.nl") == ()
    assert file.servers == {"https://uk.zz:443", "https://co.zz:443", "http://a.zz:80"}


def test_the_longest_range_of_a_file_says_who_answers():
    rows = [[["45.0.0.0/8"], ["https://wide.zz/"]], [["45.80.0.0/16"], ["https://close.zz/"]]]
    file = read_bootstrap(bootstrap(rows))
    assert file.kind is SnapshotKind.RDAP_IPV4
    assert file.for_address(ip_address("45.80.1.1")) == ("https://close.zz/",)
    assert file.for_address(ip_address("45.81.1.1")) == ("https://wide.zz/",)
    assert file.for_address(ip_address("46.0.0.1")) == ()
    assert file.for_address(ip_address("2d00::1")) == ()
    assert read_bootstrap(bootstrap([[["2d00::/8"], ["https://six.zz/"]]])).kind is SnapshotKind.RDAP_IPV6


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        bootstrap([]),
        bootstrap([[["zz"], []]]),
        bootstrap([[["zz"], ["ftp://x.zz/"]]]),
        bootstrap([[["zz"], ["https://user@x.zz/"]]]),
        bootstrap([[["1-100"], ["https://x.zz/"]]]),
        bootstrap([[["45.0.0.0/8", "zz"], ["https://x.zz/"]]]),
        bootstrap([[["zz"], ["https://x.zz/"]]], published="soon"),
        '{"publication": "2026-01-01", "services": [[[1], ["https://x.zz/"]]]}',
    ],
)
def test_a_file_of_another_form_is_refused(text):
    with pytest.raises(SnapshotFileError):
        read_bootstrap(text)


@pytest.mark.parametrize(
    "url",
    ["https://a@b.zz/", "https://b.zz\\@c.zz/", "https:///x", "https://b.zz:x/", "//b.zz/", "https://b\n.zz/", "x"],
)
def test_an_address_that_could_be_two_names_no_server(url):
    assert server_of(url) == ""
