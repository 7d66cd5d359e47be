"""Defects of the tool in use today, by their numbers in our study of it: none of them is ours. What a look sees.

What the desk makes of looks (times, confirmations, what comes back) is tested with the room that does.
"""

from contextlib import closing

import pytest

from schoon.followup import ProbeOutcome, TlsFault
from schoon.kinds import Kind
from tests.probe_world import BASIS, T0, answer, serving, target, to
from tests.unit.hashing.pictures import a_picture, encoded
from tests.unit.net.certificates import Authority


def test_defect_2_an_outage_of_our_own_counts_for_nothing(world, web):
    """There, three failures of its own browser or proxy made "removed"."""
    there = web.at("foto.zz", "/a", answer("still here"))
    gone = web.at("h1.zz", "/a", answer("", 404))
    web.at("control.zz", "/", lambda _: None)  # our line is down
    for result in world.look(there, gone, "http://nowhere.zz/") + world.look(there, gone):
        assert result.outcome is ProbeOutcome.CHECKER_FAULT
        assert not result.control_ok
    web.at("control.zz", "/", answer("here I am"))
    assert [str(one.outcome) for one in world.look(there, gone)] == ["present", "gone"]


@pytest.mark.parametrize(
    "reply", [answer("<p>This content has been removed</p><script>x</script>"), to("/"), answer(b"\0gif")]
)
def test_defect_3_a_page_that_says_nothing_is_here_is_not_taken_for_content(world, web, reply):
    """There, any screenshot meant "online": a soft 404, a parking page, "content removed"."""
    web.everywhere("foto.zz", reply)
    web.at("foto.zz", "/", answer("<h1>Welcome to our site, which has other words</h1>"))
    assert world.see(f"http://foto.zz:{web.port}/view/abc").outcome is ProbeOutcome.PLACEHOLDER


def test_defect_4_a_picture_that_the_host_stored_anew_is_still_present_and_known_by_its_looks(world, web):
    """There, another hash meant "offline": a CDN that packs pictures anew made them disappear."""
    original, again, other = (
        encoded(a_picture(640, 480, seed=seed), "JPEG", quality=quality)
        for seed, quality in ((1, 95), (1, 55), (2, 95))
    )
    urls = [web.at("foto.zz", f"/{n}.jpg", answer(body)) for n, body in enumerate((original, again, other))]
    with closing(world.prober(pictures=True)) as prober:
        seen = prober.look([target(url, n) for n, url in enumerate(urls)], under=BASIS, now=T0)
    assert {one.outcome for one in seen} == {ProbeOutcome.PRESENT}
    exact = [{one.value for one in result.digests if one.kind is not Kind.PDQ} for result in seen]
    looks = [[one.value for one in result.digests if one.kind is Kind.PDQ] for result in seen]
    assert not exact[0] & exact[1]
    assert [len(one) for one in looks] == [8, 8, 8], "in eight orientations"
    assert distance(looks[0], looks[1]) <= 31
    assert distance(looks[0], looks[2]) > 80


def distance(known, found) -> int:
    return min((int.from_bytes(one) ^ int.from_bytes(known[0])).bit_count() for one in found)


def test_defect_4_a_picture_is_decoded_only_when_that_is_asked_for(world, web):
    result = world.see(web.at("foto.zz", "/a.jpg", answer(encoded(a_picture(), "JPEG"))))
    assert {one.kind for one in result.digests} == {Kind.MD5, Kind.SHA1, Kind.SHA256}


def test_defect_11_a_site_on_ipv6_alone_is_looked_at(world, web):
    """There, only the first IPv4 address was known."""
    with serving("::1", web.port) as six:
        assert world.see(six.at("six.zz", "/a", answer("x"))).outcome is ProbeOutcome.PRESENT
        result = world.see(six.at("both.zz", "/a", answer("still here")))
        web.at("both.zz", "/a", answer("", 404))
        assert (result.outcome, result.address) == (ProbeOutcome.PRESENT, "::1")


def test_defect_12_certificates_are_verified(world, web, tmp_path):
    """There, verification was off: whoever sat in between could make anything "removed"."""
    authority = Authority(tmp_path)
    world.options["ca_file"] = authority.file
    with serving(context=authority.context("foto.zz", is_of_another=True)) as forged:
        world.ports.add(forged.port)
        result = world.see(forged.at("foto.zz", "/a", answer("", 404)))
        assert (result.outcome, result.tls_fault) == (ProbeOutcome.TEMPORARY, TlsFault.UNTRUSTED)
    with serving(context=authority.context("foto.zz")) as real:
        world.ports.add(real.port)
        result = world.see(real.at("foto.zz", "/a", answer("", 404)))
        assert (result.outcome, result.tls_fault) == (ProbeOutcome.GONE, None)
