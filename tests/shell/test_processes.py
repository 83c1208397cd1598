"""The supervisor of `manage.py run` and `manage.py demo`, on small programs of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from liaison_crm import processes
from liaison_crm.processes import Program, Supervisor

WAIT_SECONDS = 20


def script(name: str, text: str, **options) -> Program:
    return Program(name, (sys.executable, "-c", text), "worker", **options)


def eventually(question, what: str = "") -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not question():
        assert time.monotonic() < deadline, f"not in {WAIT_SECONDS} s: {what}"
        time.sleep(0.05)


def has_ended(number: int) -> bool:
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    with Supervisor(tmp_path / "log", said.append) as supervisor:
        yield supervisor


@pytest.fixture
def watching(supervisor):
    """Watches as it would in the main thread, where signals arrive."""

    def watch(meanwhile) -> None:
        def then_interrupt() -> None:
            meanwhile()
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=then_interrupt)
        before = {number: signal.getsignal(number) for number in (2, 15, 1)}
        thread.start()
        try:
            supervisor.watch()
        finally:
            thread.join()
            for number, handler in before.items():
                signal.signal(number, handler)

    return watch


def test_each_program_gets_its_role_and_a_log_of_its_own(supervisor, tmp_path):
    supervisor.start(script("beat", "import os; print(os.environ['LIAISON_ROLE'])"))
    log = tmp_path / "log" / "beat.log"
    eventually(lambda: log.read_text() == "worker\n")


def test_a_program_that_ends_is_started_again_and_that_is_said(
    supervisor, watching, said, tmp_path
):
    supervisor.start(script("worker", "print('here', flush=True); raise SystemExit(3)"))
    log = tmp_path / "log" / "worker.log"
    watching(lambda: eventually(lambda: log.read_text().count("here") >= 2))
    assert said[0].startswith(f"worker ended with 3, see {log}")


def test_a_program_that_keeps_failing_is_tried_ever_more_slowly(supervisor):
    supervisor.start(script("worker", "raise SystemExit(1)"))
    child = supervisor.children[0]
    assert [child.plan_restart() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_ctrl_c_ends_every_program_in_good_order(supervisor, watching, tmp_path):
    text = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit()))
print('ready', flush=True)
time.sleep(60)
"""
    for name in ("web", "worker"):
        supervisor.start(script(name, text))
    logs = [tmp_path / "log" / f"{name}.log" for name in ("web", "worker")]
    watching(lambda: eventually(lambda: all("ready" in log.read_text() for log in logs)))
    numbers = [child.process.pid for child in supervisor.children]
    supervisor.stop()
    assert all(has_ended(number) for number in numbers)
    assert all("bye" in log.read_text() for log in logs)


def test_a_second_ctrl_c_does_not_wait(supervisor):
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    supervisor.start(script("worker", stubborn))
    time.sleep(0.5)
    began = time.monotonic()
    supervisor.insistence = 2
    supervisor.stop()
    assert time.monotonic() - began < 5


def test_grandchildren_end_too(supervisor, tmp_path):
    text = """
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
print(child.pid, flush=True)
child.wait()
"""
    supervisor.start(script("web", text))
    log = tmp_path / "log" / "web.log"
    eventually(lambda: log.read_text().strip())
    supervisor.stop()
    eventually(lambda: has_ended(int(log.read_text())))


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def test_programs_end_when_the_supervisor_is_killed(tmp_path):
    text = f"""
import sys, time
from pathlib import Path
from liaison_crm.processes import Program, Supervisor
supervisor = Supervisor(Path({str(tmp_path)!r}), print)
supervisor.start(Program("beat", (sys.executable, "-c", "import time; time.sleep(60)"), "worker"))
print(supervisor.children[0].process.pid, flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        parent.kill()
    eventually(lambda: has_ended(number))


def test_a_change_of_code_starts_the_worker_again(said, tmp_path, monkeypatch):
    code = tmp_path / "code"
    code.mkdir()
    (code / "rule.py").write_text("")
    with Supervisor(tmp_path / "log", said.append, [code]) as supervisor:
        text = "import time; print('here', flush=True); time.sleep(60)"
        supervisor.start(script("worker", text, restarts_on_change=True))
        supervisor.start(script("web", text))
        before = [child.process.pid for child in supervisor.children]
        supervisor.renew()
        after = [child.process.pid for child in supervisor.children]
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert said == ["The code changed, worker starts again."]


def test_the_newest_python_file_counts(tmp_path):
    old, new = tmp_path / "old.py", tmp_path / "deep" / "new.py"
    new.parent.mkdir()
    for path, at in ((old, 1000), (new, 2000), (tmp_path / "page.html", 3000)):
        path.write_text("")
        os.utime(path, (at, at))
    assert processes.newest([tmp_path]) == 2000


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert processes.free_port(usual=port) > port


def test_nothing_listening_is_not_an_answer():
    assert not processes.answers_within(0.3, "127.0.0.1", processes.free_port(usual=18000))


def test_a_long_log_makes_room(supervisor, tmp_path):
    log = tmp_path / "log" / "web.log"
    log.write_bytes(b"x" * (processes.LONGEST_LOG_BYTES + 1))
    supervisor.start(script("web", "print(1)"))
    eventually(lambda: log.read_text() == "1\n")
    assert Path(f"{log}.1").stat().st_size > processes.LONGEST_LOG_BYTES
