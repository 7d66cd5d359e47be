"""What the real program says to somebody who makes a mistake."""

import json

import pytest

from tests.e2e.program import Program

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("mistakes") / "home")
    program.run("init")
    program.run("organisation", "add", "Hotline", "--role", "hotline")
    program.run("supplier", "add", "List", "--organisation", "Hotline", "--class", "hotline")
    program.run("member", "add", "hoster1")
    return program


def test_a_file_of_which_no_row_is_understood_is_refused(program):
    (program.home.parent / "bad.csv").write_text("id,category,md5\n1,baseline,zz\n2,baseline,\n")
    ended = program.run("list", "import", "bad.csv", "--supplier", "List", code=3)
    assert "none was understood" in ended.stderr
    assert "--format" in ended.stderr


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00,\x01\n1,2\n", b"A-1,baseline,00\n"], ids=len)
def test_a_csv_file_without_a_line_of_columns_is_refused(program, content):
    (program.home.parent / "bad.csv").write_bytes(content)
    ended = program.run("list", "import", "bad.csv", "--supplier", "List", code=3)
    assert "line 1" in ended.stderr
    assert "name the columns in the first line" in ended.stderr.replace("\n", " ")


def test_an_attestation_without_an_organisation_asks_for_it(program):
    ended = program.run("list", "attest", "1", "--key", "nothing.pem", code=3)
    assert "give --organisation NAME" in ended.stderr


def test_a_token_never_overwrites_a_file(program):
    taken = program.home.parent / "taken"
    taken.write_text("another member's token")
    ended = program.run("member", "token", "add", "hoster1", "--out", "taken", code=3)
    assert "no token was made" in ended.stderr
    assert taken.read_text() == "another member's token"
    assert program.lines("member", "token", "list", "hoster1") == []


def test_a_token_that_is_refused_leaves_no_file(program):
    program.run("member", "token", "add", "nobody", "--out", "token-of-nobody", code=3)
    assert not (program.home.parent / "token-of-nobody").exists()


def test_a_folder_among_files_to_hash_is_named_and_the_others_are_hashed(program):
    (program.home.parent / "file").write_bytes(b"content")
    ended = program.run("hash", "file", ".", "file", code=3)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line.get("error") for line in lines] == [None, ".: a folder", None]


def test_a_list_without_rows_says_so_and_a_pipe_gets_nothing(program):
    ended = program.run("hits", "disputes")
    assert (ended.stdout, ended.stderr) == ("", "There are none.\n")
