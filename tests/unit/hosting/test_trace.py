"""What a trace finds, and what it says when it finds nothing."""

import json
from datetime import timedelta
from ipaddress import ip_address

import pytest

from schoon.hosting import Confidence, Outcome, RuleKind, Scope, Source, Where
from schoon.hosting.ports import DnsStatus, SourceFault
from schoon.net import NoResolver
from schoon.reports import TargetUrl, TargetUrlError
from tests.hosting_world import DAY, SUFFIXES, T0, Origins, World
from tests.rdap_server import domain, entity, network

REGISTRAR = entity("registrar", name="Names Ltd", inner=[entity("abuse", name="Abuse", email="abuse@names.zz")])
KLANT = network(
    "45.80.1.0",
    "45.80.1.255",
    entity("registrant", name="Klant BV", country="NL"),
    entity("abuse", name="Klant abuse", email="abuse@klant.zz"),
    country="GB",
)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.take()
    world.take_servers()
    world.names.known["foto.zz"] = ["45.80.1.10", "45.80.1.11", "2d00:1::10"]
    world.registry.answers["ip/45.80.1.10"] = json.dumps(KLANT)
    world.registry.answers["domain/foto.zz"] = json.dumps(domain("foto.zz", REGISTRAR))
    return world


def test_every_contact_has_scope_source_time_and_evidence(world):
    chain = world.trace("https://foto.zz/a")
    assert chain.outcome is Outcome.TRACED
    found = {(one.scope, one.email, one.source, one.confidence) for one in chain.contacts}
    assert (Scope.HOSTER, "abuse@klant.zz", Source.RDAP, Confidence.HIGH) in found
    assert (Scope.NETWORK, "abuse@klant.zz", Source.SNAPSHOT, Confidence.HIGH) in found
    assert (Scope.REGISTRAR, "abuse@names.zz", Source.RDAP, Confidence.MEDIUM) in found
    evidence = {one.number: one for one in chain.evidence}
    assert all(evidence[one.evidence].source is one.source for one in chain.contacts)
    assert all(one.obtained_at == T0 for one in chain.contacts)
    assert chain.best_contact is not None
    assert (chain.best_contact.scope, chain.best_contact.email) == (Scope.HOSTER, "abuse@klant.zz")


def test_snapshots_and_the_suffix_list_say_their_dates(world):
    chain = world.trace()
    dated = {one.source: one.dated for one in chain.evidence}
    assert dated[Source.SNAPSHOT] == (T0 - DAY).date()
    assert dated[Source.SUFFIXES] == SUFFIXES.dated
    assert chain.domain.list_dated == SUFFIXES.dated


def test_each_address_is_asked_for_since_a_range_may_hold_a_smaller_one_of_somebody_else(world):
    small = network(
        "45.80.1.11", "45.80.1.11", entity("registrant", name="Huurder"), entity("abuse", email="a@huurder.zz")
    )
    world.registry.answers["ip/45.80.1.11"] = json.dumps(small)
    chain = world.trace()
    assert [one.registered_range for one in chain.addresses][:2] == [
        "45.80.1.0 - 45.80.1.255",
        "45.80.1.11 - 45.80.1.11",
    ]
    assert {one.email for one in chain.notice_to} == {"abuse@klant.zz", "a@huurder.zz", "abuse@stroom.zz"}


def test_a_contact_that_stands_for_several_addresses_is_told_once(world):
    world.registry.answers["ip/45.80.1.11"] = json.dumps(KLANT)
    chain = world.trace()
    hosters = [one for one in chain.contacts if one.scope is Scope.HOSTER]
    assert [one.email for one in hosters] == ["abuse@klant.zz"]


def test_a_source_that_fails_stands_beside_the_others(world):
    world.names.faults["foto.zz", "AAAA"] = DnsStatus.SERVFAIL
    world.registry.answers["domain/foto.zz"] = SourceFault("timeout", "the registry did not answer in time")
    world.registry.answers["ip/45.80.1.10"] = "<html>busy</html>"
    chain = world.trace()
    assert chain.outcome is Outcome.TRACED
    assert {(one.source, one.kind) for one in chain.failures} == {
        (Source.DNS, "servfail"),
        (Source.RDAP, "timeout"),
        (Source.RDAP, "malformed"),
        (Source.RDAP, "not_found"),
    }
    assert chain.best_contact.email == "abuse@klant.zz"


def test_without_any_source_the_failures_say_what_is_missing(tmp_path):
    chain = World(tmp_path, resolver=NoResolver()).trace()
    assert chain.outcome is Outcome.UNRESOLVED
    assert "SCHOON_RESOLVER" in chain.outcome_reason
    assert {one.kind for one in chain.failures} == {"not_configured"}
    assert chain.best_contact is None
    assert chain.residence.where is Where.UNKNOWN


def test_an_answer_about_another_range_is_not_believed(world):
    world.registry.answers["ip/45.80.1.10"] = json.dumps(
        KLANT | {"startAddress": "45.81.0.0", "endAddress": "45.81.0.9"}
    )
    chain = world.trace()
    assert "malformed" in {one.kind for one in chain.failures}
    assert {one.source for one in chain.contacts if one.email == "abuse@klant.zz"} == {Source.SNAPSHOT}


def test_a_contact_of_one_trace_never_appears_in_the_next(world):
    world.trace()
    world.names.known["other.zz"] = ["45.81.0.1"]
    chain = world.trace("https://other.zz/")
    assert {one.email for one in chain.contacts} == {"abuse@fern.zz"}


def test_a_placeholder_is_kept_with_its_reason_and_gets_no_notice(world):
    redacted = entity("abuse", name="REDACTED FOR PRIVACY", email="REDACTED FOR PRIVACY")
    technical = entity("technical", name="NOC", email="noc@klant.zz")
    world.registry.answers["ip/45.80.1.10"] = json.dumps(network("45.80.1.0", "45.80.1.255", redacted, technical))
    chain = world.trace()
    (rejected,) = chain.rejected
    assert (rejected.value, rejected.scope, "withheld" in rejected.reason) == (
        "REDACTED FOR PRIVACY",
        Scope.HOSTER,
        True,
    )
    found = {one.email: one.confidence for one in chain.contacts if one.scope is Scope.HOSTER}
    assert found == {"noc@klant.zz": Confidence.LOW}


def test_an_onion_name_is_untraceable_and_is_asked_of_nobody(world):
    chain = world.trace("http://abcdefabcdefabcd.onion/x")
    assert chain.outcome is Outcome.UNTRACEABLE
    assert "by design" in chain.outcome_reason
    assert (world.names.asked, world.registry.asked, chain.failures) == ([], [], ())


@pytest.mark.parametrize("url", ["http://localhost/", "http://printer.local/", "http://127.1/", "http://[fe80::1]/"])
def test_what_is_not_of_the_internet_is_said_to_be_so_and_asked_of_nobody(world, url):
    chain = world.trace(url)
    assert chain.outcome is Outcome.SPECIAL
    assert (world.names.asked, world.registry.asked) == ([], [])
    assert chain.contacts == ()


def test_special_addresses_are_shown_and_are_no_hosting(world):
    world.names.known["half.zz"] = ["45.80.1.10", "192.168.1.1", "::1"]
    chain = world.trace("https://half.zz/")
    assert chain.outcome is Outcome.TRACED
    special = {one.address: one.special for one in chain.addresses}
    assert special["45.80.1.10"] == ""
    assert "private" in special["192.168.1.1"]
    assert "loopback" in special["::1"]
    assert not any("192.168" in one or one.endswith("::1") for one in world.registry.asked)
    world.names.known["inside.zz"] = ["10.0.0.1"]
    assert world.trace("https://inside.zz/").outcome is Outcome.SPECIAL


def test_a_name_that_does_not_exist_and_one_without_addresses_differ(world):
    assert world.trace("https://nothing.zz/").outcome is Outcome.NO_SUCH_NAME
    world.names.known["empty.zz"] = []
    assert world.trace("https://empty.zz/").outcome is Outcome.NO_ADDRESS
    world.names.faults["foto.zz", "A"] = world.names.faults["foto.zz", "AAAA"] = DnsStatus.TIMEOUT
    chain = world.trace()
    assert (chain.outcome, "in time" in chain.outcome_reason) == (Outcome.UNRESOLVED, True)


def test_the_registrar_is_found_although_the_name_has_no_address(world):
    del world.names.known["foto.zz"]
    chain = world.trace()
    assert [one.scope for one in chain.contacts] == [Scope.REGISTRAR]
    assert chain.best_contact is None


def test_a_forced_hoster_goes_before_what_registries_say(world):
    party = {"organisation": "Echt BV", "email": "abuse@echt.zz", "country": "DE"}
    kept = world.rule("foto.zz", RuleKind.FORCE_HOSTER, **party)
    chain = world.trace("https://www.foto.zz/")
    assert chain.best_contact.email == "abuse@echt.zz"
    assert chain.residence.where is Where.ABROAD
    assert f"rule {kept.rule_id}" in chain.residence.reason
    assert world.trace("https://notfoto.zz/").rules == ()


def test_the_owner_is_told_only_where_a_rule_says_so(world):
    owner = entity("registrant", name="Owner", email="me@owner.zz")
    world.registry.answers["domain/foto.zz"] = json.dumps(domain("foto.zz", REGISTRAR, owner))
    assert Scope.SITE_OWNER not in {one.scope for one in world.trace().contacts}
    world.rule("foto.zz", RuleKind.NOTIFY_OWNER)
    chain = world.trace(fresh=True)
    assert {one.email for one in chain.contacts if one.scope is Scope.SITE_OWNER} == {"me@owner.zz"}
    assert chain.best_contact.email == "abuse@klant.zz"


def test_a_rule_may_forbid_looking_or_assess_at_once(world):
    world.rule("foto.zz", RuleKind.DO_NOT_PROBE)
    world.rule("zz.zz", RuleKind.DO_NOT_PROBE)
    chain = world.trace("https://a.foto.zz/")
    assert (chain.do_not_probe, chain.assessment) == (True, None)


def test_behind_a_cdn_the_origin_is_what_counts(tmp_path):
    world = World(tmp_path, origins=Origins([ip_address("45.80.1.10")]))
    world.take()
    world.names.known["cdn.zz"] = ["45.99.0.1"]
    world.rule("cdn.zz", RuleKind.CDN_ORIGIN)
    chain = world.trace("https://cdn.zz/")
    assert [(one.address, one.origin) for one in chain.addresses] == [("45.99.0.1", False), ("45.80.1.10", True)]
    scopes = {one.email: one.scope for one in chain.contacts}
    assert scopes == {"abuse@klant.zz": Scope.NETWORK, "abuse@snelnet.zz": Scope.CDN}
    assert [one.email for one in chain.notice_to] == ["abuse@klant.zz"]
    assert chain.residence.where is Where.OURS


def test_a_cdn_that_does_not_say_leaves_the_country_unknown(world):
    world.names.known["cdn.zz"] = ["45.99.0.1"]
    world.rule("cdn.zz", RuleKind.CDN_ORIGIN)
    chain = world.trace("https://cdn.zz/")
    assert (Source.ORIGIN, "not_configured") in {(one.source, one.kind) for one in chain.failures}
    assert chain.residence.where is Where.UNKNOWN
    assert "behind it" in chain.residence.reason
    assert chain.best_contact.scope is Scope.CDN


def test_a_rule_may_say_in_which_country_a_cdn_hides_the_hoster(world):
    world.names.known["cdn.zz"] = ["45.99.0.1"]
    world.rule("cdn.zz", RuleKind.CDN_ORIGIN, organisation="Echt BV", email="abuse@echt.zz", country="NL")
    chain = world.trace("https://cdn.zz/")
    assert chain.residence.where is Where.OURS
    assert [one.email for one in chain.notice_to] == ["abuse@echt.zz"]


def test_people_may_know_what_lies_behind_a_cdn(world):
    world.names.known["cdn.zz"] = ["45.99.0.1"]
    world.rule("cdn.zz", RuleKind.CDN_ORIGIN, origins=("45.81.0.1",))
    assert world.trace("https://cdn.zz/").residence.where is Where.ABROAD


def test_a_kept_answer_is_used_again_until_it_expires(world):
    world.trace()
    asked = len(world.registry.asked)
    chain = world.trace(now=T0 + timedelta(hours=11))
    assert world.registry.asked[asked:] == ["ip/45.80.1.11", "ip/2d00:1::10"], "not found is believed for an hour"
    kept = [one for one in chain.evidence if one.source is Source.RDAP]
    assert all(one.from_cache and one.obtained_at == T0 for one in kept)
    world.trace(now=T0 + timedelta(hours=12))
    assert "ip/45.80.1.10" in world.registry.asked[asked:]


def test_a_fresh_trace_asks_anew_and_spoils_what_was_kept(world):
    world.trace()
    world.registry.answers["ip/45.80.1.10"] = SourceFault("rate_limited", "the registry answered 429")
    assert "rate_limited" in {one.kind for one in world.trace(fresh=True).failures}
    assert "rate_limited" in {one.kind for one in world.trace().failures}, "the withdrawn answer was served"


@pytest.mark.parametrize("fresh", [False, True])
def test_many_addresses_of_one_call_ask_nothing_twice(world, fresh):
    world.names.known["beeld.foto.zz"] = ["45.80.1.10"]
    targets = [TargetUrl.parse(url) for url in ("https://foto.zz/a", "https://beeld.foto.zz/b", "https://weg.foto.zz/")]
    world.trace()
    world.registry.asked.clear()
    first, second, third = world.hosting.trace_many(targets, by="desk", now=T0 + timedelta(hours=1), fresh=fresh)
    assert len(world.registry.asked) == len(set(world.registry.asked))
    assert [one.target for one in (first, second, third)] == targets
    assert second.best_contact.email == first.best_contact.email == "abuse@klant.zz"
    assert third.outcome is Outcome.NO_SUCH_NAME
    assert [one.trace_id for one in world.hosting.traces(targets[1].text, until=T0 + DAY)] == [second.trace_id]


def test_new_files_of_servers_withdraw_what_old_ones_answered(world):
    world.trace()
    asked = len(world.registry.asked)
    world.take_servers("https://other.zz/")
    world.trace()
    assert "ip/45.80.1.10" in world.registry.asked[asked:]


def test_raw_evidence_is_bounded_and_its_whole_is_still_identified(world):
    long = json.dumps(KLANT | {"remarks": ["x" * 100_000]})
    world.registry.answers["ip/45.80.1.10"] = long
    (evidence,) = [one for one in world.trace().evidence if one.asked == "ip/45.80.1.10"]
    assert (len(evidence.raw), evidence.size) == (16_384, len(long))
    assert len(evidence.sha256) == 64


def test_no_trace_asks_registries_without_end(world):
    world.names.known["many.zz"] = [f"45.{n}.0.1" for n in range(100, 160)]
    chain = world.trace("https://many.zz/")
    assert len(chain.addresses) == 60
    assert len([one for one in world.registry.asked if one.startswith("ip/")]) == 32
    assert "too_many" in {one.kind for one in chain.failures}


def test_what_cannot_be_traced_is_refused(world):
    with pytest.raises(TargetUrlError):
        world.trace("http://user:word@foto.zz/")
    assert world.events()[-1].action != "hosting:url:trace"
