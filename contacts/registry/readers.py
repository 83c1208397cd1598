"""Processes that read pieces of a file beside each other.

Reading a row costs as much as merging it, and all of it in Python. Each process is given one piece
at a time and gives back one outcome, so nothing piles up. It ends when its pipe closes, also if we
are killed.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from contacts.registry.reading import Outcome, Piece, read_piece
from contacts.registry.selection import Filter
from liaison_crm.core.csv import CsvRefused

PATIENCE_SECONDS = 5


class Readers:
    """Reads pieces in order, here if there is no process to do it."""

    def __init__(self, pipes: list[Connection], choice: Filter | None) -> None:
        self.pipes = pipes
        self.choice = choice

    def outcomes(self, pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Outcome]]:
        """The outcome of each piece, in the order of the pieces."""
        if not self.pipes:
            yield from ((piece, read_piece(piece, self.choice)) for piece in pieces)
            return
        at_work: deque[tuple[Piece, Connection]] = deque()
        idle = deque(self.pipes)
        for piece in pieces:
            if not idle:
                done, pipe = at_work.popleft()
                yield done, result_from(pipe)
                idle.append(pipe)
            pipe = idle.popleft()
            pipe.send(piece)
            at_work.append((piece, pipe))
        for done, pipe in at_work:
            yield done, result_from(pipe)


def result_from(pipe: Connection) -> Outcome:
    result = pipe.recv()
    if isinstance(result, CsvRefused):
        raise result
    assert isinstance(result, Outcome), "a reader sends nothing else"
    return result


@contextmanager
def reading_processes(count: int, choice: Filter | None) -> Iterator[Readers]:
    """So many processes, or none: then the pieces are read in this one."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, choice), daemon=True)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    try:
        yield Readers(pipes, choice)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(PATIENCE_SECONDS)
            process.kill()


def serve(pipe: Connection, choice: Filter | None) -> None:
    """Read what is sent until the other end of the pipe is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(answer(pipe.recv(), choice))


def answer(piece: Piece, choice: Filter | None) -> Outcome | CsvRefused:
    try:
        return read_piece(piece, choice)
    except CsvRefused as refusal:
        return refusal
