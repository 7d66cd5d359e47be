"""What one look makes of one answer, against real web and name servers."""

import gzip
import hashlib

import pytest

from schoon.followup import ProbeOutcome
from schoon.kinds import Kind
from tests.probe_world import answer, raw, serving, to

PICTURE = bytes(range(256)) * 40
PACKED = gzip.compress(PICTURE)


def test_content_of_its_own_is_present_with_its_digests(world, web):
    result = world.see(web.at("foto.zz", "/i/a.jpg", answer(PICTURE, Content_Type="image/jpeg")))
    assert (result.outcome, result.reason) == (ProbeOutcome.PRESENT, "content")
    assert (result.status, result.size, result.address) == (200, len(PICTURE), "127.0.0.1")
    assert {one.kind: one.value for one in result.digests} == {
        Kind.MD5: hashlib.md5(PICTURE).digest(),
        Kind.SHA1: hashlib.sha1(PICTURE).digest(),
        Kind.SHA256: hashlib.sha256(PICTURE).digest(),
    }
    assert result.control_ok
    assert result.vantage == "here"


@pytest.mark.parametrize("status", [404, 410])
def test_the_host_says_that_it_is_gone(world, web, status):
    result = world.see(web.at("foto.zz", "/a", answer("gone", status)))
    assert (result.outcome, result.reason, result.status) == (ProbeOutcome.GONE, "status", status)


def test_a_host_that_sends_the_file_with_404_is_found_out_by_its_digests(world, web):
    result = world.see(web.at("foto.zz", "/a.jpg", answer(PICTURE, 404)))
    assert hashlib.sha256(PICTURE).digest() in {one.value for one in result.digests}


@pytest.mark.parametrize("status", [401, 403, 407, 451])
def test_a_host_that_refuses_us_is_blocked(world, web, status):
    assert world.found(web.at("foto.zz", "/a", answer("no", status))) == ("blocked", "status")


@pytest.mark.parametrize("status", [400, 405, 406, 408, 418, 421, 425, 429, 500, 502, 503, 504, 520, 599, 300, 304])
def test_other_answers_say_nothing_today(world, web, status):
    assert world.found(web.at("foto.zz", "/a", answer("x", status))) == ("temporary", "status")


@pytest.mark.parametrize("status", [200, 201, 203, 206, 226, 299])
def test_any_success_with_content_is_present(world, web, status):
    assert world.found(web.at("foto.zz", "/a", answer("something", status))) == ("present", "content")


@pytest.mark.parametrize("reply", [answer(b""), answer(b"", 204, Content_Length=None), answer(b"", 205)])
def test_nothing_at_all_is_a_placeholder(world, web, reply):
    assert world.found(web.at("foto.zz", "/a.jpg", reply)) == ("placeholder", "empty")


@pytest.mark.parametrize("name", ["nowhere.zz", "deep.nowhere.zz"])
def test_a_name_that_no_longer_exists_is_gone(world, name):
    assert world.found(f"http://{name}/a") == ("gone", "nxdomain")


def test_a_name_without_an_address_is_gone(world):
    assert world.found("http://mail.zz/a") == ("gone", "no_address")


def test_a_broken_zone_says_nothing_today(world):
    assert world.found("http://a.xx/") == ("temporary", "servfail")


def test_a_name_that_the_resolver_refuses_is_a_fault_of_ours(world):
    assert world.found("http://a.ww/") == ("checker_fault", "resolver")


@pytest.mark.parametrize("name", ["localhost", "a.localhost", "printer.local", "db.internal", "x.invalid", "a.onion"])
def test_a_name_outside_the_dns_is_not_asked_for(world, name):
    assert world.found(f"http://{name}/") == ("checker_fault", "forbidden_name")


def test_nobody_there_says_nothing_today(world):
    assert world.found(f"http://dead.zz:{world.web.port}/a") == ("temporary", "unreachable")


def test_an_alias_is_followed(world, web):
    assert world.found(web.at("alias.zz", "/a", answer("x"))) == ("present", "content")


def test_an_address_instead_of_a_name(world, web):
    assert world.found(web.at("127.0.0.1", "/a", answer("x"))) == ("present", "content")


def test_ipv6_alone(world, web):
    with serving("::1", web.port) as six:
        url = six.at("six.zz", "/a", answer("x"))
        assert world.found(url) == ("present", "content")
        literal = six.at("::1", "/a", answer("x"))
        assert world.found(literal) == ("present", "content")
        assert six.asked[0].headers["host"] == f"six.zz:{web.port}"
        assert f"[::1]:{web.port}" in {one.headers["host"] for one in six.asked}


def test_gone_at_one_address_and_there_at_the_other_is_present(world, web):
    with serving("::1", web.port) as six:
        six.at("both.zz", "/a", answer("still here"))
        result = world.see(web.at("both.zz", "/a", answer("", 404)))
        assert (result.outcome, result.address) == (ProbeOutcome.PRESENT, "::1")


def test_gone_only_when_every_address_says_so(world, web):
    with serving("127.0.0.2", web.port) as second:
        url = web.at("pair.zz", "/a", answer("", 404))
        assert world.found(url) == ("gone", "status")
        assert (len(web.paths("pair.zz")), len(second.paths("pair.zz"))) == (1, 1)
        second.at("pair.zz", "/a", answer("broken", 500))
        assert world.found(url) == ("temporary", "status")
        second.at("pair.zz", "/a", answer("no", 403))
        assert world.found(url) == ("blocked", "status")


def test_a_dead_address_beside_a_living_one_does_not_count(world, web):
    assert world.found(web.at("half-dead.zz", "/a", answer("", 404))) == ("gone", "status")
    assert world.found(web.at("half-dead.zz", "/b", answer("x"))) == ("present", "content")


def test_no_connection_to_any_port_that_is_not_allowed(world, web):
    url = web.at("foto.zz", "/a", answer("x"))
    assert world.found(url.replace(str(web.port), "22")) == ("checker_fault", "forbidden_port")
    assert world.found(web.at("foto.zz", "/b", to("http://foto.zz:25/"))) == ("checker_fault", "forbidden_port")


def test_what_is_sent_holds_no_cookie_no_credentials_and_asks_for_no_packing(world, web, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    web.at("foto.zz", "/b", answer("x"))
    world.see(web.at("foto.zz", "/a", to("/b", Set_Cookie="a=b; Path=/")))
    for one in web.asked:
        assert set(one.headers) == {
            "host", "user-agent", "accept", "accept-language", "accept-encoding", "connection",
        }  # fmt: skip
        assert one.headers["accept-encoding"] == "identity"
        assert "schoon" not in str(one.headers).lower()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_what_comes_packed_all_the_same_is_known_by_what_it_holds_and_by_what_came(world, web, encoding):
    result = world.see(web.at("foto.zz", "/a", answer(PACKED, Content_Encoding=encoding)))
    values = {one.value for one in result.digests}
    assert {hashlib.sha256(PICTURE).digest(), hashlib.sha256(PACKED).digest()} < values
    assert result.outcome is ProbeOutcome.PRESENT


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_site_is_followed(world, web, status):
    web.at("www.foto.zz", "/b", answer("x"))
    url = web.at("foto.zz", "/a", to(f"http://www.foto.zz:{web.port}/b", status))
    assert world.found(url) == ("present", "content")


@pytest.mark.parametrize("place", ["b", "/b", "./b", "../b", "//foto.zz:PORT/b", "?q", "/b#part"])
def test_a_relative_redirect_is_followed(world, web, place):
    web.everywhere("foto.zz", answer("x" * 50, 404))
    web.at("foto.zz", "/b", answer("here"))
    web.at("foto.zz", "/a?q", answer("here"))
    url = web.at("foto.zz", "/a", to(place.replace("PORT", str(web.port))))
    assert world.found(url) == ("present", "content")


def test_content_at_another_site_has_moved_there(world, web):
    there = web.at("shop.yy", "/new", answer("x"))
    result = world.see(web.at("foto.zz", "/a", to(there)))
    assert (result.outcome, result.reason) == (ProbeOutcome.MOVED, "other_site")
    assert result.moved_to is not None
    assert result.moved_to.text == there


def test_gone_at_another_site_is_gone(world, web):
    there = web.at("shop.yy", "/new", answer("", 404))
    assert world.found(web.at("foto.zz", "/a", to(there))) == ("gone", "status")
    assert world.found(web.at("foto.zz", "/b", to("http://nowhere.zz/"))) == ("gone", "nxdomain")


def test_a_redirect_to_a_dead_host_says_nothing_today(world, web):
    assert world.found(web.at("foto.zz", "/a", to(f"http://dead.zz:{web.port}/"))) == ("temporary", "unreachable")


@pytest.mark.parametrize(("hops", "expected"), [(5, ("present", "content")), (6, ("temporary", "redirects"))])
def test_five_redirects_and_no_more(world, web, hops, expected):
    for n in range(hops):
        web.at("foto.zz", f"/{n}", to(f"/{n + 1}"))
    web.at("foto.zz", f"/{hops}", answer("x"))
    assert world.found(f"http://foto.zz:{web.port}/0") == expected
    assert len([path for path in web.paths("foto.zz") if len(path) == 2]) == 6


def test_a_circle_ends(world, web):
    assert world.found(web.at("foto.zz", "/a", to("/a"))) == ("temporary", "redirects")


def test_a_redirect_without_a_place_says_nothing(world, web):
    assert world.found(web.at("foto.zz", "/a", answer("x", 302))) == ("temporary", "status")


def test_a_redirect_to_two_places_is_not_followed(world, web):
    both = raw(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nLocation: /c\r\nContent-Length: 0\r\n\r\n")
    assert world.found(web.at("foto.zz", "/a", both)) == ("temporary", "malformed")
    assert web.paths("foto.zz") == ["/a"]
