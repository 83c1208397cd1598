"""Start and stop one embedded server."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import psycopg
from psycopg import sql

from liaison_crm.embedded.configuration import PORT, configuration
from liaison_crm.embedded.folders import binaries, give
from liaison_crm.embedded.places import Cluster

SUPERUSER = "postgres"
MAJOR_VERSION = "18"
PATIENCE_SECONDS = 60
ORPHAN_SECONDS = 10
LONGEST_LOG_BYTES = 10 * 1024 * 1024


def ensure_running(cluster: Cluster) -> None:
    """Adopt the server that is up, or start one; a crash or a kill before this does not matter."""
    if answers_soon(cluster):
        return
    clear_remains(cluster)
    for remark in cluster.remarks:
        sys.stderr.write(f"{remark}\n")
    if not cluster.data.exists():
        initialise(cluster)
    refuse_another_version(cluster)
    write_configuration(cluster)
    start(cluster)


def answers_soon(cluster: Cluster) -> bool:
    """Whether a server answers, once one that is just starting or stopping has made up its mind."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while postmaster(cluster) and time.monotonic() < deadline:
        if is_answering(cluster):
            return True
        time.sleep(0.05)
    return False


def clear_remains(cluster: Cluster) -> None:
    """After a kill: wait for the orphans of the last server, then forget its process number.

    The number may belong to an unrelated process by now, and PostgreSQL would refuse to start. It
    is only forgotten once no process is left in the data folder, so two servers never share it.
    """
    notes = [cluster.data / "postmaster.pid", cluster.socket_dir / f".s.PGSQL.{PORT}.lock"]
    if not any(note.exists() for note in notes):
        return
    deadline = time.monotonic() + ORPHAN_SECONDS
    while orphans := processes_in(cluster):
        if time.monotonic() > deadline:
            for process in orphans:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        time.sleep(0.05)
    for note in notes:
        note.unlink(missing_ok=True)


def initialise(cluster: Cluster) -> None:
    """Make the data folder; an interrupted attempt leaves nothing that looks finished."""
    unfinished = cluster.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    run(
        cluster,
        "initdb",
        f"--pgdata={unfinished}",
        *(f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *([] if cluster.durable else ["--no-sync"]),
    )
    unfinished.rename(cluster.data)


def refuse_another_version(cluster: Cluster) -> None:
    version = (cluster.data / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise RuntimeError(
            f"The data in {cluster.data} is of PostgreSQL {version}, the programs are of "
            f"{MAJOR_VERSION}. Carry it over with pg_dump, or set LIAISON_VAR to another folder."
        )


def write_configuration(cluster: Cluster) -> None:
    """Ours in whole, written at each start, so a new release brings its own tuning."""
    path = cluster.data / "postgresql.conf"
    path.write_text(configuration(cluster))
    give(cluster, path)


def start(cluster: Cluster) -> None:
    if cluster.log.exists() and cluster.log.stat().st_size > LONGEST_LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    run(
        cluster,
        *("pg_ctl", "start", "--wait", "--silent", f"--timeout={PATIENCE_SECONDS}"),
        *(f"--pgdata={cluster.data}", f"--log={cluster.log}"),
    )


def stop(cluster: Cluster) -> None:
    if postmaster(cluster):
        run(
            cluster,
            *("pg_ctl", "stop", "--mode=fast", "--wait", "--silent"),
            *(f"--timeout={PATIENCE_SECONDS}", f"--pgdata={cluster.data}"),
        )


def run(cluster: Cluster, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the server's user, apart from our terminal."""
    done = subprocess.run(
        [str(binaries(cluster) / program), *arguments],
        **cluster.owner.run_options,
        check=False,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed, see {cluster.log}: {done.stderr.strip()}")


def postmaster(cluster: Cluster) -> psutil.Process | None:
    """The server process of this data folder, if its note names a living one."""
    try:
        number = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(number)
        return process if process.cwd() == str(cluster.data) else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def processes_in(cluster: Cluster) -> list[psutil.Process]:
    """Every process at home in this data folder: PostgreSQL's all are, and nobody else is."""
    everyone = psutil.process_iter(["cwd"])
    return [process for process in everyone if process.info["cwd"] == str(cluster.data)]


def is_answering(cluster: Cluster) -> bool:
    try:
        connect(cluster, SUPERUSER).close()
    except psycopg.OperationalError:
        return False
    return True


def ensure_database(cluster: Cluster, name: str) -> None:
    with connect(cluster, SUPERUSER) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def connect(cluster: Cluster, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket_dir),
        port=PORT,
        user=SUPERUSER,
        dbname=database,
        connect_timeout=3,
        autocommit=True,
    )
