"""The network between a site and its database, which can be cut in two ways."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

# How PostgreSQL says that it has committed.
COMMITTED = b"COMMIT\0"


class Wire:
    """A TCP proxy. `cut`, it drops who is connected and takes nobody; `lose_commits`, it breaks
    just when the database says that something is stored, so that the site never hears it."""

    def __init__(self, port: int) -> None:
        self.behind = port
        self.is_cut = threading.Event()
        self.loses_commits = threading.Event()
        self.lost = 0
        self.ends: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def lose_commits(self) -> None:
        self.loses_commits.set()

    def cut(self) -> None:
        self.is_cut.set()
        for end in list(self.ends):
            _end(end)

    def heal(self) -> None:
        self.is_cut.clear()
        self.loses_commits.clear()

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _listen(self) -> None:
        while True:
            try:
                here, _ = self.listener.accept()
            except OSError:
                return
            self._connect(here)

    def _connect(self, here: socket.socket) -> None:
        try:
            if self.is_cut.is_set():
                raise ConnectionRefusedError
            there = socket.create_connection(("127.0.0.1", self.behind))
        except OSError:
            here.close()
            return
        self.ends |= {here, there}
        for pair in ((here, there, False), (there, here, True)):
            threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if is_answer and self.loses_commits.is_set() and COMMITTED in piece:
                    self.lost += 1
                    break
                target.sendall(piece)
        for end in (source, target):
            _end(end)
        self.ends.discard(source)
        source.close()  # the other direction closes the other one


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
