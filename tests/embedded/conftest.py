"""Processes that hold a lease on a server, and folders that others may or may not enter."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from liaison_crm.embedded import control
from liaison_crm.embedded.places import Cluster, locate

HOLDER = """
import sys
from pathlib import Path
from liaison_crm.embedded import control
from liaison_crm.embedded.lease import Lease
from liaison_crm.embedded.places import locate
cluster = locate(Path(sys.argv[1]), "postgres", durable=False)
lease = Lease.take(cluster, database="liaison_crm")
print(control.postmaster(cluster).pid, flush=True)
sys.stdin.read()
"""


class Holder:
    """Another process that uses the server until told to leave."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def server(self) -> int:
        """The process number of the server it got, once it has it."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder anybody may pass through, as pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="liaison-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def var(open_folder: Path) -> Path:
    return open_folder / "var"


@pytest.fixture
def cluster(var: Path) -> Iterator[Cluster]:
    """Nothing is started; whatever the test leaves running is stopped."""
    cluster = locate(var, "postgres", durable=False)
    yield cluster
    control.stop(cluster)


@pytest.fixture
def holder(var: Path, cluster: Cluster) -> Iterator[Callable[[], Holder]]:
    holders: list[Holder] = []

    def hold() -> Holder:
        holders.append(Holder(var))
        return holders[-1]

    yield hold
    for one in holders:
        one.kill()
        one.process.communicate()


def has_ended(number: int) -> bool:
    """A zombie has ended too: where nobody reaps, it keeps its number for ever."""
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs a server as another user")
