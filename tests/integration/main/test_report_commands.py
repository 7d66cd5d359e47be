"""`schoon report …` as people type it, over a real home; several people by their names."""

import io
import json
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from schoon.cli import run
from schoon.main import house_of
from schoon.settings import Settings

WHY = "the police need a witness"


@dataclass
class Desk:
    home: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    now: str = "2026-11-23T09:00:00+00:00"

    def run(self, *words: str, by: str = "anna", given: str = "", code: int = 0) -> str:
        environment = {"SCHOON_HOME": str(self.home), "SCHOON_TESTING": "1", "SCHOON_CLOCK": self.now}
        house = replace(house_of(Settings.from_environment(environment), environment), actor=f"cli:{by}")
        self.patch.setattr(sys, "stdin", io.StringIO(given))
        ended = run(words, house)
        shown = self.capture.readouterr()
        assert ended == code, shown.out + shown.err
        return shown.out + shown.err

    def json(self, *words: str, **more: Any) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*words, "--json", **more).splitlines() if line.startswith("{")]

    def add(self, *words: str, **more: Any) -> dict[str, Any]:
        return self.json("report", "add", *words, **more)[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that `schoon init` made, copied by each test."""
    home = tmp_path_factory.mktemp("desk") / "home"
    environment = {"SCHOON_HOME": str(home)}
    house_of(Settings.from_environment(environment), environment).initialise()
    return home


@pytest.fixture
def desk(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    shutil.copytree(made, tmp_path / "home")
    return Desk(tmp_path / "home", capsys, monkeypatch)


def test_addresses_are_piped_in_judged_and_shown(desk: Desk) -> None:
    given = "https://foto.example.org/1\n\nhttps://foto.example.org/2\nnonsense\n"
    receipt = desk.add("-", "--text", "seen on a forum", "--reference", "2026-117", given=given)
    assert [one["place"] for one in receipt["refused"]] == [2]
    first, second = receipt["items"]
    assert "1 report read." in desk.run("report", "read", receipt["report"])
    listed = desk.json("report", "list", "--state", "to_assess", "--site", "example.org")
    assert {one["item"] for one in listed} == {first, second}
    assert "https://" not in desk.run("report", "list"), "addresses are shown one at a time"
    outcome = desk.json(
        "report", "assess", "-", "--as", "national", "--seconds", "60", "--note", "w", given=f"{first}\n"
    )
    assert outcome == [{"item": first, "outcome": "counted", "detail": ""}]
    shown = desk.json("report", "show", first)[0]
    assert (shown["url"], shown["state"]) == ("https://foto.example.org/1", "to_notice")
    assert [one["note"] for one in shown["assessments"]] == ["w"]
    page = desk.run("report", "show", first)
    assert all(word in page for word in ("foto.example.org/1", "History", "Judgements", "cli:anna"))
    assert "seen on a forum" in desk.run("report", "show", receipt["report"])
    assert desk.json("report", "status", receipt["status_code"]) == [{"status": "in_hand"}]
    assert desk.json("report", "exposure")[0]["seconds"] == 60
    assert [one["report"] for one in desk.json("report", "list", "--reports")] == [receipt["report"]]


def test_the_same_report_under_one_key_is_one(desk: Desk) -> None:
    first = desk.add("https://foto.example.org/1", "--key", "a", "--sender", "organisation:3")
    again = desk.add("https://foto.example.org/1", "--key", "a", "--sender", "organisation:3")
    assert again == first | {"known": True}
    refused = desk.run("report", "add", "https://new.test/", "--key", "a", "--sender", "organisation:3", code=4)
    assert "another report" in refused


def test_media_digests_and_what_makes_no_report(desk: Desk) -> None:
    digest = "sha256:" + "ab" * 32
    page, media = desk.add("https://cdn.example.net/1.jpg", "--page", "https://foto.example.org/", "--digest", digest)[
        "items"
    ]
    shown = desk.json("report", "show", media)[0]
    assert (shown["kind"], shown["on_pages"], shown["digests"]) == ("media", [page], ["sha256"])
    two = ("http://a.test/", "http://b.test/")
    assert "digests of one file" in desk.run("report", "add", *two, "--digest", digest, code=3)
    assert "an address or a text" in desk.run("report", "add", code=3)
    assert desk.add("--text", "-", given="a story\n")["items"] == []


def test_what_is_held_for_the_police_is_released_by_the_police(desk: Desk) -> None:
    desk.run("organisation", "add", "Police unit", "--role", "police")
    desk.run("organisation", "add", "Hotline", "--role", "hotline")
    (item,) = desk.add("https://foto.example.org/1")["items"]
    desk.run("report", "assess", item, "--as", "police_first")
    words = ("report", "release", item, "--reason", WHY, "--police")
    assert "role of police" in desk.run(*words, "Hotline", code=4)
    desk.run(*words, "Police unit")
    desk.run("report", "police", "send", item, "--police", "Police unit", "--reason", WHY)
    shown = desk.json("report", "show", item)[0]
    assert (shown["state"], shown["police_backed"]) == ("to_notice", True)
    held = desk.run("report", "police", "hold", item, "--police", "Police unit", "--reason", "short", code=3)
    assert "10 to 2000 characters" in held


def test_a_reporter_is_seen_by_two_people_together_and_then_forgotten(desk: Desk) -> None:
    who = desk.home / "who.json"
    who.write_text('{"name": "A. Melder", "email": "melder@example.org"}')
    report = desk.add("https://foto.example.org/1", "--reporter-file", str(who))["report"]
    assert "Melder" not in desk.run("report", "show", report)
    (request,) = desk.json("report", "identity", "ask", report, "--reason", WHY, by="anna")
    number = str(request["request"])
    assert "who asked cannot approve" in desk.run("report", "identity", "approve", number, by="anna", code=4)
    desk.run("report", "identity", "approve", number, by="bram")
    desk.now = "2026-11-23T09:05:00+00:00"
    assert "not open to you" in desk.run("report", "identity", "read", number, by="bram", code=4)
    read = desk.json("report", "identity", "read", number, by="anna")
    assert read == [{"name": "A. Melder", "email": "melder@example.org", "phone": ""}]
    assert "not open to you" in desk.run("report", "identity", "read", number, by="anna", code=4)
    assert desk.json("report", "identity", "list")[0]["approved_by"] == "cli:bram"
    assert desk.json("report", "expire") == [{"expired": 0}]
    desk.now = "2027-03-01T09:00:00+00:00"
    assert desk.json("report", "expire") == [{"expired": 1}]
    assert "The text was deleted" in desk.run("report", "show", report)


def test_a_question_set_is_imported_and_answered(desk: Desk) -> None:
    document = json.loads(desk.run("report", "vocabulary", "show"))
    document |= {"version": "ours-1", "questions": [QUESTION]}
    file = desk.home / "questions.json"
    file.write_text(json.dumps(document))
    desk.run("report", "vocabulary", "import", str(file))
    (item,) = desk.add("https://foto.example.org/1")["items"]
    words = ("report", "assess", item, "--as", "baseline")
    assert "has no answer" in desk.run(*words)
    assert "no `=`" in desk.run(*words, "--answer", "how", code=3)
    desk.run(*words, "--answer", "how=a", "--answer", "how=b")
    shown = desk.json("report", "show", item)[0]["assessments"][0]
    assert (shown["answers"], shown["vocabulary"]) == ({"how": ["a", "b"]}, "ours-1")


def test_an_item_that_was_ignored_is_opened_again(desk: Desk) -> None:
    (item,) = desk.add("https://foto.example.org/1")["items"]
    desk.run("report", "assess", item, "--as", "ignore", "--unseen")
    desk.run("report", "reopen", item, "--reason", "a second look was asked for")
    assert desk.json("report", "show", item)[0]["state"] == "to_assess"
    assert desk.json("report", "exposure") == []


def test_what_is_not_there_is_said(desk: Desk) -> None:
    assert "no report" in desk.run("report", "show", "nothing", code=3)
    assert "no report has that code" in desk.run("report", "status", "aaaa", code=3)
    assert "no request" in desk.run("report", "identity", "approve", "7", by="bram", code=3)


QUESTION = {
    "id": "how",
    "label": {"en": "How?"},
    "type": "many",
    "judgements": ["baseline"],
    "options": [{"id": "a", "label": {"en": "A"}}, {"id": "b", "label": {"en": "B"}}],
    "required": True,
}
