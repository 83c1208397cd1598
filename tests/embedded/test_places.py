"""Where the embedded server lives, and that it never opens a folder of anybody."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from liaison_crm.embedded import control
from liaison_crm.embedded.keeping import kept
from liaison_crm.embedded.lease import Lease
from liaison_crm.embedded.places import ELSEWHERE, WHEEL, locate, wheel_folder
from tests.embedded.conftest import needs_root


def modes(folder: Path) -> dict[Path, int]:
    """The permissions of a folder and of all those above it."""
    return {each: stat.S_IMODE(each.stat().st_mode) for each in [folder, *folder.parents]}


@pytest.fixture
def closed_home(open_folder):
    """A home folder nobody else may enter, with a project in it."""
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    project = home / "project"
    project.mkdir()
    return project


@needs_root
def test_it_moves_out_of_a_closed_home_and_says_so(closed_home, open_folder, capsys):
    before = modes(closed_home)
    cluster = locate(closed_home / "var", "postgres", durable=False, elsewhere=open_folder / "lib")
    lease = Lease.take(cluster, database="liaison_crm")
    assert modes(closed_home) == before
    assert cluster.home.is_relative_to(open_folder / "lib")
    assert str(cluster.home) in capsys.readouterr().err
    assert control.is_answering(cluster)
    lease.release()
    assert (
        locate(closed_home / "var", "postgres", durable=False, elsewhere=open_folder / "lib")
        == cluster
    )


@needs_root
def test_elsewhere_is_made_passable_whatever_the_umask(closed_home, open_folder):
    umask = os.umask(0o077)
    try:
        cluster = locate(
            closed_home / "var", "postgres", durable=False, elsewhere=open_folder / "a/b"
        )
        Lease.take(cluster, database="liaison_crm").release()
    finally:
        os.umask(umask)
    assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700


@needs_root
def test_an_erased_var_never_brings_old_data_back(closed_home, open_folder):
    var = closed_home / "var"
    first = locate(var, "postgres", durable=False, elsewhere=open_folder / "lib")
    shutil.rmtree(var)
    assert locate(var, "postgres", durable=False, elsewhere=open_folder / "lib").home != first.home


@needs_root
def test_it_copies_the_programs_when_its_user_cannot_reach_them(closed_home, var, monkeypatch):
    shutil.copytree(wheel_folder() / WHEEL, closed_home / WHEEL)
    shutil.copytree(wheel_folder() / f"{WHEEL}.libs", closed_home / f"{WHEEL}.libs")
    before = modes(closed_home)
    monkeypatch.syspath_prepend(closed_home)
    cluster = locate(var, "postgres", durable=False)
    lease = Lease.take(cluster, database="liaison_crm")
    server = control.postmaster(cluster)
    assert server is not None
    assert Path(server.exe()).is_relative_to(cluster.own_binaries)
    assert modes(closed_home) == before
    lease.release()


@needs_root
def test_the_permissions_above_an_open_place_stay_too(var):
    var.mkdir(mode=0o711)
    before = modes(var)
    Lease.take(locate(var, "postgres", durable=False), database="liaison_crm").release()
    assert modes(var) == before


@needs_root
def test_root_goes_on_as_the_user_who_owns_the_data(var):
    (var / "postgres").mkdir(parents=True)
    os.chown(var / "postgres", 65534, 65534)
    assert locate(var, "postgres", durable=False).owner.uid == 65534


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(open_folder, capsys):
    var = open_folder / ("long-" * 20) / "var"
    cluster = locate(var, "postgres", durable=False)
    lease = Lease.take(cluster, database="liaison_crm")
    assert control.is_answering(cluster)
    assert len(str(cluster.socket_dir / ".s.PGSQL.5432")) < 104
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(cluster.socket_dir) in said
    lease.release()
    cluster.socket_dir.rmdir()


@needs_root
def test_a_strangers_folder_in_the_way_of_the_socket_is_refused(open_folder):
    cluster = locate(open_folder / ("long-" * 20) / "var", "postgres", durable=False)
    cluster.socket_dir.mkdir()
    os.chown(cluster.socket_dir, 12345, 12345)
    with pytest.raises(RuntimeError, match="does not belong to user"):
        Lease.take(cluster, database="liaison_crm")
    cluster.socket_dir.rmdir()


def test_a_path_with_quotes_and_blanks_works(open_folder):
    cluster = locate(open_folder / "it's a \\ place" / "var", "postgres", durable=False)
    lease = Lease.take(cluster, database="liaison_crm")
    assert control.is_answering(cluster)
    lease.release()


def test_the_usual_place_elsewhere_is_the_systems():
    assert Path("/var/lib/liaison-crm") == ELSEWHERE


def test_a_kept_value_is_private_and_never_changes(tmp_path):
    path = tmp_path / "secrets" / "key"
    assert kept(path, lambda: "first") == "first"
    assert kept(path, lambda: "second") == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
