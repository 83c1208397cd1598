"""What logs hold, and what they must not (I8, G4)."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from liaison_crm.logs import JsonLines, RequestId


def line(message: str, *arguments: object, problem: BaseException | None = None) -> Any:
    record = logging.LogRecord("contacts", logging.ERROR, "x.py", 1, message, arguments, None)
    if problem:
        record.exc_info = (type(problem), problem, None)
    RequestId().filter(record)
    written = JsonLines().format(record)
    assert "\n" not in written
    return json.loads(written)


def test_a_line_is_json_with_level_logger_moment_and_request():
    told = line("%s rows", 7)
    assert told["message"] == "7 rows"
    assert told["level"] == "ERROR"
    assert told["logger"] == "contacts"
    assert told["at"].startswith("20")
    assert "request_id" in told


def test_addresses_lose_their_query_string():
    assert line("Not Found: /find/?q=Jane+Doe&page=2")["message"] == "Not Found: /find/?…"
    assert line('"GET /find/?q=Jane HTTP/1.1"')["message"] == '"GET /find/?… HTTP/1.1"'
    assert line("Was it here? Yes.")["message"] == "Was it here? Yes."


@pytest.mark.django_db
def test_the_warning_of_a_refused_request_has_no_query_string_either(client, caplog):
    caplog.set_level(logging.WARNING, "django.request")
    client.get("/nowhere/?q=Jane")
    (record,) = [one for one in caplog.records if one.name == "django.request"]
    assert "Jane" in str(vars(record)["request"])
    assert "Jane" not in JsonLines().format(record)


def test_an_error_of_the_database_loses_the_row_it_quotes():
    problem = ValueError("violates check\nDETAIL:  Failing row contains (7, Jane Doe).\nelse")
    told = line("failed", problem=problem)
    assert "Jane" not in json.dumps(told)
    assert "violates check" in told["exc_info"]


def test_control_characters_cannot_forge_a_line():
    assert line("a\nb\x1b[31m")["message"] == "a\nb\x1b[31m"


@pytest.mark.django_db
def test_each_request_leaves_one_line_with_its_id(client, caplog):
    caplog.set_level(logging.INFO, "liaison_crm.requests")
    answer = client.get("/more/?q=secret")
    (record,) = [one for one in caplog.records if one.name == "liaison_crm.requests"]
    assert record.__dict__["path"] == "/more/"
    assert record.__dict__["status"] == answer.status_code
    assert "secret" not in record.getMessage()
    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_a_proxys_request_id_is_kept_and_a_strangers_text_is_not(client):
    known = "0123456789abcdef0123456789abcde0"
    given = "4bf92f3577b34da6a3ce929d0e0e4736"
    assert client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"] == given
    assert client.get("/livez", headers={"X-Request-ID": "<script>"})["X-Request-ID"] != "<script>"
    assert len(known) == len(client.get("/livez")["X-Request-ID"])


def test_probes_leave_no_lines(client, caplog):
    caplog.set_level(logging.INFO, "liaison_crm.requests")
    client.get("/livez")
    assert not [one for one in caplog.records if one.name == "liaison_crm.requests"]
