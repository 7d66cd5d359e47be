"""The table of prefixes: a row is a route, or is refused with its line and a reason."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.hosting import RefusedRow, Route, prefixes_of
from schoon.hosting._rows import MAX_LINE, read_row

GOOD = "45.80.0.0/16\tAS64500\tStroom BV\tNL\tabuse@stroom.zz"

BAD = [
    ("45.80.0.0/16\tAS64500\tStroom BV\tNL", "4 columns"),
    (GOOD + "\tmore", "6 columns"),
    ("45.80.0.0/16,AS64500,Stroom BV,NL,a@b.zz", "1 columns"),
    ("45.80.0.1/16\t1\tx\tNL\t", "bits set"),
    ("45.80.0.0/33\t1\tx\tNL\t", "not a prefix"),
    ("45.80.0.0.0/16\t1\tx\tNL\t", "not a prefix"),
    ("0.0.0.0/0\t1\tx\tNL\t", "every address"),
    ("::/0\t1\tx\tNL\t", "every address"),
    ("10.1.0.0/16\t1\tx\tNL\t", "special range"),
    ("fd00::/8\t1\tx\tNL\t", "special range"),
    ("45.80.0.0/16\tASx\tx\tNL\t", "not an AS number"),
    ("45.80.0.0/16\t4294967296\tx\tNL\t", "not an AS number"),
    ("45.80.0.0/16\t1\tx\tnl\t", "two capital letters"),
    ("45.80.0.0/16\t1\tx\tNLD\t", "two capital letters"),
    ("45.80.0.0/16\t1\tx\tNL\tabuse at stroom", "not an e-mail"),
    ("45.80.0.0/16\t1\tx\tNL\ta\x1b[31m@b.zz", "cannot be printed"),
    ("45.80.0.0/16\t1\t" + "x" * 201 + "\tNL\t", "longer than 200"),
    ("x" * (MAX_LINE + 1), "longer than"),
]


def test_a_route_is_read():
    assert read_row(GOOD.encode() + b"\r\n", 7) == Route(
        prefix="45.80.0.0/16", asn=64500, organisation="Stroom BV", country="NL", abuse="abuse@stroom.zz"
    )


def test_a_prefix_is_canonical_and_the_other_columns_may_be_empty():
    assert read_row(b"2D00:0001::/32\t\t\t\t", 2) == Route(
        prefix="2d00:1::/32", asn=None, organisation="", country="", abuse=""
    )


@pytest.mark.parametrize("line", [b"", b"\n", b"  \r\n", b"# a comment\n"])
def test_empty_lines_and_comments_are_passed_over(line):
    assert read_row(line, 5) is None


def test_the_line_of_column_names_is_passed_over_at_the_top_alone():
    names = b"prefix\tas\torganisation\tcountry\tabuse\n"
    assert read_row(names, 1) is None
    assert isinstance(read_row(names, 2), RefusedRow)


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_row_is_refused_with_its_line_and_a_reason(line, reason):
    refused = read_row(line.encode(), 12)
    assert isinstance(refused, RefusedRow)
    assert refused.line == 12
    assert reason in refused.reason


def test_bytes_that_are_no_text_are_refused():
    assert read_row(b"\xff\xfe\t1\tx\tNL\t", 3) == RefusedRow(line=3, reason="not UTF-8")


@given(st.binary(max_size=120))
def test_any_bytes_are_a_route_or_refused_or_passed_over(line):
    row = read_row(line, 4)
    assert row is None or isinstance(row, RefusedRow | Route)


networks = st.one_of(
    st.tuples(st.integers(2**24, 2**32 - 1), st.integers(1, 32)).map(lambda one: IPv4Network(one, strict=False)),
    st.tuples(st.integers(2**125, 2**126 - 1), st.integers(3, 128)).map(lambda one: IPv6Network(one, strict=False)),
)
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(networks, st.integers(0, 2**32 - 1), words, st.sampled_from(["", "NL", "DE"]))
def test_what_is_written_is_read_back(network, asn, organisation, country):
    row = read_row(f"{network}\tAS{asn}\t{organisation}\t{country}\t".encode(), 2)
    if isinstance(row, RefusedRow):
        assert "special range" in row.reason
    else:
        assert row == Route(prefix=str(network), asn=asn, organisation=organisation, country=country, abuse="")


@given(networks, st.data())
def test_the_prefixes_of_an_address_are_all_that_can_hold_it(network, data):
    offset = data.draw(st.integers(0, network.num_addresses - 1))
    address = network[offset]
    found = list(prefixes_of(address))
    assert str(network) in found
    assert all(address in ip_network(one) for one in found)
    assert len(found) == address.max_prefixlen
    lengths = [ip_network(one).prefixlen for one in found]
    assert lengths == sorted(lengths, reverse=True)


def test_an_address_just_outside_a_prefix_is_not_held():
    assert "45.80.0.0/16" not in list(prefixes_of(ip_address("45.81.0.0")))
