"""Reports come in at the command line: files, and messages as a mail server delivers them."""

import csv
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from schoon.cli import run
from schoon.main import house_of
from schoon.reports import Wanted
from schoon.settings import Settings
from tests.arrivals import LINES, PICTURE, REPORT_BUILDER, UPLOAD, a_mail, with_attachment, xarf_bytes


class Desk:
    """Commands over one home folder, run in this process."""

    def __init__(self, home, **settings):
        environment = {
            "SCHOON_HOME": str(home),
            "SCHOON_MAIL_SENDERS": "desk@hotline.example, police.example",
        } | settings
        self.home = home
        self.house = house_of(Settings.from_environment(environment), environment)

    def run(self, *arguments, code=0):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            assert run(arguments, self.house) == code, err.getvalue()
        return out.getvalue(), err.getvalue()

    def json(self, *arguments, code=0):
        return json.loads(self.run(*arguments, "--json", code=code)[0])

    def addresses(self):
        with self.house.open_rooms() as rooms:
            return {item.url.text for item in rooms.reports.find(Wanted(limit=1000), now=self.house.clock())}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk") / "home")
    desk.run("init")
    return desk


@pytest.fixture
def deliver(monkeypatch):
    def delivered(desk, message, *options, code=0):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(message)))
        out, err = desk.run("report", "mail", "--json", *options, code=code)
        assert "example.org" not in out + err
        return json.loads(out) if code == 0 else err

    return delivered


@pytest.fixture
def file(tmp_path):
    def write(content, name="reports.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


def test_a_file_is_looked_through_and_then_taken_once(desk, file):
    path = file(UPLOAD + b"no address,,,,,,,,,,,,,\n")
    before = desk.addresses()
    looked = desk.json("report", "import", path, "--dry-run")
    assert (looked["good"], looked["refused"]) == (3, 1)
    assert desk.addresses() == before
    taken = desk.json("report", "import", path)
    assert (taken["format"], taken["taken"], taken["refused"]) == ("csv", 3, 1)
    assert taken["refused_rows"][0]["line"] == 6
    assert desk.addresses() - before == {
        "https://example.org/a.jpg",
        "https://example.org/",
        "https://example.net/b",
        "https://example.com/c",
    }
    again = desk.json("report", "import", path)
    assert (again["known"], again.get("taken", 0)) == (3, 0)


def test_what_became_of_each_row_is_written_as_csv(desk, file, tmp_path):
    desk.run(
        "report", "import", file(REPORT_BUILDER), "--rows", str(tmp_path / "rows.csv"), "--zone", "Europe/Amsterdam"
    )
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text(encoding="utf-8"))))
    assert [(row["line"], row["outcome"], bool(row["report"])) for row in rows] == [
        ("2", "taken", True),
        ("4", "taken", True),
        ("5", "refused", False),
    ]
    assert "SCART had closed it" in rows[2]["reason"]
    later = file(REPORT_BUILDER.replace(b"said", b"wrote"), "later.csv")
    options = ("--format", "scart", "--zone", "Europe/Amsterdam", "--rows", str(tmp_path / "again.csv"))
    desk.run("report", "import", later, *options)
    again = list(csv.DictReader(io.StringIO((tmp_path / "again.csv").read_text(encoding="utf-8"))))
    assert [(row["outcome"], row["report"], row["reason"][:19]) for row in again[:2]] == [
        ("known", "", "it was taken before"),
        ("known", rows[1]["report"], ""),
    ]


def test_a_report_in_xarf_is_imported(desk, file):
    assert desk.json("report", "import", file(xarf_bytes(), "x.json"))["taken"] == 1


@pytest.mark.parametrize(
    ("content", "options"),
    [(b"colour\nred\n", ()), (b"url\nno address\n", ()), (b"url\nhttps://a.example\n", ("--zone", "Mars"))],
)
def test_a_file_of_which_nothing_can_be_taken_ends_with_3(desk, file, content, options):
    _, shown = desk.run("report", "import", file(content), *options, code=3)
    assert "next:" in shown


def test_a_message_of_a_listed_sender_is_taken_once(desk, deliver):
    message = with_attachment(a_mail("Look: https://example.org/mail\n"), PICTURE, "image/jpeg", "a.jpg").as_bytes()
    first = deliver(desk, message, "--sender", "desk@hotline.example")
    assert (len(first["reports"]), first["refused"], first["kept"]) == (1, 1, None)
    assert "https://example.org/mail" in desk.addresses()
    assert deliver(desk, message, "--sender", "DESK@hotline.example") == first


@pytest.mark.parametrize(
    ("message", "sender", "refusal"),
    [
        (a_mail("https://example.org/unlisted\n"), "somebody@example.com", "UnlistedSenderError"),
        (a_mail("https://example.org/unlisted\n"), "", "UnlistedSenderError"),
        (
            a_mail("https://example.org/gone\n", subject="SCART-CONTENTREMOVED"),
            "x@police.example",
            "NotForReportsError",
        ),
    ],
)
def test_a_refused_message_is_kept_in_words_for_a_person_and_not_sent_back(desk, deliver, message, sender, refusal):
    message = with_attachment(message, PICTURE, "image/jpeg", "a.jpg").as_bytes()
    options = ("--sender", sender) if sender else ()
    answer = deliver(desk, message, *options)
    assert (answer["reports"], answer["refusal"]) == ([], refusal)
    kept = Path(answer["kept"])
    assert kept.parent == desk.home / "refused-mail"
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parent.stat().st_mode & 0o077 == 0
    content = kept.read_bytes()
    assert b"https://example.org/" in content
    assert f"X-Refused: {refusal}".encode() in content
    assert b"JFIF" not in content
    assert b"/9j/" not in content
    assert deliver(desk, message, *options)["kept"] == answer["kept"]


def test_a_message_of_which_a_line_was_refused_is_kept_as_well(desk, deliver):
    answer = deliver(desk, LINES.as_bytes(), "--sender", "x@police.example")
    assert (len(answer["reports"]), answer["refused"], answer["refusal"]) == (2, 1, "")
    assert b"no address" in Path(answer["kept"]).read_bytes()


def test_the_same_message_id_with_other_words_is_kept_and_not_taken(desk, deliver):
    deliver(desk, a_mail("https://example.org/one\n", message_id="<7@x>").as_bytes(), "--sender", "x@police.example")
    other = a_mail("https://example.org/two\n", message_id="<7@x>").as_bytes()
    answer = deliver(desk, other, "--sender", "x@police.example")
    assert (answer["refusal"], answer["reports"]) == ("KeyReusedError", [])
    assert "https://example.org/two" not in desk.addresses()


def test_on_any_outage_the_mail_server_keeps_the_message(tmp_path, deliver):
    message = a_mail("https://example.org/a\n").as_bytes()
    nowhere = Desk(tmp_path / "nowhere")
    assert "to be delivered again" in deliver(nowhere, message, "--sender", "x@police.example", code=75)
    wrong = Desk(tmp_path / "wrong", SCHOON_MAIL_SENDERS="Desk <x@police.example>")
    assert "next:" in deliver(wrong, message, "--sender", "x@police.example", code=75)
    full = Desk(tmp_path / "full", SCHOON_REFUSED_MAIL="/dev/null/folder")
    assert "to be delivered again" in deliver(full, message, "--sender", "nobody@example.com", code=75)


def test_a_message_that_no_reader_takes_is_read_to_its_end_and_kept(desk, deliver, monkeypatch):
    answer = deliver(desk, b"Subject: x\n\n" + b"words\n" * 6_000_000, "--sender", "x@police.example")
    assert answer["refusal"] == "UnreadableReportError"
    assert sys.stdin.buffer.read() == b""
    assert Path(answer["kept"]).stat().st_size < 5 * 1024 * 1024


def test_nothing_of_what_arrived_is_logged(desk, deliver, caplog):
    caplog.set_level("DEBUG")
    deliver(desk, a_mail("https://example.org/logged\n", message_id="<9@x>").as_bytes(), "--sender", "x@police.example")
    deliver(Desk(desk.home.parent / "no"), a_mail().as_bytes(), "--sender", "x@police.example", code=75)
    said = [record.getMessage() + str(vars(record)) for record in caplog.records if record.name.startswith("schoon")]
    assert any("report.mail_waits" in one for one in said)
    assert not [one for one in said if "example.org" in one or "police.example" in one]
