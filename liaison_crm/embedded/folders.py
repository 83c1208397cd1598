"""The folders of an embedded server: private to its user, and made without touching any other."""

from __future__ import annotations

import os
import shutil
import stat
from functools import cache
from pathlib import Path

from liaison_crm.embedded.places import BINARIES, Cluster, wheel_folder


def make_home(cluster: Cluster) -> None:
    """Create what the server keeps; folders that were there before stay exactly as they are."""
    make_way(cluster.home.parent)
    for folder in (cluster.home, cluster.socket_dir):
        make_private(cluster, folder)
    if not cluster.owner.can_reach(cluster.home):
        raise RuntimeError(
            f"User {cluster.owner.name} of PostgreSQL may not enter {cluster.home}. "
            "Set LIAISON_VAR to a folder he can reach."
        )


def make_way(folder: Path) -> None:
    """The missing folders above a home, each open to pass through whatever the umask says."""
    if folder.exists():
        return
    make_way(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)


def make_private(cluster: Cluster, folder: Path) -> None:
    """A folder only the server's user may enter; a link or a stranger's folder is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {cluster.owner.uid, os.geteuid()}:
        raise RuntimeError(
            f"{folder} does not belong to user {cluster.owner.name}. "
            "Remove it, or set LIAISON_VAR to another folder."
        )
    folder.chmod(0o700)
    give(cluster, folder)


def give(cluster: Cluster, path: Path | int) -> None:
    """Hand a file of ours to the server's user; only root can, and only root has to."""
    if os.geteuid() == 0:
        os.chown(path, cluster.owner.uid, cluster.owner.gid)


@cache
def binaries(cluster: Cluster) -> Path:
    """The wheel's programs, or a copy its user can reach when he cannot reach the wheel.

    Looked up once, at the start: whoever stops the server is on his way out of the interpreter.
    """
    site_packages = wheel_folder()
    if cluster.owner.can_reach(site_packages / BINARIES / "postgres"):
        return site_packages / BINARIES
    if not cluster.own_binaries.exists():
        copy_binaries(site_packages, cluster.own_binaries)
    return cluster.own_binaries / BINARIES


def copy_binaries(site_packages: Path, destination: Path) -> None:
    """All or nothing, and harmless if a second cluster copies them at the same instant."""
    unfinished = destination.with_name(f"{destination.name}.{os.getpid()}")
    for part in (BINARIES.parent, Path(f"{BINARIES.parts[0]}.libs")):
        shutil.copytree(site_packages / part, unfinished / part)
    for path in [unfinished, *unfinished.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        unfinished.rename(destination)
    except OSError:
        if not destination.exists():
            raise
        shutil.rmtree(unfinished)
