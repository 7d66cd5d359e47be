"""The settings that sending notices needs."""

import pytest

from schoon.settings import SettingError, Settings


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("starttls://anna@mail.example.org", ("starttls", "mail.example.org", 587, "anna")),
        ("tls://mail.example.org:465", ("tls", "mail.example.org", 465, "")),
        ("none://127.0.0.1:25", ("none", "127.0.0.1", 25, "")),
    ],
)
def test_a_mail_server_is_read_with_its_protection(text: str, server: tuple[str, str, int, str]) -> None:
    found = Settings.from_environment({"SCHOON_SMTP": text}).smtp
    assert found is not None
    assert (found.security, found.host, found.port, found.user) == server


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("SCHOON_SMTP", "mail.example.org"),
        ("SCHOON_SMTP", "smtp://mail.example.org:25"),
        ("SCHOON_SMTP", "none://mail.example.org:25"),
        ("SCHOON_SMTP", "tls://anna:secret@mail.example.org:465"),
        ("SCHOON_LAW_PROFILE", "nl-1811"),
        ("SCHOON_PORTAL", "http://desk.example.org/n"),
        ("SCHOON_PORTAL", "http://127.0.0.1.example.org/n"),
    ],
)
def test_what_cannot_be_meant_is_refused(variable: str, text: str) -> None:
    with pytest.raises(SettingError, match=variable):
        Settings.from_environment({variable: text})


def test_a_password_that_was_put_into_the_address_is_not_shown() -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_environment({"SCHOON_SMTP": "tls://anna:hunter2@mail.example.org:465"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("page", ["https://desk.example.org/n", "http://127.0.0.1:8040/n"])
def test_pages_are_linked_over_tls_or_on_this_very_machine(page: str) -> None:
    assert Settings.from_environment({"SCHOON_PORTAL": page}).portal == page
