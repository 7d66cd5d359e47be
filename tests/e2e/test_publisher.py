"""The operator's way with the real program: from an empty folder to a published list, and back out of it."""

import hashlib
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.e2e.program import Program

pytestmark = pytest.mark.slow

ENTRIES = 40


def digests(seed):
    content = random.Random(seed).randbytes(200)
    return hashlib.md5(content).hexdigest(), hashlib.sha1(content).hexdigest(), hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Program(tmp_path_factory.mktemp("publisher") / "home")


@pytest.fixture(scope="module")
def folder(program):
    return program.home.parent


@pytest.fixture(scope="module")
def published(program, folder):
    """A list of 40 entries, done the way docs/operators/lists.md tells."""
    program.run("init")
    rows = [f"P-{n},baseline,{','.join(digests(n))}" for n in range(ENTRIES)]
    (folder / "list.csv").write_text("\n".join(["id,category,md5,sha1,sha256", *rows, "P-bad,baseline,xyz,,"]) + "\n")
    (folder / "lawful.txt").write_text("\n".join(digests(n)[2] for n in (7, 1000, 1001)) + "\n")
    for name, role in (("Hotline", "hotline"), ("Police", "police")):
        program.run("organisation", "add", name, "--role", role)
        program.run("organisation", "new-key", str(folder / f"{name}.key.pem"))
        program.run("organisation", "key", name, str(folder / f"{name}.pub.pem"))
    program.run("supplier", "add", "List", "--organisation", "Hotline", "--class", "hotline")
    report = program.json("list", "import", str(folder / "list.csv"), "--supplier", "List")
    for name in ("Hotline", "Police"):
        program.run(
            "list", "attest", str(report["batch"]), "--organisation", name, "--key", str(folder / f"{name}.key.pem")
        )
    tested = program.json("list", "test", str(report["batch"]), "--digests", str(folder / "lawful.txt"))
    done = program.json("list", "publish")
    return {"report": report, "tested": tested, "done": done}


def test_a_bad_row_is_named_and_the_good_go_in(published):
    assert published["report"]["new"] == ENTRIES
    assert published["report"]["refused_count"] == 1
    assert published["report"]["refused"][0]["line"] == ENTRIES + 2


def test_an_entry_that_matches_a_lawful_file_is_suspended(published):
    assert [one["ref"] for one in published["tested"]["collisions"]] == ["P-7"]


def test_what_is_published_shows_in_the_status(program, published):
    status = program.json("list", "status")
    assert status["version"] == published["done"]["version"] >= 1
    assert status["batches"][0]["state"] == "active"


def test_the_same_file_twice_changes_nothing(program, published, folder):
    again = program.json("list", "import", str(folder / "list.csv"), "--supplier", "List")
    assert again["new"] == 0
    assert again["unchanged"] == ENTRIES


def test_with_strict_one_bad_row_keeps_everything_out(program, published, folder):
    path = folder / "strict.csv"
    path.write_text(f"id,category,sha256\nS-1,baseline,{digests(5000)[2]}\nS-2,baseline,xyz\n")
    refused = program.run("list", "import", str(path), "--supplier", "List", "--strict", code=3)
    assert "line 3" in refused.stderr
    path.write_text(f"id,category,sha256\nS-1,baseline,{digests(5000)[2]}\n")
    assert program.json("list", "import", str(path), "--supplier", "List")["new"] == 1


def test_one_organisation_alone_activates_nothing(program, published, folder):
    path = folder / "alone.csv"
    path.write_text(f"id,category,sha256\nA-1,baseline,{digests(6000)[2]}\n")
    batch = str(program.json("list", "import", str(path), "--supplier", "List")["batch"])
    key = str(folder / "Hotline.key.pem")
    program.run("list", "attest", batch, "--organisation", "Hotline", "--key", key)
    program.run("list", "attest", batch, "--organisation", "Hotline", "--key", key, code=4)
    program.run("list", "test", batch, "--digests", str(folder / "lawful.txt"))
    program.run("list", "publish")
    states = {one["batch"]: one["state"] for one in program.json("list", "status")["batches"]}
    assert states[int(batch)] == "attested"


def test_a_text_signed_elsewhere_attests_as_well(program, published, folder):
    path = folder / "elsewhere.csv"
    path.write_text(f"id,category,sha256\nE-1,baseline,{digests(7000)[2]}\n")
    batch = str(program.json("list", "import", str(path), "--supplier", "List")["batch"])
    text = program.run("list", "attest", batch, "--print").stdout.encode()
    key = load_pem_private_key((folder / "Police.key.pem").read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    attest = ("list", "attest", batch, "--organisation", "Police", "--signature", str(folder / "police.sig"))
    (folder / "police.sig").write_bytes(bytes(64))
    program.run(*attest, code=3)
    (folder / "police.sig").write_bytes(key.sign(text))
    assert len(program.json(*attest)["attestors"]) == 1


def test_a_dry_run_changes_nothing(program, published):
    before = program.json("list", "status")["version"]
    assert "waiting" in program.json("list", "dry-run")
    assert program.json("list", "status")["version"] == before


def test_withdrawing_raises_the_version(program, published):
    before = program.json("list", "status")["version"]
    done = program.json("list", "withdraw", "--supplier", "List", "--ref", "P-3", "--reason", "supplied by mistake")
    assert done["version"] > before
    again = program.json("list", "withdraw", "--supplier", "List", "--ref", "P-3", "--reason", "supplied by mistake")
    assert again["version"] in {None, done["version"]} or again["unchanged"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("list", "import", "gone.csv", "--supplier", "List"), 3, "gone.csv"),
        (("list", "import", "list.csv", "--supplier", "Nobody"), 3, "Nobody"),
        (("list", "attest", "999", "--organisation", "Police", "--key", "Police.key.pem"), 3, "999"),
        (("list", "attest", "1", "--organisation", "Police"), 3, "--key"),
        (("list", "rollback", "999"), 3, "999"),
        (("list", "withdraw", "--reason", "x"), 3, "--entry"),
        (("organisation", "add", "Police", "--role", "police"), 4, "Police"),
        (("member", "token", "add", "nobody"), 3, "nobody"),
        (("hits", "show", "hnothing"), 3, "hnothing"),
        (("check", "list.csv"), 3, "--server"),
    ],
)
def test_an_error_names_the_value_and_the_next_step(program, published, arguments, code, says):
    ended = program.run(*arguments, code=code)
    assert ended.stderr.startswith("error: ")
    assert " next: " in ended.stderr
    assert says in ended.stderr


def test_before_init_a_command_says_so(tmp_path):
    ended = Program(tmp_path / "home").run("list", "status", code=3)
    assert "schoon init" in ended.stderr
