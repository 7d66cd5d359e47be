"""Served over TLS: the client speaks to it when it trusts the certificate, and to nothing else."""

import datetime as dt
import ipaddress
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from schoon.client import CheckItem, SchoonClient, ServiceUnavailableError, Verdict
from tests.integration.api.conftest import LISTED_MD5, ONE_SHOT, RECEIPT_PUBLIC, THE_LIST, free_port, wait_until
from tests.integration.api.house import Publication, add_member, clock, open_rooms


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "check.schoon.example")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock() - dt.timedelta(days=1))
        .not_valid_after(clock() + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, str]]:
    """Port, certificate and a member's token of a service process with a published list."""
    home = tmp_path_factory.mktemp("tls")
    Publication(home / "publication").publish(THE_LIST)
    token = add_member(open_rooms(home), "hoster")
    certificate, key = a_certificate(home)
    port = free_port()
    code = (
        "from pathlib import Path; from schoon.api import ServeOptions, serve; "
        f"serve('tests.integration.api.house:app', ServeOptions(port={port}, certfile=Path({str(certificate)!r}), "
        f"keyfile=Path({str(key)!r})))"
    )
    environment = {**os.environ, "SCHOON_TEST_HOME": str(home)}  # noqa: TID251 - a subprocess inherits it
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    try:
        wait_until(lambda: _is_ready(port, certificate))
        yield port, certificate, token
    finally:
        process.terminate()
        process.wait(20)


def _is_ready(port: int, certificate: Path) -> bool:
    try:
        with urllib3.PoolManager(ca_certs=str(certificate)) as pool:
            return pool.request("GET", f"https://127.0.0.1:{port}/health/ready", retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def test_a_client_that_trusts_the_certificate_gets_proven_answers(over_tls: tuple[int, Path, str]):
    port, certificate, token = over_tls
    url = f"https://127.0.0.1:{port}"
    with SchoonClient(url, token, receipt_key=RECEIPT_PUBLIC, ca_file=str(certificate), patience=ONE_SHOT) as client:
        answer = client.check([CheckItem(id="a", md5=LISTED_MD5.hex())]).answers[0]
    assert answer.verdict is Verdict.LISTED
    with urllib3.PoolManager(ca_certs=str(certificate)) as pool:
        told = pool.request("GET", url + "/health/live", retries=False)
    assert told.headers["strict-transport-security"] == "max-age=31536000"


def test_defect_12_a_client_that_does_not_trust_the_certificate_gets_no_answer(over_tls: tuple[int, Path, str]):
    port, _, token = over_tls
    with (
        SchoonClient(f"https://127.0.0.1:{port}", token, patience=ONE_SHOT) as client,
        pytest.raises(ServiceUnavailableError, match="SSLError"),
    ):
        client.list_state()


def test_who_speaks_plain_http_to_it_gets_no_answer(over_tls: tuple[int, Path, str]):
    port, _, token = over_tls
    with (
        SchoonClient(f"http://127.0.0.1:{port}", token, patience=ONE_SHOT) as client,
        pytest.raises(ServiceUnavailableError),
    ):
        client.list_state()
