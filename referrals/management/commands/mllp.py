"""Listen to HL7 over MLLP: `manage.py mllp --source ehr --port 2575 --allow 10.1.0.0/16`."""

from __future__ import annotations

import asyncio
import codecs
import signal
import ssl
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from referrals.hl7.listening import Listener, Terms
from referrals.management.commands.import_referrals import named_source

LOOPBACK = ["127.0.0.0/8", "::1/128"]


class Command(BaseCommand):
    help = (
        "Listen to one source's HL7 v2 messages over MLLP (docs/hl7.md). Each is acknowledged "
        "after it is stored; who is not on the list of addresses is not listened to."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", required=True, metavar="CODE", help="the feed it is from")
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=2575)
        parser.add_argument(
            "--allow",
            action="append",
            metavar="NETWORK",
            help="who may send, such as 10.1.2.3 or 10.1.0.0/16; repeatable (this machine alone)",
        )
        parser.add_argument("--encoding", default="", help="where MSH-18 is empty, if not UTF-8")
        parser.add_argument("--certificate", type=Path, metavar="FILE", help="speak TLS with it")
        parser.add_argument("--private-key", type=Path, metavar="FILE")
        parser.add_argument(
            "--client-ca", type=Path, metavar="FILE", help="senders show a certificate of this one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        terms = Terms(
            source=named_source(options["source"], create=False),
            host=options["host"],
            port=options["port"],
            allowed=networks(options["allow"] or LOOPBACK),
            encoding=known_encoding(options["encoding"]),
            tls=tls_context(options["certificate"], options["private_key"], options["client_ca"]),
        )
        try:
            asyncio.run(self.listen(terms))
        except OSError as problem:
            raise CommandError(f"Port {terms.port} cannot be listened on: {problem}.") from problem

    async def listen(self, terms: Terms) -> None:
        listener = Listener(terms)
        loop = asyncio.get_running_loop()
        for end in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(end, listener.stop)
        await listener.serve(ready=self.tell_where)
        self.stdout.write("Everything that came was answered.")

    def tell_where(self, host: str, port: int) -> None:
        self.stdout.write(f"Listening on {host}:{port}.")
        self.stdout.flush()


def networks(given: list[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        parts = (part.strip() for text in given for part in text.split(","))
        return tuple(ip_network(part) for part in parts if part)
    except ValueError as problem:
        raise CommandError(f"--allow: {problem}.") from problem


def known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError as problem:
        raise CommandError(f"--encoding: {problem}.") from problem


def tls_context(
    certificate: Path | None, private_key: Path | None, client_ca: Path | None
) -> ssl.SSLContext | None:
    if certificate is None:
        if private_key or client_ca:
            raise CommandError("TLS needs --certificate.")
        return None
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, private_key)
        if client_ca:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as problem:
        raise CommandError(f"The certificate cannot be used: {problem}.") from problem
    return context
