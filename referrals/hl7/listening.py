"""The MLLP listener: frames in, acknowledgements out, each only after its commit.

All connections share one writer, which commits whatever came in the meantime together. A
connection sends its next frame only once the last is answered, so each is taken in its order. A
database that is away is waited for; when patience ends the connection is closed without an answer,
and the sender sends again. What was committed and not acknowledged comes again, and is known.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from referrals.hl7 import answering, envelopes, storing
from referrals.hl7.errors import Hl7Refused, unreadable
from referrals.hl7.framing import FrameBroken, framed, rest_of_frame, start_of_frame
from referrals.hl7.parsing import LARGEST
from referrals.models import Source

logger = logging.getLogger(__name__)

R = TypeVar("R")

LONGEST_FRAME = LARGEST
MOST_TOGETHER = 64
MOST_CONNECTIONS = 64
# What is read ahead for one connection beyond the frame it is at.
READ_AHEAD = LONGEST_FRAME + 64 * 1024
# Who is refused in the middle of a frame is listened to so long, or he would not hear why.
HEAR_OUT_SECONDS = 5


@dataclass(frozen=True)
class Terms:
    """Who may speak to us, how, and how long we are patient."""

    source: Source
    host: str
    port: int
    allowed: tuple[IPv4Network | IPv6Network, ...]
    encoding: str = ""
    tls: ssl.SSLContext | None = None
    idle_seconds: float = 15 * 60
    frame_seconds: float = 30
    database_seconds: float = 30


@dataclass
class Waiting:
    """A frame on its way through the writer."""

    messages: list[bytes]
    answered: asyncio.Future[bytes] = field(repr=False)


class Listener:
    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self.conversations: set[asyncio.Task[None]] = set()
        self.server: asyncio.Server | None = None
        self._stopping = asyncio.Event()
        # One thread, so that one connection to the database serves all.
        self._database = ThreadPoolExecutor(1, thread_name_prefix="mllp")

    async def serve(self, ready: Callable[[str, int], None] | None = None) -> None:
        """Listen until `stop`; then answer what is under way and leave."""
        self.server = await asyncio.start_server(
            self._welcome,
            self.terms.host,
            self.terms.port,
            ssl=self.terms.tls,
            limit=READ_AHEAD,
        )
        writer = asyncio.create_task(self._write())
        host, port = self.server.sockets[0].getsockname()[:2]
        if ready:
            ready(host, port)
        await self._stopping.wait()
        self.server.close()
        await self._say_goodbye()
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        await self._in_database(connections.close_all)
        self._database.shutdown()

    def stop(self) -> None:
        self._stopping.set()

    async def _say_goodbye(self) -> None:
        """Whoever is in the middle of a frame gets his answer; whoever is silent is let go."""
        await self.queue.join()
        for conversation in self.conversations:
            conversation.cancel()
        await asyncio.gather(*self.conversations, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "A conversation is a task."
        address = writer.get_extra_info("peername")[0]
        if not self._may_speak(address):
            logger.warning("Nobody listens to %s here", address)
            writer.transport.abort()
            return
        self.conversations.add(task)
        try:
            await self._converse(reader, writer)
        except FrameBroken as problem:
            logger.warning("Closed on %s: %s", address, problem)
            await self._refuse_frame(reader, writer, problem)
        except (TimeoutError, ConnectionError, DatabaseError, asyncio.CancelledError) as problem:
            logger.info("Closed on %s: %s", address, type(problem).__name__)
        finally:
            self.conversations.discard(task)
            writer.close()

    def _may_speak(self, address: str) -> bool:
        if len(self.conversations) >= MOST_CONNECTIONS:
            return False
        number = ip_address(address.split("%", maxsplit=1)[0])
        mapped = getattr(number, "ipv4_mapped", None)
        return any((mapped or number) in network for network in self.terms.allowed)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self._stopping.is_set():
            async with asyncio.timeout(self.terms.idle_seconds):
                if not await start_of_frame(reader):
                    return
            async with asyncio.timeout(self.terms.frame_seconds):
                frame = await rest_of_frame(reader, LONGEST_FRAME)
            if answer := await self._answer(frame):
                writer.write(framed(answer))
                await writer.drain()

    async def _answer(self, frame: bytes) -> bytes:
        try:
            messages = envelopes.messages_in(frame)
        except Hl7Refused as refusal:
            if refusal.code != "no_header":
                return answering.refusal_answer(refusal, timezone.now())
            messages = [frame]
        waiting = Waiting(messages, asyncio.get_running_loop().create_future())
        await self.queue.put(waiting)
        return await waiting.answered

    async def _refuse_frame(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, problem: FrameBroken
    ) -> None:
        """The one case where a frame is answered that nobody read: it was longer than may be."""
        if problem.code != "too_large":
            return
        at = timezone.now()
        with suppress(DatabaseError):
            await self._in_database(partial(storing.count_oversized, self.terms.source, at))
        refusal = unreadable(problem.code, str(problem))
        with suppress(ConnectionError, TimeoutError):
            writer.write(framed(answering.refusal_answer(refusal, at)))
            await writer.drain()
            async with asyncio.timeout(HEAR_OUT_SECONDS):
                while await reader.read(64 * 1024):
                    pass

    async def _write(self) -> None:
        """Commit what is there together, answer it, look again."""
        while True:
            together = [await self.queue.get()]
            while len(together) < MOST_TOGETHER and not self.queue.empty():
                together.append(self.queue.get_nowait())
            try:
                await self._commit(together)
            finally:
                for waiting in together:
                    self.queue.task_done()
                    if not waiting.answered.done():
                        waiting.answered.cancel()

    async def _commit(self, together: list[Waiting]) -> None:
        messages = [message for waiting in together for message in waiting.messages]
        at = timezone.now()
        post = storing.Post(self.terms.source, storing.Door.MLLP, at, encoding=self.terms.encoding)
        try:
            reads = await self._patiently(partial(storing.take, post, messages))
        except Exception as problem:
            logger.exception("Nothing was stored: %s", type(problem).__name__)
            return
        place = 0
        for waiting in together:
            mine = reads[place : place + len(waiting.messages)]
            place += len(mine)
            if not waiting.answered.done():
                waiting.answered.set_result(answering.answers(mine, at))

    async def _patiently(self, work: Callable[[], list[storing.Read]]) -> list[storing.Read]:
        """Wait for a database that is away, as long as our patience lasts."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.terms.database_seconds
        while True:
            try:
                return await self._in_database(work)
            except (DatabaseError, InterfaceError) as problem:
                if loop.time() >= deadline:
                    raise
                logger.warning("The database is away: %s", type(problem).__name__)
                await self._in_database(connections.close_all)
                await asyncio.sleep(1)

    async def _in_database(self, work: Callable[[], R]) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, work)
