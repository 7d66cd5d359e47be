"""The member's way with the real program: a token, a check with its receipt, a hit, a dispute, an answer."""

import hashlib
import json

import pytest

from tests.e2e.program import Program

pytestmark = pytest.mark.slow

LISTED, LAWFUL = b"listed, for this test", b"lawful, for this test"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Program(tmp_path_factory.mktemp("member") / "home")


@pytest.fixture(scope="module")
def folder(program):
    folder = program.home.parent
    program.run("init")
    (folder / "listed.bin").write_bytes(LISTED)
    (folder / "lawful.bin").write_bytes(LAWFUL)
    (folder / "list.csv").write_text(f"id,category,sha256\nL-1,baseline,{hashlib.sha256(LISTED).hexdigest()}\n")
    (folder / "good.txt").write_text(hashlib.sha256(b"other").hexdigest())
    for name, role in (("Hotline", "hotline"), ("Police", "police")):
        program.run("organisation", "add", name, "--role", role)
        program.run("organisation", "new-key", str(folder / f"{name}.key.pem"))
        program.run("organisation", "key", name, str(folder / f"{name}.pub.pem"))
    program.run("supplier", "add", "List", "--organisation", "Hotline", "--class", "hotline")
    program.run("list", "import", str(folder / "list.csv"), "--supplier", "List")
    for name in ("Hotline", "Police"):
        program.run("list", "attest", "1", "--organisation", name, "--key", str(folder / f"{name}.key.pem"))
    program.run("list", "test", "1", "--digests", str(folder / "good.txt"))
    program.run("list", "publish")
    program.run("member", "add", "hoster1", "--complaints", "complaints@hoster1.example")
    program.run("member", "token", "add", "hoster1", "--out", str(program.home / "token"))
    return folder


@pytest.fixture(scope="module")
def url(program, folder):
    with program.serving() as url:
        yield url


def test_a_check_says_what_is_listed_and_ends_with_10(program, folder, url):
    lines = program.lines("check", str(folder / "listed.bin"), str(folder / "lawful.bin"), "--server", url, code=10)
    assert [line["verdict"] for line in lines] == ["listed", "not_listed"]
    assert lines[0]["matches"][0] == {
        "kind": "sha256",
        "strength": "strong",
        "band": None,
        "category": "baseline",
        "supplier_class": "hotline",
    }


def test_a_lawful_file_ends_with_0(program, folder, url):
    assert "not_listed" in program.run("check", str(folder / "lawful.bin"), "--server", url).stdout


def test_a_kept_receipt_verifies_offline_and_a_changed_answer_does_not(program, folder, url):
    program.run("check", str(folder / "lawful.bin"), "--server", url, "--keep-proof", str(folder / "proof"))
    answer = next((folder / "proof").glob("*.answer.json"))
    request = answer.with_name(answer.name.replace("answer", "request"))
    arguments = ("receipt", "verify", str(answer), "--request", str(request))
    assert program.json(*arguments)["verified"] is True
    changed = json.loads(answer.read_bytes())
    changed["result"]["list"]["version"] += 1
    answer.write_text(json.dumps(changed))
    program.run(*arguments, code=5)


def test_a_wrong_token_is_refused(program, folder, url):
    wrong = folder / "wrong-token"
    wrong.touch(mode=0o600)
    wrong.write_text("schoon_aaaaaaaaaaaaaaaa_" + "A" * 43)
    ended = program.run("check", str(folder / "lawful.bin"), "--server", url, "--token-file", str(wrong), code=4)
    assert "token" in ended.stderr


def test_a_token_that_others_can_read_is_refused(program, folder, url):
    (folder / "open-token").write_text("schoon_a_b")
    ended = program.run(
        "check", str(folder / "lawful.bin"), "--server", url, "--token-file", str(folder / "open-token"), code=3
    )
    assert "chmod 600" in ended.stderr


def test_a_service_that_is_away_is_an_outage(program, folder):
    program.run("check", str(folder / "lawful.bin"), "--server", "http://127.0.0.1:9", code=5)


def test_a_hit_is_disputed_answered_and_its_statement_written(program, folder, url):
    program.run("check", str(folder / "listed.bin"), "--server", url, code=10)
    hit = program.lines("hits", "list", "--member", "hoster1")[0]
    assert hit["state"] == "open"
    program.run("hits", "act", hit["hit"], "--member", "hoster1", "--action", "removed")
    assert "hoster1" in program.run("hits", "statement", hit["hit"], "--language", "nl").stdout
    note = "a stock photo that anybody can buy"
    program.run("hits", "act", hit["hit"], "--member", "hoster1", "--action", "disputed", "--note", note)
    dispute = program.lines("hits", "disputes")[0]
    assert dispute["reason"] == note
    answer = ("hits", "answer", str(dispute["dispute"]), "--outcome", "upheld", "--by", "Police")
    program.run(*answer, "--reasons", "examined, a stock photo")
    assert program.lines("hits", "disputes") == []
    assert "disputes" in program.json("hits", "show", hit["hit"])


def test_a_revoked_token_is_refused_within_two_seconds(program, folder, url):
    issued = program.json("member", "token", "add", "hoster1", "--out", str(folder / "short"))
    check = ("check", str(folder / "lawful.bin"), "--server", url, "--token-file", str(folder / "short"))
    program.run(*check)
    program.run("member", "token", "revoke", issued["id"])
    program.run("member", "token", "list", "hoster1")  # passes the second in which processes hear of it
    program.run(*check, code=4)


def test_a_port_that_is_taken_is_said_in_words(program, folder, url):
    port = url.rsplit(":", 1)[1]
    ended = program.run("serve", "--port", port, code=5)
    assert port in ended.stderr


def test_policies_are_shown_and_changed(program, folder):
    program.run("member", "add", "hoster2", "--pdq-distance", "off")
    assert program.json("member", "policy", "hoster2")["pdq_distance"] is None
    changed = program.json("member", "policy", "hoster2", "--pdq-distance", "15", "--category", "baseline")
    assert changed["pdq_distance"] == 15
    assert changed["categories"] == ["baseline"]
    program.run("member", "policy", "hoster2", "--service", "interpersonal_messaging", code=4)
    program.run("member", "policy", "hoster2", "--pdq-distance", "32", code=3)
