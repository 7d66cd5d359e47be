"""Addresses of material go through the whole room; none comes out in a log, the journal, a repr or an error's trace."""

import logging
import traceback

import pytest

from schoon.hosting import RuleKind
from schoon.hosting.ports import SourceFault
from schoon.net import DnsResolver, RdapDoor
from schoon.reports import TargetUrlError
from schoon.store import Database, migrate
from tests.hosting_world import T0, World
from tests.rdap_server import bootstrap, network, serving_registry, status

SECRETS = ["secret-host", "secret_path", "45.80.1.77", "secret-person"]


@pytest.fixture
def database(tmp_path):
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    yield database
    database.close()


def test_no_address_reaches_a_log_the_journal_or_a_repr(tmp_path, database, caplog):
    caplog.set_level(logging.DEBUG)
    with serving_registry() as registry:
        world = World(tmp_path, database, registry=RdapDoor())
        world.take()
        for name, key in (("dns.json", "zz"), ("ipv4.json", "45.0.0.0/8")):
            world.take(bootstrap([[[key], [registry.base]]]), name=name)
        world.names.known["secret-host.zz"] = ["45.80.1.77", "10.0.0.1"]
        registry.answers["/rdap/ip/45.80.1.77"] = network("45.80.1.0", "45.80.1.255")
        registry.answers["/rdap/domain/secret-host.zz"] = status(500)
        owner = {"email": "secret-person@x.zz", "organisation": "secret-person"}
        kept = world.rule("secret-host.zz", RuleKind.NOTIFY_OWNER, **owner)
        chain = world.trace("https://secret-host.zz/secret_path?x=secret_path")
        world.hosting.trace_at("https://secret-host.zz/secret_path?x=secret_path", T0)
        world.hosting.end_rule(kept.rule_id, reason="over", by="desk", now=T0)
    assert {one.source for one in chain.contacts} == {"rule", "snapshot", "rdap"}
    logged = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    assert "hosting.trace" in logged
    assert chain.trace_id in logged
    for place, written in {"log": logged, "journal": repr(world.events()), "repr": repr(chain.target)}.items():
        assert [one for one in SECRETS if one in written] == [], place


def test_a_resolver_that_fails_logs_no_name(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    World(tmp_path, resolver=DnsResolver("127.0.0.1", 9, tries=1)).trace("https://secret-host.zz/")
    assert "secret-host" not in "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)


def test_a_fault_of_a_registry_holds_no_address():
    with serving_registry() as registry, pytest.raises(SourceFault) as caught:
        RdapDoor().get(f"{registry.base}domain/secret-host.zz", registry.servers)
    assert "secret" not in "".join(traceback.format_exception_only(caught.value))


def test_a_refused_address_is_said_to_whoever_gave_it_and_logged_nowhere(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(TargetUrlError):
        World(tmp_path).trace("ftp://secret-host.zz/")
    assert caplog.records == []
