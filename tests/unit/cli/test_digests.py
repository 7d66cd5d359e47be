"""Digests from the command line and from text files."""

import json

import pytest

from schoon.cli._digests import DigestLineError, UnreadableFileError, digests_in_file, files_under, parse_digest
from schoon.kinds import InputError, Kind

MD5, SHA1, SHA256, PDQ = "0a" * 16, "1b" * 20, "2c" * 32, "3d" * 32


@pytest.mark.parametrize(
    ("text", "kind"),
    [(MD5, Kind.MD5), (SHA1, Kind.SHA1), (SHA256, Kind.SHA256), (f"pdq:{PDQ}", Kind.PDQ), (f"MD5:{MD5}", Kind.MD5)],
)
def test_a_digest_says_its_kind_or_its_length_does(text, kind):
    assert parse_digest(text).kind is kind


@pytest.mark.parametrize("text", ["", "xyz", "sha256:" + MD5, "md5:" + "zz" * 16, "photodna:" + MD5, MD5[:-1]])
def test_what_is_no_digest_is_refused_in_our_words(text):
    with pytest.raises(InputError):
        parse_digest(text)


def test_a_file_may_hold_hashes_and_lines_of_our_own_hash_command(tmp_path):
    path = tmp_path / "lawful.txt"
    record = {"file": "x.jpg", "md5": MD5, "sha256": SHA256, "pdq": [PDQ]}
    path.write_text(f"# lawful\n{MD5}\n\n{json.dumps(record)}\npdq:{PDQ}\n")
    assert [one.kind for one in digests_in_file(path)] == [Kind.MD5, Kind.MD5, Kind.SHA256, Kind.PDQ, Kind.PDQ]


def test_a_bad_line_is_named_by_its_number(tmp_path):
    path = tmp_path / "lawful.txt"
    path.write_text(f"{MD5}\nnonsense\n")
    with pytest.raises(DigestLineError, match=r"lawful\.txt:2"):
        list(digests_in_file(path))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"gone\.txt"):
        list(digests_in_file(tmp_path / "gone.txt"))


def test_folders_are_walked_in_order_and_links_are_not_followed(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2").touch()
    (tmp_path / "a").touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert [path.name for path in files_under([tmp_path])] == ["a", "2"]
