"""What an embedded server is told: tuned for two cores and a laptop's memory."""

from __future__ import annotations

import shutil
from pathlib import Path

from liaison_crm.embedded.places import Cluster

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  its size is read, nothing is written
ROOM_FOR_PARALLEL_QUERIES = 512 * 1024 * 1024

PORT = "5432"  # part of the socket's name; no network port is opened

COMMON = {
    # Reached through one private folder only.
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Memory and workers.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_worker_processes": "8",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "jit": "off",
    "random_page_cost": "1.1",
    # One machine without replicas: bulk loads need not be logged for anybody else.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "min_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    # Never the text of a statement: it may carry what a user typed.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "default_text_search_config": "pg_catalog.english",
}

# A test cluster may lose everything at a power cut, and is quicker for it.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def configuration(cluster: Cluster) -> str:
    """The whole postgresql.conf."""
    values = {
        **COMMON,
        **({} if cluster.durable else FORGETFUL),
        "unix_socket_directories": str(cluster.socket_dir),
        "dynamic_shared_memory_type": shared_memory_type(),
    }
    return "".join(f"{name} = {quoted(value)}\n" for name, value in values.items())


def shared_memory_type() -> str:
    """Files in the data folder where /dev/shm is small: a container gives it 64 MB."""
    roomy = (
        SHARED_MEMORY.is_dir()
        and shutil.disk_usage(SHARED_MEMORY).total >= ROOM_FOR_PARALLEL_QUERIES
    )
    return "posix" if roomy else "mmap"


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
