"""The whole installation over SQLite in a folder of its own, with the pages, and people who log in."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from schoon.kinds import ItemId
from schoon.main._compose import initialise_home, make_rooms
from schoon.parties import Duty, Person, Role
from schoon.reports import ReportSource, Submission, SubmittedItem
from schoon.rooms import Rooms
from schoon.settings import Settings
from schoon.web import create_web
from tests.web_world import SESSION_KEY, Browser

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)


def an_empty_home(folder: Path) -> Path:
    """A home as `schoon init` makes it, to copy."""
    initialise_home(Settings.from_environment({"SCHOON_HOME": str(folder)}))
    return folder


@dataclass
class Desk:
    """One installation at a time that tests set."""

    home: Path
    now: datetime = NOW
    more: dict[str, str] = field(default_factory=dict)
    rooms: Rooms = field(init=False)
    browsers: list[Browser] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = Settings.from_environment({"SCHOON_HOME": str(self.home)} | self.more)
        self.rooms = make_rooms(settings, lambda: self.now)
        self.app = create_web(self.rooms, session_key=SESSION_KEY, secure_cookies=False)

    @classmethod
    def copied(cls, template: Path, folder: Path, **more: str) -> "Desk":
        """A desk in a copy of an empty home, with these settings."""
        shutil.copytree(template, folder)
        return cls(folder, more=more)

    def person(self, *duties: Duty, role: Role = Role.HOTLINE, name: str = "A. Analyst") -> tuple[Person, str]:
        """Somebody with these duties, and the token's text."""
        known = {one.role: one for one in self.rooms.parties.organisations()}
        owner = known.get(role) or self.rooms.parties.add_organisation(f"The {role}", role, by="test", now=self.now)
        person = self.rooms.people.add(name, owner.organisation_id, duties or (Duty.ANALYST,), by="test", now=self.now)
        return person, self.rooms.people.issue_token(person.person_id, by="test", now=self.now).text

    def browser(self, *duties: Duty, role: Role = Role.HOTLINE, name: str = "A. Analyst") -> Browser:
        """A browser in which somebody with these duties has logged in."""
        browser = Browser(self.app)
        self.browsers.append(browser)
        home = browser.log_in(self.person(*duties, role=role, name=name)[1]).location
        browser.get(home)
        return browser

    def close(self) -> None:
        """End what is open."""
        for browser in self.browsers:
            browser.close()
        self.rooms.close()

    def reported(self, urls: Sequence[str], *, text: str = "") -> list[ItemId]:
        """The items of one report."""
        items = tuple(SubmittedItem(url=url) for url in urls)
        submission = Submission(source=ReportSource.FORM, items=items, text=text)
        return list(self.rooms.reports.take([submission], now=self.now)[0].item_ids)
