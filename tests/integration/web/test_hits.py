"""What a member sees of its hits and what it can say about them, through the real services."""

import csv
import io
import re
from datetime import timedelta

import pytest

from schoon.check import Band, Verdict
from schoon.hits import Action, HitState
from schoon.kinds import Kind
from tests.statements import statements
from tests.web_world import Browser, fill

HOURS = timedelta(hours=1)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
FILTERS = ["open", "overdue", "disputed", "acted", "restore", "review", "all"]


def shown(text: str) -> list[str]:
    return re.findall(r'<a href="/hits/(h\w+)"', text)


def test_each_filter_shows_as_many_hits_as_it_says(visitor):
    fill(visitor.world, visitor.member)
    page = visitor.browser.get("/hits").text
    counts = dict(re.findall(r'href="/hits\?state=(\w+)"[^>]*>[^<]*<span class="count">(\d+)<', page))
    assert list(counts) == FILTERS
    for name, count in counts.items():
        assert len(shown(visitor.browser.get(f"/hits?state={name}").text)) == int(count), name
    assert int(counts["all"]) == 40


def test_the_first_due_is_on_top_and_overdue_is_a_word(visitor):
    named = fill(visitor.world, visitor.member)
    page = visitor.browser.get("/hits").text
    assert shown(page)[:3] == [named["very late"], named["overdue"], named["perceptual"]]
    assert "Overdue by 2 d 8 h" in page
    assert "Overdue by 7 h" in page


@pytest.mark.parametrize(("path", "most"), [("/hits", 4), ("/hits?state=all", 4), ("/hits/{hit}", 10)])
def test_a_page_takes_few_statements_however_many_hits_there_are(visitor, path, most):
    named = fill(visitor.world, visitor.member)
    with statements() as seen:
        assert visitor.browser.get(path.format(hit=named["strong"])).status == 200
    selects = [one for one in seen if one.text.lstrip().upper().startswith("SELECT")]
    print(f"{path}: {len(seen)} statements, {len(selects)} of them SELECT")
    assert 0 < len(seen) <= most


def test_pages_follow_one_another_without_gap_or_double(visitor):
    made = {visitor.world.a_hit(visitor.member, age=n * timedelta(minutes=1)) for n in range(120)}
    seen, path = [], "/hits?state=all"
    while path:
        page = visitor.browser.get(path).text
        seen += shown(page)
        following = re.search(r'<a href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 120
    assert set(seen) == made


@pytest.mark.parametrize("action", ["removed", "quarantined"])
def test_several_hits_are_marked_at_once_after_a_look_at_what_is_recorded(visitor, action):
    hits = [visitor.world.a_hit(visitor.member) for _ in range(3)]
    fields = [("action", action), ("state", "open"), *(("hit", hit) for hit in hits[:2])]
    page = visitor.browser.post("/hits/actions", fields)
    assert page.status == 200
    assert "these 2 hits" in page.text
    assert hits[0] in page.text
    assert visitor.world.hits.hit(hits[0]).hit.state is HitState.OPEN
    answer = visitor.browser.post("/hits/actions", [*fields, ("sure", "1")])
    assert (answer.status, answer.location) == (303, "/hits?state=open")
    page = visitor.browser.get(answer.location)
    assert f"2 hits marked as {action}." in page.text
    assert shown(page.text) == [hits[2]]
    assert "marked as" not in visitor.browser.get("/hits").text, "said once"
    taken = visitor.world.hits.hit(hits[0]).actions[0]
    assert taken.actor.startswith("token:")
    assert taken.actor.removeprefix("token:") in visitor.token


def test_marking_nothing_says_so(visitor):
    visitor.world.a_hit(visitor.member)
    answer = visitor.browser.post("/hits/actions", {"action": "removed", "state": "open"})
    assert "Select one or more hits first." in visitor.browser.get(answer.location).text


def test_marking_another_members_hits_marks_none_of_them(visitor):
    other, _ = visitor.world.a_member("zuiderhost")
    theirs = visitor.world.a_hit(other)
    visitor.browser.post("/hits/actions", {"action": "removed", "hit": theirs, "sure": "1"})
    assert visitor.world.hits.hit(theirs).hit.state is HitState.OPEN


def test_an_action_on_one_hit_is_recorded_with_its_note_and_said_once(visitor):
    hit = visitor.world.a_hit(visitor.member)
    answer = visitor.browser.post(f"/hits/{hit}/actions", {"action": "quarantined", "note": "TCK-12"})
    assert (answer.status, answer.location) == (303, f"/hits/{hit}")
    page = visitor.browser.get(answer.location).text
    assert "Marked as quarantined." in page
    assert "TCK-12" in page
    assert "Done in 1 h" in page
    again = visitor.browser.post(f"/hits/{hit}/actions", {"action": "quarantined"})
    assert "nothing changed" in visitor.browser.get(again.location).text
    visitor.browser.post(f"/hits/{hit}/actions", {"action": "removed"})
    refused = visitor.browser.post(f"/hits/{hit}/actions", {"action": "quarantined"})
    assert "not possible in the state" in visitor.browser.get(refused.location).text


def test_a_dispute_shows_word_for_word_what_is_sent_and_then_pauses_the_clock(visitor):
    hit = visitor.world.a_hit(visitor.member, kind=Kind.PDQ, band=Band.FAR)
    reason = "This is our own logo,\nseen on every page."
    form = visitor.browser.get(f"/hits/{hit}").text
    assert "by Fri 27 Nov at the latest" in form
    look = visitor.browser.post(f"/hits/{hit}/dispute", {"reason": reason})
    assert look.status == 200
    assert f'<dd class="verbatim">{reason}</dd>' in look.text
    assert visitor.world.hits.disputes(visitor.member.member_id) == []
    back = visitor.browser.post(f"/hits/{hit}/dispute", {"reason": reason, "change": "1"})
    assert f">{reason}</textarea>" in back.text
    sent = visitor.browser.post(f"/hits/{hit}/dispute", {"reason": reason, "sure": "1"})
    page = visitor.browser.get(sent.location).text
    assert "Your dispute is recorded" in page
    assert "Paused, 23 h left" in page
    assert re.search(r"An answer is due by\s+<time[^>]*>Fri 27 Nov 23:59", page)
    assert visitor.world.hits.disputes(visitor.member.member_id)[0].reason == reason


@pytest.mark.parametrize(
    ("reason", "words"), [("", "at least 10"), ("too short", "at least 10"), ("x" * 2001, "at most 2,000")]
)
def test_reasons_that_cannot_be_used_come_back_with_the_fault_at_the_field(visitor, reason, words):
    hit = visitor.world.a_hit(visitor.member)
    answer = visitor.browser.post(f"/hits/{hit}/dispute", {"reason": reason, "sure": "1"})
    assert answer.status == 422
    assert '<a href="#reason">Write ' + words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert visitor.world.hits.disputes(visitor.member.member_id) == []


def test_a_withdrawn_entry_offers_restore_and_restoring_is_recorded(visitor):
    named = fill(visitor.world, visitor.member)
    page = visitor.browser.get(f"/hits/{named['restore']}").text
    assert "You may put the file back" in page
    assert 'id="reason"' not in page
    answer = visitor.browser.post(f"/hits/{named['restore']}/actions", {"action": "restored"})
    assert "Marked as restored." in visitor.browser.get(answer.location).text
    assert visitor.world.hits.hit(named["restore"]).hit.state is HitState.RESTORED


def test_the_answer_to_a_dispute_is_part_of_the_history(visitor):
    named = fill(visitor.world, visitor.member)
    page = visitor.browser.get(f"/hits/{named['rejected']}").text
    assert "Answer: the hit stands" in page
    assert "the entry is right" in page


def test_what_a_match_proves_is_said_without_the_exact_distance(visitor):
    kinds = {
        (Kind.SHA256, None): "to the last byte",
        (Kind.MD5, None): "very likely the same file",
        (Kind.PDQ, Band.SAME): "the perceptual hashes are equal",
        (Kind.PDQ, Band.NEAR): "Distance 1 to 15",
        (Kind.PDQ, Band.FAR): "Distance 16 to 31",
    }
    for (kind, band), words in kinds.items():
        page = visitor.browser.get(f"/hits/{visitor.world.a_hit(visitor.member, kind=kind, band=band)}").text
        assert words in page
        assert "Nobody at Schoon has seen your file" in page


def test_a_review_hit_has_no_deadline_and_says_that_nothing_is_proven(visitor):
    hit = visitor.world.a_hit(visitor.member, verdict=Verdict.REVIEW)
    page = visitor.browser.get(f"/hits/{hit}").text
    assert "No deadline" in page
    assert "This is not proven" in page
    assert "Where this deadline comes from" not in page


def test_the_statement_is_shown_printed_and_downloaded_in_both_languages(visitor):
    hit = visitor.world.a_hit(visitor.member)
    assert visitor.browser.get(f"/hits/{hit}/statement").location == f"/hits/{hit}"
    visitor.world.act(visitor.member, hit, Action.REMOVED)
    dutch = visitor.browser.get(f"/hits/{hit}/statement?language=nl").text
    assert '<article class="statement" lang="nl">' in dutch
    assert "<h1>Motivering van een maatregel</h1>" in dutch
    assert "klachten@noorderhost.example" in dutch
    text = visitor.browser.get(f"/hits/{hit}/statement?language=en&format=text")
    assert text.headers["content-disposition"] == f'attachment; filename="{hit}-en.md"'
    assert text.text.startswith("# Statement of reasons")


def test_a_statement_that_the_police_hold_back_is_not_to_be_had_and_the_hit_says_so(visitor):
    named = fill(visitor.world, visitor.member)
    assert visitor.browser.get(f"/hits/{named['held']}/statement?format=text").status == 303
    page = visitor.browser.get(f"/hits/{named['held']}").text
    assert "Do not tell your customer yet" in page
    assert "an investigation is running" not in page


def test_nothing_that_somebody_wrote_becomes_markup(visitor):
    hit = visitor.world.a_hit(visitor.member, refs=[EVIL], supplier_class=EVIL)
    visitor.browser.post(f"/hits/{hit}/dispute", {"reason": EVIL, "sure": "1"})
    visitor.world.act(visitor.member, hit, Action.REMOVED, note=EVIL)
    paths = ["/hits?state=all", f"/hits/{hit}", f"/hits/{hit}/statement", f"/hits?state={EVIL}", f"/hits?after={EVIL}"]
    answers = [visitor.browser.get(path) for path in [*paths, f"/login?next={EVIL}"]]
    answers.append(visitor.browser.post(f"/hits/{hit}/dispute", {"reason": EVIL}))
    answers.append(visitor.browser.post("/hits/actions", {"action": "removed", "hit": EVIL, "state": EVIL}))
    for answer in answers:
        for part in ("<script>alert", "<img src=x", "\"'>"):
            assert part not in answer.text, part
    assert "&lt;script&gt;" in answers[1].text
    assert "{{7*7}}" in answers[1].text


def test_each_table_comes_as_csv(visitor):
    named = fill(visitor.world, visitor.member)
    answer = visitor.browser.get("/hits.csv?state=all")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 40
    overdue = next(row for row in rows if row["hit"] == named["overdue"])
    assert (overdue["state"], overdue["overdue"], overdue["strength"]) == ("open", "yes", "strong")
    files = list(csv.DictReader(io.StringIO(visitor.browser.get(f"/hits/{named['strong']}/files.csv").text)))
    assert [row["ref"] for row in files][:1] == ["vm31-0000"]
    history = visitor.browser.get(f"/hits/{named['rejected']}/history.csv").text
    assert [row["what"] for row in csv.DictReader(io.StringIO(history))] == ["disputed", "rejected"]


def test_more_files_than_are_shown_are_counted(visitor):
    hit = visitor.world.a_hit(visitor.member, refs=[f"r{n}" for n in range(130)])
    page = visitor.browser.get(f"/hits/{hit}").text
    assert "The newest 100 of 130 references." in page


def test_an_empty_list_says_what_it_means(visitor):
    assert "Nothing to do" in visitor.browser.get("/hits").text
    assert "No hits yet" in visitor.browser.get("/hits?state=all").text


def test_the_language_follows_the_browser_and_then_the_switch(visitor):
    dutch = Browser(visitor.world.app, language="nl-NL,nl;q=0.9")
    page = dutch.log_in(visitor.token)
    page = dutch.get("/hits")
    assert '<html lang="nl">' in page.text
    assert page.headers["content-language"] == "nl"
    answer = dutch.post("/language", {"language": "en", "path": "/hits?state=all"})
    assert answer.location == "/hits?state=all"
    assert '<html lang="en">' in dutch.get("/hits").text
    assert dutch.post("/language", {"language": "en", "path": "https://evil.example"}).location == "/hits"
    dutch.close()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_page_shows_every_hit_in_both_languages(visitor, language):
    named = fill(visitor.world, visitor.member)
    browser = Browser(visitor.world.app, language=language)
    browser.log_in(visitor.token)
    for name, hit in named.items():
        page = browser.get(f"/hits/{hit}")
        assert page.status == 200, name
        assert f'<html lang="{language}">' in page.text
        assert "<h1>" in page.text
        ids = re.findall(r' id="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), "each id once"
        assert all(target in ids for target in re.findall(r'(?:for|aria-labelledby)="([^"]+)"', page.text))
    browser.close()
