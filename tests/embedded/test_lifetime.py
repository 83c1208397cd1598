"""Who starts the embedded server, who joins it, and who stops it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from liaison_crm.embedded import control
from liaison_crm.embedded.lease import Lease
from liaison_crm.embedded.places import Cluster
from tests.embedded.conftest import has_ended


def starts(cluster: Cluster) -> int:
    return cluster.log.read_text().count("starting PostgreSQL 18")


def test_two_at_the_same_instant_share_one_server(holder, cluster):
    first, second = holder(), holder()
    assert first.server() == second.server()
    assert starts(cluster) == 1


def test_the_last_one_out_stops_it(holder, cluster):
    first, second = holder(), holder()
    number = first.server()
    second.server()
    first.leave()
    assert control.is_answering(cluster)
    second.leave()
    assert has_ended(number)


def test_after_everybody_was_killed_the_next_adopts_the_server(holder, cluster):
    lost = holder()
    number = lost.server()
    lost.kill()
    assert control.is_answering(cluster)
    heir = holder()
    assert heir.server() == number
    heir.leave()
    assert has_ended(number)
    assert starts(cluster) == 1


def test_a_fork_that_ends_leaves_the_server_alone(cluster):
    lease = Lease.take(cluster, database="liaison_crm")
    child = os.fork()
    if child == 0:
        lease.release()
        os._exit(0)
    os.waitpid(child, 0)
    assert control.is_answering(cluster)
    lease.release()
    assert not control.is_answering(cluster)


def test_data_outlives_the_server(cluster):
    lease = Lease.take(cluster, database="liaison_crm")
    with control.connect(cluster, "liaison_crm") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    lease.release()
    lease = Lease.take(cluster, database="liaison_crm")
    with control.connect(cluster, "liaison_crm") as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    lease.release()


def test_a_killed_server_is_revived(cluster):
    lease = Lease.take(cluster, database="liaison_crm")
    server = control.postmaster(cluster)
    assert server is not None
    server.kill()
    lease.revive()
    assert control.is_answering(cluster)
    lease.release()


@pytest.mark.parametrize("note", ["{pid}\n/elsewhere\n", "", "garbage\n", "999999999\n"])
def test_a_stale_note_of_a_process_number_does_not_stop_it(cluster, note):
    """The number of a server long gone may belong to an unrelated process of the same user."""
    Lease.take(cluster, database="liaison_crm").release()
    with subprocess.Popen(["/bin/sleep", "60"], **cluster.owner.run_options) as stranger:
        (cluster.data / "postmaster.pid").write_text(note.format(pid=stranger.pid))
        (cluster.socket_dir / ".s.PGSQL.5432.lock").write_text(note.format(pid=stranger.pid))
        os.chown(cluster.data / "postmaster.pid", cluster.owner.uid, cluster.owner.gid)
        Lease.take(cluster, database="liaison_crm").release()
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_is_begun_again(cluster, holder):
    (cluster.home / "data.unfinished" / "base").mkdir(parents=True)
    os.chown(cluster.home, cluster.owner.uid, cluster.owner.gid)
    holder().server()
    assert control.is_answering(cluster)


def test_data_of_another_version_is_refused_in_plain_words(cluster):
    Lease.take(cluster, database="liaison_crm").release()
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(RuntimeError, match="is of PostgreSQL 17, the programs are of 18"):
        Lease.take(cluster, database="liaison_crm")


def test_manage_py_stops_it_when_it_is_terminated(open_folder):
    environment = {**os.environ, "LIAISON_VAR": str(open_folder / "var")}
    environment["DJANGO_SETTINGS_MODULE"] = "liaison_crm.settings.dev"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", "print(1, flush=True); input()"]
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        server = int((open_folder / "var/postgres/data/postmaster.pid").read_text().split()[0])
        process.terminate()
        process.wait()
    assert has_ended(server)
