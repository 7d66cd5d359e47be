"""Traces against a real name server with zones of our own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dns.message
import dns.rrset
import pytest

from schoon.hosting import Outcome
from schoon.hosting.ports import DnsStatus
from schoon.net import DnsResolver
from tests.hosting_world import World
from tests.nameserver import serving_zones


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving_zones(tmp_path_factory.mktemp("zones")) as port:
        yield port


@pytest.fixture
def resolver(port: int) -> DnsResolver:
    return DnsResolver("127.0.0.1", port)


def test_all_addresses_of_both_kinds_are_found(resolver):
    four, six = resolver.look_up("foto.zz")
    assert {str(one) for one in four.addresses} == {"45.80.1.10", "45.80.1.11", "45.81.0.1"}
    assert {str(one) for one in six.addresses} == {"2d00:1::10", "2d00:1::11"}
    assert "foto.zz. 60 IN A 45.80.1.10" in four.raw


def test_one_kind_alone_is_enough(resolver):
    assert [reply.status for reply in resolver.look_up("only4.zz")] == [DnsStatus.ANSWERED, DnsStatus.NO_DATA]
    assert [reply.status for reply in resolver.look_up("only6.zz")] == [DnsStatus.NO_DATA, DnsStatus.ANSWERED]


def test_the_chain_of_aliases_is_kept_in_order(resolver):
    four, six = resolver.look_up("deep.zz")
    assert four.aliases == six.aliases == ("www.foto.zz", "foto.zz")
    assert len(four.addresses) == 3


def test_an_alias_that_leaves_the_zone_is_followed(resolver):
    four, _ = resolver.look_up("elsewhere.zz")
    assert (four.aliases, [str(one) for one in four.addresses]) == (("target.yy",), ["45.80.1.20"])


def test_aliases_that_go_round_end(resolver):
    four, six = resolver.look_up("loop1.zz")
    assert {four.status, six.status} == {DnsStatus.MALFORMED}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("nothing.zz", DnsStatus.NO_SUCH_NAME),
        ("dangling.zz", DnsStatus.NO_SUCH_NAME),
        ("mail.zz", DnsStatus.NO_DATA),
        ("anything.xx", DnsStatus.SERVFAIL),
        ("anything.vv", DnsStatus.REFUSED),
    ],
)
def test_ways_to_have_no_answer_are_told_apart(resolver, name, status):
    assert [reply.status for reply in resolver.look_up(name)] == [status, status]


def test_an_answer_too_large_for_udp_comes_over_tcp(resolver):
    four, _ = resolver.look_up("many.yy")
    assert len(four.addresses) == 400


def test_an_international_name_is_asked_in_ascii(resolver, tmp_path):
    chain = World(tmp_path, resolver=resolver).trace("https://BÜCHER.zz/")
    assert [one.address for one in chain.addresses] == ["45.80.1.12"]


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://foto.zz/", Outcome.TRACED),
        ("https://half.zz/", Outcome.TRACED),
        ("https://inside.zz/", Outcome.SPECIAL),
        ("https://nothing.zz/", Outcome.NO_SUCH_NAME),
        ("https://mail.zz/", Outcome.NO_ADDRESS),
        ("https://anything.xx/", Outcome.UNRESOLVED),
        ("https://anything.vv/", Outcome.UNRESOLVED),
    ],
)
def test_the_outcome_follows_from_what_the_server_says(resolver, tmp_path, url, outcome):
    assert World(tmp_path, resolver=resolver).trace(url).outcome is outcome


def test_the_aliases_and_the_answers_are_evidence(resolver, tmp_path):
    chain = World(tmp_path, resolver=resolver).trace("https://deep.zz/")
    assert chain.aliases == ("www.foto.zz", "foto.zz")
    assert len(chain.addresses) == 5
    assert any("deep.zz. 60 IN CNAME www.foto.zz." in one.raw for one in chain.evidence)


@contextmanager
def answering(reply):
    """A server that answers each question as `reply` says; with nothing when that gives None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        over = threading.Event()
        asked = []

        def run():
            while not over.is_set():
                try:
                    question, sender = server.recvfrom(4096)
                except TimeoutError:
                    continue
                asked.append(question)
                answer = reply(question)
                if answer is not None:
                    server.sendto(answer, sender)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield DnsResolver("127.0.0.1", server.getsockname()[1], timeout=timedelta(seconds=0.3)), asked
        finally:
            over.set()
            thread.join()


def test_a_server_that_is_silent_times_out_after_two_tries_a_question():
    with answering(lambda question: None) as (resolver, asked):
        assert [reply.status for reply in resolver.look_up("foto.zz")] == [DnsStatus.TIMEOUT] * 2
    assert len(asked) == 4


@pytest.mark.parametrize("cut", [3, 13, 20])
def test_bytes_that_are_no_answer_are_malformed_or_no_answer(cut):
    with answering(lambda question: question[:2] + b"\x84\x00" + b"\xff" * cut) as (resolver, _):
        statuses = {reply.status for reply in resolver.look_up("foto.zz")}
    assert statuses <= {DnsStatus.MALFORMED, DnsStatus.TIMEOUT}


def test_an_answer_to_another_question_is_not_believed():
    def reply(question):
        other = dns.message.make_response(
            dns.message.make_query("other.zz", "A", id=dns.message.from_wire(question).id)
        )
        other.answer.append(dns.rrset.from_text("other.zz.", 60, "IN", "A", "45.80.1.66"))
        return other.to_wire()

    with answering(reply) as (resolver, _):
        assert not any(one.addresses for one in resolver.look_up("foto.zz"))


def test_a_port_where_nobody_listens_is_a_failure_of_its_own():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    replies = DnsResolver("127.0.0.1", port, timeout=timedelta(seconds=0.3)).look_up("foto.zz")
    assert {reply.status for reply in replies} <= {DnsStatus.UNREACHABLE, DnsStatus.TIMEOUT}
