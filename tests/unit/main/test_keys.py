import stat

import pytest

from schoon.main._keys import (
    KeyFileError,
    KeyFileMissingError,
    list_secret,
    make_missing_keys,
    private_key_of,
    public_key_of,
    secret_of,
)
from schoon.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment({"SCHOON_HOME": str(tmp_path / "home")})


def test_init_makes_every_key_for_its_owner_alone(settings):
    make_missing_keys(settings)
    for path in (
        settings.list_key_file,
        settings.signing_key_file,
        settings.receipt_key_file,
        settings.session_key_file,
    ):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.list_key_file.parent.stat().st_mode) == 0o700
    assert private_key_of(settings.signing_key_file).public_key() == public_key_of(settings.public_key_file)


def test_init_again_keeps_every_key(settings):
    make_missing_keys(settings)
    before = {path: path.read_bytes() for path in settings.list_key_file.parent.iterdir()}
    assert all("was there" in where for _, where in make_missing_keys(settings))
    assert {path: path.read_bytes() for path in settings.list_key_file.parent.iterdir()} == before


def test_a_serving_host_with_the_public_half_alone_gets_no_new_publishing_key(settings):
    make_missing_keys(settings)
    settings.signing_key_file.unlink()
    make_missing_keys(settings)
    assert not settings.signing_key_file.exists()


def test_a_missing_public_half_is_made_again(settings):
    make_missing_keys(settings)
    expected = settings.public_key_file.read_bytes()
    settings.public_key_file.unlink()
    make_missing_keys(settings)
    assert settings.public_key_file.read_bytes() == expected


def test_the_list_key_of_the_environment_wins(tmp_path):
    settings = Settings.from_environment({"SCHOON_HOME": str(tmp_path), "SCHOON_LIST_KEY": "11" * 32})
    assert list_secret(settings) == b"\x11" * 32


def test_a_missing_key_is_named(settings):
    with pytest.raises(KeyFileMissingError, match=r"list\.key"):
        list_secret(settings)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)], ids=len)
def test_a_secret_of_another_length_is_refused(tmp_path, content):
    path = tmp_path / "list.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileError):
        secret_of(path)


def test_a_file_that_holds_no_key_is_refused(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(KeyFileError):
        private_key_of(path)
    with pytest.raises(KeyFileError):
        public_key_of(path)
