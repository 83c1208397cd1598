"""One JSON line per event, with the request it belongs to and nothing a log must not hold."""

from __future__ import annotations

import logging
import re
from typing import Any

from django_guid import get_guid
from pythonjsonlogger.json import JsonFormatter

QUERY_STRING = re.compile(r"(?<=[\w/])\?[^\s\"'<>]+")
# PostgreSQL repeats the refused row under these words.
ROW_CONTENT = re.compile(r"^\s*(DETAIL|CONTEXT|PARAMETERS):.*\n?", re.MULTILINE)
LONGEST_MESSAGE = 4000


class RequestId(logging.Filter):
    """Lets every line name the request, or the task and the request that queued it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = get_guid()
        return True


class JsonLines(JsonFormatter):
    """Addresses lose their query string, errors of the database the row they quote."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}{request_id}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        log_data.pop("request", None)  # Django adds the whole address to what it refuses
        log_data["message"] = without_secrets(str(log_data.get("message", "")))[:LONGEST_MESSAGE]
        return super().process_log_record(log_data)

    def formatException(self, ei: Any) -> str:  # noqa: N802  named by logging
        text = super().formatException(ei)
        return without_secrets(text if isinstance(text, str) else "\n".join(text))


class PlainLines(logging.Formatter):
    """For a developer's terminal."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%H:%M:%S", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def without_secrets(text: str) -> str:
    return QUERY_STRING.sub("?…", ROW_CONTENT.sub("", text))


def logging_to_stderr(formatter: str) -> dict[str, Any]:
    """The logging of this process: everything on one stream, as containers expect."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "liaison_crm.logs.RequestId"}},
        "formatters": {"line": {"()": f"liaison_crm.logs.{formatter}"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["request_id"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # It repeats a request id it does not accept, whole.
            "django_guid": {"level": "ERROR"},
            "celery.app.trace": {"level": "INFO"},
            "kombu": {"level": "WARNING"},
        },
    }
