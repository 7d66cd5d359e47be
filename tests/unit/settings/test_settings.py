from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schoon.settings import ClockRefusedError, DeathRefusedError, SettingError, Settings, documented, variable_of


def test_places_lie_under_the_home_folder():
    settings = Settings.from_environment({"SCHOON_HOME": "/srv/schoon"})
    assert settings.publication == Path("/srv/schoon/publication")
    assert settings.database_url == "sqlite:////srv/schoon/schoon.db"
    assert settings.list_key_file == Path("/srv/schoon/keys/list.key")


def test_a_given_place_wins_over_the_home_folder():
    settings = Settings.from_environment({"SCHOON_HOME": "/srv/schoon", "SCHOON_PUBLICATION": "/mnt/list"})
    assert settings.publication == Path("/mnt/list")


def test_an_empty_variable_counts_as_absent():
    assert Settings.from_environment({"SCHOON_LIST_NAME": ""}).list_name == "nl"


@pytest.mark.parametrize(
    ("text", "length"), [("45m", timedelta(minutes=45)), ("2 h", timedelta(hours=2)), ("1d", timedelta(days=1))]
)
def test_durations_have_a_unit(text, length):
    assert Settings.from_environment({"SCHOON_LIST_MAX_AGE": text}).list_max_age == length


@pytest.mark.parametrize("text", ["45", "m", "-1h", "1.5h", "1h30m", "9999999d"])
def test_a_duration_without_a_plain_number_and_unit_is_refused(text):
    with pytest.raises(SettingError, match="SCHOON_LIST_MAX_AGE"):
        Settings.from_environment({"SCHOON_LIST_MAX_AGE": text})


def test_a_typing_error_in_a_name_is_noticed():
    with pytest.raises(SettingError, match="SCHOON_DATABASE_URI"):
        Settings.from_environment({"SCHOON_DATABASE_URI": "sqlite://"})


def test_the_probers_settings_are_read():
    settings = Settings.from_environment(
        {
            "SCHOON_PROBE_CONTROLS": "https://example.org/, https://example.net/",
            "SCHOON_PROBE_VANTAGES": "here=192.0.2.7+2001:db8::7,there=198.51.100.7",
            "SCHOON_PROBE_PORTS": "80,8080",
            "SCHOON_PROBE_OWN_NETWORKS": "192.0.2.0/24",
            "SCHOON_PROBE_PARALLEL": "32",
        }
    )
    assert settings.probe_controls == ("https://example.org/", "https://example.net/")
    assert [(name, len(sources)) for name, sources in settings.probe_vantages] == [("here", 2), ("there", 1)]
    assert settings.probe_ports == {80, 8080}
    assert str(settings.probe_own_networks[0]) == "192.0.2.0/24"
    assert settings.probe_parallel == 32


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("VANTAGES", "here"), ("VANTAGES", "here=x"), ("VANTAGES", "=192.0.2.7"), ("VANTAGES", "Two Words=192.0.2.7"),
        ("PORTS", "http"), ("PORTS", "0"), ("PORTS", "70000"), ("OWN_NETWORKS", "192.0.2.1/24"), ("OWN_NETWORKS", "x"),
        ("PARALLEL", "0"), ("PARALLEL", "many"), ("PARALLEL", "1000"), ("PICTURES", "maybe"),
    ],
)  # fmt: skip
def test_a_setting_of_the_prober_that_cannot_be_is_refused(name, text):
    with pytest.raises(SettingError, match=f"SCHOON_PROBE_{name}"):
        Settings.from_environment({f"SCHOON_PROBE_{name}": text})


def test_a_false_clock_is_refused_outside_tests():
    with pytest.raises(ClockRefusedError):
        Settings.from_environment({"SCHOON_CLOCK": "2026-11-22T12:00:00Z"})
    settings = Settings.from_environment({"SCHOON_CLOCK": "2026-11-22T13:00:00+01:00", "SCHOON_TESTING": "1"})
    assert settings.clock == datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_process_that_would_kill_itself_is_refused_outside_tests():
    with pytest.raises(DeathRefusedError):
        Settings.from_environment({"SCHOON_DIE_AT": "agenda.claim/claim/written"})
    settings = Settings.from_environment({"SCHOON_DIE_AT": "agenda.claim/claim/written#2", "SCHOON_TESTING": "1"})
    assert settings.die_at == "agenda.claim/claim/written#2"


def test_secrets_show_in_neither_repr_nor_error():
    settings = Settings.from_environment(
        {"SCHOON_LIST_KEY": "ab" * 32, "SCHOON_DATABASE_URL": "postgresql://u:geheim@h/d"}
    )
    assert settings.list_key == bytes.fromhex("ab" * 32)
    assert "abab" not in repr(settings)
    assert "geheim" not in repr(settings)
    with pytest.raises(SettingError) as refusal:
        Settings.from_environment({"SCHOON_LIST_KEY": "0123456789secret"})
    assert "secret" not in refusal.value.message.replace("(a secret)", "")


def test_every_setting_says_what_it_means():
    names = {variable for variable, _, _ in documented()}
    assert names == {variable_of(name) for name in Settings.__dataclass_fields__}
    assert [variable for variable, shown, means in documented() if not shown or not means.endswith(".")] == []


@pytest.mark.parametrize(
    ("text", "resolver"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("2001:DB8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_resolver_is_an_address_and_perhaps_a_port(text, resolver):
    assert Settings.from_environment({"SCHOON_RESOLVER": text}).resolver == resolver


@pytest.mark.parametrize(
    "text", ["dns.example", "192.0.2.53:0", "192.0.2.53:x", "192.0.2.53:65536", "[2001:db8::53]", ":53"]
)
def test_a_resolver_by_name_or_without_a_good_port_is_refused(text):
    with pytest.raises(SettingError, match="an IP address"):
        Settings.from_environment({"SCHOON_RESOLVER": text})


def test_the_home_country_has_two_capital_letters():
    assert Settings.from_environment({}).home_country == "NL"
    with pytest.raises(SettingError, match="two capital letters"):
        Settings.from_environment({"SCHOON_HOME_COUNTRY": "nl"})
