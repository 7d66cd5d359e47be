"""Servers that never end, lie about lengths, pack bombs, smuggle headers: a look ends in time and in memory."""

import gzip
import hashlib
import resource
import socket
import struct
import threading
import time
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from schoon.net import ProbeLimits
from tests.probe_world import QUICK, answer, raw, to

OK = b"HTTP/1.1 200 OK\r\n"


def dripping(start: bytes, piece: bytes, pause: float = 0.02):
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(1000):
            connection.sendall(piece)
            time.sleep(pause)

    return drip


def endless(start: bytes, piece: bytes):
    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return send


def silent(connection: socket.socket) -> None:
    connection.settimeout(5)
    connection.recv(1)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


SLOW = [
    ("silent", silent, ("temporary", "timeout")),
    ("drips its first line", dripping(b"", b"H"), ("temporary", "timeout")),
    ("drips its headers", dripping(OK, b"X: y\r\n"), ("temporary", "timeout")),
    ("drips one header", dripping(OK + b"X: ", b"y"), ("temporary", "timeout")),
    ("drips its body", dripping(OK + b"\r\n", b"x"), ("temporary", "timeout")),
    ("drips its chunks", dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), ("temporary", "timeout")),
    ("stops in its body", dripping(OK + b"Content-Length: 100\r\n\r\nabc", b""), ("temporary", "timeout")),
    ("drips what is large", dripping(OK + b"\r\n" + b"x" * 70_000, b"x"), ("present", "too_slow")),
    ("only says to wait", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), ("temporary", "timeout")),
    ("drips a redirect", dripping(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n", b"X: y\r\n"), ("temporary", "timeout")),
]


@pytest.mark.parametrize(("reply", "expected"), [one[1:] for one in SLOW], ids=[one[0] for one in SLOW])
def test_a_slow_server_is_left_in_time(world, web, reply, expected):
    world.limits = replace(world.limits, first_byte=timedelta(seconds=0.2), total=timedelta(seconds=0.4))
    began = time.monotonic()
    assert world.found(web.at("foto.zz", "/a", reply)) == expected
    assert time.monotonic() - began < 2


ENDLESS = [
    ("headers", endless(OK, b"X-Long: " + b"y" * 1000 + b"\r\n"), ("temporary", "headers_too_long")),
    ("one header", endless(OK + b"X: ", b"y" * 1000), ("temporary", "headers_too_long")),
    ("first line", endless(b"HTTP/1.1 200 ", b"K" * 1000), ("temporary", "headers_too_long")),
    ("1xx answers", endless(b"", b"HTTP/1.1 103 Early\r\nX: y\r\n\r\n"), ("temporary", "headers_too_long")),
    ("body", endless(OK + b"\r\n", b"x" * 60_000), ("present", "too_large")),
    ("chunks", endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"ff00\r\n" + b"x" * 0xFF00 + b"\r\n"),
     ("present", "too_large")),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "expected"), [one[1:] for one in ENDLESS], ids=[one[0] for one in ENDLESS])
def test_an_endless_server_is_left(world, web, reply, expected):
    limits = replace(world.limits, total=timedelta(seconds=5), body_bytes=1_000_000)
    world.limits = limits
    assert world.found(web.at("foto.zz", "/a", reply)) == expected


@pytest.mark.parametrize("size", [60_000, 65_000, 66_000, 70_000, 130_000])
def test_headers_have_64_kib_and_no_more(world, web, size):
    reply = raw(OK + b"X: " + b"y" * size + b"\r\nContent-Length: 1\r\n\r\nx")
    expected = ("present", "content") if size < 65_400 else ("temporary", "headers_too_long")
    assert world.found(web.at("foto.zz", "/a", reply)) == expected


@pytest.mark.parametrize("size", [999_999, 1_000_000, 1_000_001, 1_500_000])
def test_a_body_has_its_cap_and_not_a_byte_more(world, web, size):
    world.limits = replace(world.limits, body_bytes=1_000_000)
    result = world.see(web.at("foto.zz", "/a", answer(b"x" * size)))
    assert result.reason == ("content" if size <= 1_000_000 else "too_large")
    assert bool(result.digests) == (size <= 1_000_000)
    assert result.outcome == "present"


# Bombs


def bomb(blocks: int) -> bytes:
    """A gzip stream of that many MiB of zeros, without ever having them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join([packer.compress(block) for _ in range(blocks)]) + packer.flush()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
def test_a_bomb_is_not_unpacked(world, web, encoding):
    packed = bomb(200)
    world.limits = replace(world.limits, total=timedelta(seconds=5))
    result = world.see(web.at("foto.zz", "/a", answer(packed, Content_Encoding=encoding)))
    assert (result.outcome, result.reason, result.size) == ("present", "bomb", len(packed))
    assert hashlib.sha256(packed).digest() in {one.value for one in result.digests}
    assert len(result.digests) == 3


def test_a_bomb_of_42_gb_passes_by_in_little_memory(world, web):
    """A stream of 42 GB of zeros has 41 MB; the same deflate block is repeated, so that nobody ever has it whole."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(bytes(64 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(64 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    times = 42_000_000_000 // (64 << 20)

    def send(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + start)
        for _ in range(times):
            connection.sendall(again)

    world.limits = replace(world.limits, total=timedelta(seconds=25))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = world.see(web.at("foto.zz", "/a", send))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{result.size:,} bytes came of {times * (64 << 20):,}; memory grew by {grown:,} KiB")
    assert (result.outcome, result.reason) == ("present", "bomb")
    assert result.size == len(start) + times * len(again)
    assert grown < 50_000


@pytest.mark.parametrize("ratio", [10, 90])
def test_what_packs_well_and_is_no_bomb_is_unpacked(world, web, ratio):
    content = b"".join(
        hashlib.sha256(bytes([n % 251, n // 251])).digest() + bytes(32 * ratio // 2) for n in range(2000)
    )
    result = world.see(web.at("foto.zz", "/a", answer(gzip.compress(content), Content_Encoding="gzip")))
    assert hashlib.sha256(content).digest() in {one.value for one in result.digests}


PACKED = gzip.compress(b"some content " * 50)
BADLY_PACKED = [
    ("not packed at all", b"plain words", "gzip"),
    ("cut short", PACKED[:-9], "gzip"),
    ("with a false sum", PACKED[:-8] + b"\0" * 8, "gzip"),
    ("with more behind it", PACKED + b"more", "gzip"),
    ("twice", PACKED + PACKED, "gzip"),
    ("otherwise", PACKED, "br"),
    ("by two encodings", PACKED, "gzip, gzip"),
    ("by an unknown encoding", PACKED, "zz"),
    ("by zlib without a head", zlib.compress(b"x" * 90)[2:-4], "deflate"),
]


@pytest.mark.parametrize(("body", "encoding"), [one[1:] for one in BADLY_PACKED], ids=[one[0] for one in BADLY_PACKED])
def test_what_cannot_be_unpacked_is_known_by_what_came(world, web, body, encoding):
    result = world.see(web.at("foto.zz", "/a", answer(body, Content_Encoding=encoding)))
    assert {one.value for one in result.digests if one.kind == "sha256"} == {hashlib.sha256(body).digest()}
    assert result.outcome == "present"


# Lengths that lie


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
END = b"\r\n0\r\n\r\n"
LENGTHS = [
    ("longer than said", OK + b"Content-Length: 3\r\n\r\nabcdef", ("present", "content")),
    ("shorter than said", OK + b"Content-Length: 9\r\n\r\nabc", ("present", "cut_short")),
    ("nothing of what was said", OK + b"Content-Length: 9\r\n\r\n", ("temporary", "cut_short")),
    ("negative", OK + b"Content-Length: -3\r\n\r\nabc", ("temporary", "malformed")),
    ("no number", OK + b"Content-Length: abc\r\n\r\nabc", ("temporary", "malformed")),
    ("hexadecimal", OK + b"Content-Length: 0x3\r\n\r\nabc", ("temporary", "malformed")),
    ("with a plus", OK + b"Content-Length: +3\r\n\r\nabc", ("temporary", "malformed")),
    ("two that differ", OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", ("temporary", "malformed")),
    ("two in one line", OK + b"Content-Length: 3, 4\r\n\r\nabcd", ("temporary", "malformed")),
    ("two that agree", OK + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", ("present", "content")),
    ("beyond all machines", OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nabc", ("temporary", "malformed")),
    ("a terabyte", OK + b"Content-Length: 1000000000000\r\n\r\nabc", ("present", "cut_short")),
    ("by the end alone", OK + b"\r\nabc", ("present", "content")),
    ("chunked and by length", OK + b"Content-Length: 99\r\n" + CHUNKED + b"3\r\nabc" + END, ("present", "content")),
    ("chunks that break off", OK + CHUNKED + b"3\r\nabc\r\n", ("present", "cut_short")),
    ("a chunk shorter than said", OK + CHUNKED + b"9\r\nabc\r\n0\r\n\r\n", ("present", "cut_short")),
    ("a chunk longer than said", OK + CHUNKED + b"1\r\nabc\r\n0\r\n\r\n", ("present", "cut_short")),
    ("a chunk of no size", OK + CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", ("temporary", "cut_short")),
    ("a chunk of a huge size", OK + CHUNKED + b"f" * 40 + b"\r\nabc", ("temporary", "cut_short")),
    ("an endless line of a chunk", OK + CHUNKED + b"3;" + b"x" * 400_000 + END, ("temporary", "cut_short")),
    ("endless trailers", OK + CHUNKED + b"3\r\nabc\r\n0\r\n" + b"X: y\r\n" * 100_000, ("present", "cut_short")),
    ("an unknown coding", OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", ("temporary", "malformed")),
    ("a coding twice", OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", ("temporary", "malformed")),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "expected"), [one[1:] for one in LENGTHS], ids=[one[0] for one in LENGTHS])
def test_a_length_that_lies(world, web, reply, expected):
    assert world.found(web.at("foto.zz", "/a", raw(reply))) == expected


# Bytes that one reader takes for one thing and another for two


SMUGGLED = [
    ("a NUL in a value", OK + b"X: a\0b\r\nContent-Length: 1\r\n\r\nx"),
    ("a NUL in a name", OK + b"X\0Y: a\r\nContent-Length: 1\r\n\r\nx"),
    ("a space before the colon", OK + b"Content-Length : 1\r\n\r\nx"),
    ("no colon", OK + b"NoColonHere\r\nContent-Length: 1\r\n\r\nx"),
    ("no name", OK + b": value\r\nContent-Length: 1\r\n\r\nx"),
    ("a lone carriage return", OK + b"X: a\rSet-Cookie: b\r\nContent-Length: 1\r\n\r\nx"),
    ("a name with brackets", OK + b"X[Y]: 1\r\nContent-Length: 1\r\n\r\nx"),
    ("a name of other letters", OK + "Längd: 1\r\nContent-Length: 1\r\n\r\nx".encode()),
    ("a fold before the first header", OK + b" folded\r\nContent-Length: 1\r\n\r\nx"),
    ("no version", b"200 OK\r\n\r\nx"),
    ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("version 2", b"HTTP/2 200\r\n\r\nx"),
    ("version 9.9", b"HTTP/9.9 200 OK\r\n\r\nx"),
    ("a status of two digits", b"HTTP/1.1 20 OK\r\n\r\nx"),
    ("a status of four digits", b"HTTP/1.1 2000 OK\r\n\r\nx"),
    ("a status in words", b"HTTP/1.1 good OK\r\n\r\nx"),
    ("a status below 100", b"HTTP/1.1 099 OK\r\n\r\nx"),
    ("a page and no head", b"<html>version 0.9</html>"),
    ("other protocol's bytes", bytes(range(256))),
    ("a mail server", b"220 mail ESMTP\r\n"),
    ("a switch of protocols", b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx"),
    ("half a head", OK + b"X: y\r\n"),
    ("half a line", b"HTTP/1.1 2"),
]


@pytest.mark.parametrize("reply", [one[1] for one in SMUGGLED], ids=[one[0] for one in SMUGGLED])
def test_a_head_that_can_be_read_in_two_ways_is_not_read(world, web, reply):
    outcome, reason = world.found(web.at("foto.zz", "/a", raw(reply)))
    assert (outcome, reason) == ("temporary", "malformed")


def test_an_answer_in_two_packets_a_byte_apart_is_one_answer(world, web):
    whole = OK + b"Content-Length: 3\r\n\r\nabc"
    for cut in range(1, len(whole)):
        web.at("foto.zz", f"/{cut}", raw(whole[:cut], whole[cut:]))
    urls = [f"http://foto.zz:{web.port}/{cut}" for cut in range(1, len(whole))]
    assert {one.reason for one in world.look(*urls)} == {"content"}


@pytest.mark.parametrize("reply", [reset, lambda connection: None], ids=["reset", "closed"])
def test_a_connection_that_ends_without_a_word(world, web, reply):
    assert world.found(web.at("foto.zz", "/a", reply)) == ("temporary", "reset")


@pytest.mark.parametrize(
    "place",
    [
        "file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://foto.zz/a", "data:text/html,x", "javascript:alert(1)",
        "dict://127.0.0.1:11211/stat", "ldap://foto.zz/", "jar:http://foto.zz!/x", "ws://foto.zz/", "about:blank",
        "http://user:word@foto.zz/", "http://foto.zz\\@127.0.0.1/", "http://[::1", "http://:80/", "http:///", "http://",
        "http://foto.zz:99999/", "http://foto.zz:-1/", "http://foto.zz:0x50/", "http://foto..zz/", "http://a b.zz/",
        "http://127.0.0.1%2f@foto.zz/", "http://foto.zz:80:80/", "//", "http://%00.zz/", "http://[fe80::1%25eth0]/",
    ],
)  # fmt: skip
def test_a_redirect_to_what_is_no_address_of_ours_is_not_followed(world, web, place):
    assert world.found(web.at("foto.zz", "/a", to(place))) == ("checker_fault", "forbidden_redirect")
    assert web.paths("foto.zz") == ["/a"]


def test_the_defaults_are_those_of_the_design():
    limits = ProbeLimits()
    assert (limits.connect, limits.first_byte, limits.total) == tuple(timedelta(seconds=n) for n in (5, 10, 30))
    assert (limits.header_bytes, limits.body_bytes, limits.ratio, limits.redirects) == (65_536, 100_000_000, 100, 5)
    assert limits.ports == {80, 443}
    assert (limits.own_networks, limits.trial_networks) == ((), ())
    assert QUICK.trial_networks


def test_no_thread_is_left(world, web):
    world.limits = replace(world.limits, first_byte=timedelta(seconds=0.3))
    world.look(*(web.at(f"h{n}.zz", "/a", silent) for n in range(8)))
    left = [one.name for one in threading.enumerate() if one.name.startswith("probe")]
    assert not left
