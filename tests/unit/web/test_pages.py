"""Each template shows one documented page and nothing else; each text is there in both languages."""

import dataclasses
import pkgutil
import re
import string
from importlib import import_module, resources
from typing import Any

import pytest
from jinja2 import nodes

import schoon.web
from schoon.web import ROUTES, Csrf, Permission, WebRoute
from schoon.web._chrome import BouncePage, Chrome, ErrorPage, Flash
from schoon.web._i18n import Language, Said, Words
from schoon.web._render import environment
from schoon.web.desk import _pages as desk_pages
from schoon.web.hits import _pages as hits_pages
from schoon.web.hits._markdown import Block, Span, blocks_of
from schoon.web.hits._terms import Explained
from schoon.web.hoster import _account_pages as account_pages
from schoon.web.hoster import _pages as hoster_pages
from schoon.web.journal import _pages as journal_pages
from schoon.web.login import _pages as login_pages
from schoon.web.notices import _pages as notice_pages
from schoon.web.report import _pages as report_pages
from schoon.web.rules import ClockFace, Moment

PAGES: list[Any] = [
    ErrorPage,
    BouncePage,
    login_pages.LoginPage,
    hits_pages.HitsPage,
    hits_pages.HitPage,
    hits_pages.BatchPage,
    hits_pages.DisputePage,
    hits_pages.StatementPage,
    desk_pages.InboxPage,
    desk_pages.ItemPage,
    desk_pages.PolicePage,
    report_pages.ReportPage,
    report_pages.SentPage,
    report_pages.StatusPage,
    notice_pages.NoticesPage,
    notice_pages.NoticePage,
    notice_pages.SendPage,
    notice_pages.ClocksPage,
    notice_pages.DisputesPage,
    hoster_pages.LinkPage,
    account_pages.AccountPage,
    account_pages.ComparePage,
    journal_pages.JournalPage,
    notice_pages.HostersPage,
    notice_pages.MovedPage,
]
PARTS = [
    Chrome, Flash, ClockFace, Moment, Explained, Block, Span, hits_pages.Filter, hits_pages.HitRow, hits_pages.FileRow,
    hits_pages.Event, hits_pages.Choice, hits_pages.DisputeForm, hits_pages.StatementPart,
    desk_pages.Place, desk_pages.Filter, desk_pages.ItemRow, desk_pages.Choice, desk_pages.Link, desk_pages.Fact,
    desk_pages.Event, desk_pages.Act, report_pages.Answered, report_pages.Fault, report_pages.StatusStep,
    notice_pages.NoticeRow, notice_pages.AnsweredItem, notice_pages.Attachment,
    notice_pages.ClockRow, notice_pages.DisputeForm, hoster_pages.AnswerOption, hoster_pages.AddressLine,
    account_pages.ComparedRow, journal_pages.EventRow, notice_pages.HosterRow,
]  # fmt: skip
TEMPLATES = {item.name: item.read_text() for item in (resources.files("schoon.web") / "templates").iterdir()}


def parsed(name: str) -> nodes.Template:
    return environment().parse(TEMPLATES[name])


def fields_read(name: str) -> set[str]:
    found = parsed(name).find_all(nodes.Getattr)
    return {node.attr for node in found if isinstance(node.node, nodes.Name) and node.node.name == "page"}


def every_attribute() -> set[str]:
    return {node.attr for name in TEMPLATES for node in parsed(name).find_all(nodes.Getattr)}


def words_classes() -> list[type[Words]]:
    for module in pkgutil.walk_packages(schoon.web.__path__, "schoon.web."):
        import_module(module.name)
    return sorted(Words.__subclasses__(), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_template_reads_its_page_and_nothing_else(page):
    fields = {field.name for field in dataclasses.fields(page)}
    read = fields_read(page.template)
    assert read <= fields, "a field that does not exist"
    assert fields - {"chrome"} <= read, "a field that nobody sees"
    names = {node.name for node in parsed(page.template).find_all(nodes.Name) if node.ctx == "load"}
    assert not names & {"request", "session", "config"}


def test_every_template_belongs_to_a_page():
    assert {page.template for page in PAGES} | {"base.html", "_parts.html", "_desk.html", "_public.html"} == set(
        TEMPLATES
    )


@pytest.mark.parametrize("part", PAGES + PARTS, ids=lambda part: part.__name__)
def test_every_field_has_help(part):
    for field in dataclasses.fields(part):
        assert re.search(rf"^ +(\w+, )*{field.name}(, \w+)*: \S", part.__doc__, re.MULTILINE), field.name


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_of_a_part_is_shown_somewhere(part):
    assert {field.name for field in dataclasses.fields(part)} <= every_attribute()


def test_no_template_trusts_what_it_shows_or_needs_what_the_policy_forbids():
    for name, text in TEMPLATES.items():
        assert not re.search(r"\|\s*safe|autoescape|style=|<style|\son\w+=|javascript:|https?://", text), name
        assert not re.search(r"<script(?![^>]*src=)", text), name


@pytest.mark.parametrize("words", words_classes(), ids=lambda words: words.__name__)
def test_every_text_has_the_same_places_in_both_languages(words):
    texts = {name: said for name, said in vars(words).items() if isinstance(said, Said)}
    assert texts
    for name, said in texts.items():
        places = [
            {place for _, place, _, _ in string.Formatter().parse(said.in_language(one)) if place} for one in Language
        ]
        assert places[0] == places[1], name
        assert all(said.in_language(one).strip() for one in Language), name


def test_every_route_states_who_may_use_it_and_what_protects_it():
    print(f"looked at {len(ROUTES)} routes")
    assert len(ROUTES) > 10
    for route in ROUTES:
        assert isinstance(route.permission, Permission)
        assert (route.csrf is Csrf.FORM_MARK) == (route.method == "POST"), route.path
        assert (route.permission is Permission.MEMBER) == route.path.startswith("/hits"), route.path


def test_a_change_without_a_form_mark_cannot_be_declared():
    with pytest.raises(ValueError, match="POST with a form mark"):
        WebRoute(path="/x", method="GET", view=ROUTES[0].view, permission=Permission.MEMBER, csrf=Csrf.FORM_MARK)


def test_the_markdown_of_statements_becomes_parts():
    blocks = blocks_of("# Title\n\n## Part\n\nIt is **bold** and `code`.\n\n* one\n* **two** <b>\n")
    assert [block.kind for block in blocks] == ["title", "heading", "text", "list"]
    assert [(span.kind, span.text) for span in blocks[2].lines[0]] == [
        ("plain", "It is "), ("bold", "bold"), ("plain", " and "), ("code", "code"), ("plain", "."),
    ]  # fmt: skip
    assert [[span.text for span in line] for line in blocks[3].lines] == [["one"], ["two", " <b>"]]
