"""docker-compose.yml, Dockerfile and nginx.conf say what they must; reading needs no Docker.

That the commands work is shown in tests/journeys/test_separate_services.py, which runs them.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import redis

from tests.services import eventually, found_program, is_listening, unused_port
from tests.sites import ROOT, SITE, compose, filled

APP_SERVICES = ("web", "worker", "beat", "mllp", "migrate")
SETTINGS = ROOT / "liaison_crm" / "settings"
# Read by gunicorn and by entry points, not by settings.
READ_ELSEWHERE = {"DJANGO_SETTINGS_MODULE", "PORT", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"}


@pytest.fixture(scope="module")
def services() -> dict:
    return compose()["services"]


def test_every_service_is_there(services):
    assert set(services) == {*APP_SERVICES, "postgres", "broker", "cache", "proxy"}
    assert services["postgres"]["image"] == "postgres:18"


def test_only_the_proxy_and_a_listener_one_asks_for_can_be_reached_from_outside(services):
    assert {name for name, service in services.items() if "ports" in service} == {"proxy", "mllp"}
    assert services["mllp"]["profiles"] == ["hl7"]


@pytest.mark.parametrize("name", APP_SERVICES)
def test_the_application_has_no_more_rights_than_it_needs(services, name):
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", APP_SERVICES)
def test_what_it_is_told_is_what_the_settings_read(services, name):
    text = "".join(path.read_text() for path in SETTINGS.glob("*.py"))
    read = set(re.findall(r"(?:env\.\w+|required)\(\s*\"(\w+)\"", text)) | READ_ELSEWHERE
    told = set(services[name]["environment"])
    assert told - read == set()
    needed = set(re.findall(r"required\(\s*\"(\w+)\"", text))
    assert needed - told == set()


def test_the_operators_page_lists_every_setting():
    text = "".join(path.read_text() for path in SETTINGS.glob("*.py"))
    read = set(re.findall(r"(?:env\.\w+|required)\(\s*\"(\w+)\"", text)) - {"DEBUG"}
    told = re.findall(r"^\| (`.+?) \|", (ROOT / "docs/operators.md").read_text(), re.MULTILINE)
    listed = set(re.findall(r"`([A-Z_]+)`", " ".join(told)))
    assert listed == read | READ_ELSEWHERE - {"DJANGO_SETTINGS_MODULE"}


def test_nothing_starts_before_the_migrations_are_done(services):
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_what_others_wait_for_has_a_health_check(services):
    awaited = {
        other
        for service in services.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert {name for name in awaited if "healthcheck" not in services[name]} == set()


def test_every_value_a_site_must_give_is_in_the_example(services):
    text = (ROOT / "docker-compose.yml").read_text()
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    example = (ROOT / "deploy" / "env.example").read_text()
    assert needed == set(SITE)
    assert needed <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert "unused here" in filled("${POSTGRES_PASSWORD:?give it}")


@pytest.mark.services
@pytest.mark.parametrize(
    ("name", "kept", "policy"), [("broker", "yes", "noeviction"), ("cache", "no", "allkeys-lru")]
)
def test_redis_takes_its_command_and_does_what_is_meant(services, tmp_path, name, kept, policy):
    program = found_program("redis-server")
    port = unused_port()
    command = [program, *services[name]["command"][1:], "--port", str(port), "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        eventually(lambda: is_listening(port), "Redis listens")
        with redis.Redis(port=port, decode_responses=True) as client:
            assert client.config_get("appendonly") == {"appendonly": kept}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": policy}
            assert (client.config_get("save")["save"] == "") is (name == "cache")
        process.terminate()


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def test_the_image_is_made_in_stages_and_runs_as_nobody_special():
    _, building, serving = dockerfile().split("\nFROM ")
    assert "collectstatic" in building
    assert "\nUSER crm\n" in serving
    assert serving.index("\nUSER") < serving.index("\nCMD")


def test_the_image_leaves_out_what_is_not_served():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".venv", "var", ".env", "tests", "deploy/tls"} <= set(ignored)


def test_uploads_stream_and_everything_else_is_taken_in_by_the_proxy():
    conf = Path(ROOT / "deploy" / "nginx.conf").read_text()
    unbuffered = re.search(r"location ~ (\S+) \{[^}]*proxy_request_buffering off;", conf)
    assert unbuffered is not None
    pattern = re.compile(unbuffered[1])
    assert pattern.match("/import/")
    assert pattern.match("/api/v1/imports/")
    assert not pattern.match("/visits/new/")
    assert conf.count("proxy_request_buffering off") == 1
    assert "$request_uri" not in conf.replace("https://$host$request_uri", "")
