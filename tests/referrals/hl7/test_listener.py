"""The listener from outside: frames over real sockets, answered after their commit."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hl7.client import MLLPClient, mllp_send  # type: ignore[import-untyped]  # no types there

from referrals.hl7.framing import framed
from referrals.hl7.listening import Listener, Terms
from referrals.hl7.models import IgnoredMessages
from referrals.management.commands.mllp import tls_context
from referrals.models import Referral, ReferralEvent, Status
from tests import factories
from tests.referrals.hl7.messages import ref, siu

pytestmark = pytest.mark.django_db(transaction=True)

HERE = (ip_network("127.0.0.0/8"),)
MOMENT = "20260302103000-0500"


@contextmanager
def listening(*, allowed=HERE, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A listener in a thread of its own, on a free port."""
    terms = Terms(
        source=factories.SourceFactory(), host="127.0.0.1", port=0, allowed=allowed, tls=tls
    )
    listener, ready, ports = Listener(terms), threading.Event(), []

    def tell(_host: str, port: int) -> None:
        ports.append((port, asyncio.get_running_loop()))
        ready.set()

    thread = threading.Thread(target=lambda: asyncio.run(listener.serve(tell)), daemon=True)
    thread.start()
    assert ready.wait(20)
    port, loop = ports[0]
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(listener.stop)
        thread.join(20)
        assert not thread.is_alive()


def known_world() -> str:
    factories.PracticeFactory(name="Parma Family Medicine", zip_code="44129")
    factories.ServiceLineFactory()
    factories.FacilityFactory()
    return factories.PhysicianFactory().npi


def said(connection: socket.socket, *frames: bytes) -> list[bytes]:
    """Send all frames at once and read as many answers; the answers' MSA segments."""
    connection.sendall(b"".join(map(framed, frames)))
    received = b""
    with suppress(ConnectionResetError):
        while received.count(b"\x1c\r") < len(frames) and (some := connection.recv(65536)):
            received += some
    return [line for line in received.split(b"\r") if line.startswith(b"MSA")]


def test_the_client_of_the_hl7_package_speaks_to_it(tmp_path: Path, monkeypatch, capsysbinary):
    """`mllp_send` as an operator runs it, then its client class."""
    npi = known_world()
    path = tmp_path / "referrals.hl7"
    path.write_bytes(ref("R1", npi=npi) + ref("R2", npi=npi))
    with listening() as port:
        monkeypatch.setattr(
            sys, "argv", ["mllp_send", "--loose", f"--file={path}", f"--port={port}", "127.0.0.1"]
        )
        mllp_send()
        assert capsysbinary.readouterr().out.count(b"MSA|AA|") == 2
        with MLLPClient("127.0.0.1", port) as client:
            answer = client.send_message(siu("R1", "S12", "20260302110000").decode())
    assert b"MSA|AA|R1-S12-20260302110000" in answer
    assert set(Referral.objects.values_list("external_id", "status")) == {
        ("R1", "scheduled"),
        ("R2", "received"),
    }


def test_it_answers_in_order_refuses_strangers_and_survives_what_is_no_frame():
    npi = known_world()
    frames = [ref("R1", npi=npi), siu("R1", "S12", "20260302110000"), b"hello", ref("R1", npi=npi)]
    with listening() as port:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            assert said(connection, *frames) == [
                f"MSA|AA|R1-I12-{MOMENT}".encode(),
                b"MSA|AA|R1-S12-20260302110000",
                b"MSA|AR||This does not start with MSH and the separators a message is written"
                b" with.",
                f"MSA|AA|R1-I12-{MOMENT}".encode(),
            ]
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            large = framed(b"MSH|^~\\&|" + b"x" * 5_000_000)
            assert b"MSA|AR||A frame has at most" in said(connection, large[1:-2])[0]
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert connection.recv(10) == b""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(framed(ref("R9", npi=npi))[:200])
        many = [threading.Thread(target=send_some, args=(port, npi, n)) for n in range(8)]
        for thread in many:
            thread.start()
        for thread in many:
            thread.join(30)
    assert IgnoredMessages.objects.get().reason == "too_large"
    assert Referral.objects.filter(status=Status.SCHEDULED).count() == 1 + 8 * 5
    assert ReferralEvent.objects.count() == 2 * (1 + 8 * 5)
    with listening(allowed=(ip_network("10.0.0.0/8"),)) as port:
        assert hung_up_on(port)


def hung_up_on(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            return connection.recv(10) == b""
        except ConnectionResetError:
            return True


def send_some(port: int, npi: str, number: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for place in range(5):
            name = f"C{number}-{place}"
            said(connection, siu(name, "S12", "20260302110000"))
            said(connection, ref(name, npi=npi))


def test_it_speaks_tls_to_those_with_a_certificate(tmp_path: Path):
    npi = known_world()
    certificate, key = self_signed(tmp_path)
    ours = tls_context(certificate, key, certificate)
    theirs = ssl.create_default_context(cafile=certificate)
    with listening(tls=ours) as port:
        assert said_in_secret(port, theirs, ref("R1", npi=npi)) == []
        theirs.load_cert_chain(certificate, key)
        assert said_in_secret(port, theirs, ref("R2", npi=npi)) == [
            f"MSA|AA|R2-I12-{MOMENT}".encode()
        ]
    assert Referral.objects.get().external_id == "R2"


def said_in_secret(port: int, context: ssl.SSLContext, frame: bytes) -> list[bytes]:
    """The answers; none where the listener would not have us."""
    with (
        suppress(ssl.SSLError, ConnectionError),
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secret,
    ):
        return said(secret, frame)
    return []


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "liaison test")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(pem))
    paths[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
