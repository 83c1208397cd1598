"""The contract is a file: a change of it shows in the diff, and what it says is true."""

import json
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

COMMITTED = Path(__file__).resolve().parents[2] / "openapi.json"
RENEW = "python manage.py spectacular --format openapi-json --file openapi.json"


@pytest.fixture(scope="module")
def described():
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


def test_the_committed_contract_is_the_one_served(described):
    committed = json.loads(COMMITTED.read_text())
    assert committed == described, f"the contract changed; see the diff after: {RENEW}"


def test_it_is_valid_openapi_3_1(described):
    assert described["openapi"].startswith("3.1")
    validate(described)


def test_it_is_made_without_a_warning(capsys):
    from drf_spectacular.drainage import GENERATOR_STATS

    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, capsys.readouterr().err


def test_every_operation_says_what_it_does_and_may_refuse(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), (method, path)
            assert "4XX" in operation["responses"], (method, path)


def test_bodies_are_closed(described):
    schemas = described["components"]["schemas"]
    for operations in described["paths"].values():
        for operation in operations.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                if "$ref" not in media["schema"]:
                    continue
                name = media["schema"]["$ref"].rpartition("/")[2]
                assert schemas[name]["additionalProperties"] is False, name


@pytest.mark.parametrize(
    ("path", "method", "header", "required"),
    [
        ("/api/v1/visits/", "post", "Idempotency-Key", False),
        ("/api/v1/visits/{id}/", "patch", "If-Match", True),
        ("/api/v1/visits/{id}/", "get", "If-None-Match", False),
    ],
)
def test_keys_and_versions_are_described(described, path, method, header, required):
    (found,) = (
        parameter
        for parameter in described["paths"][path][method]["parameters"]
        if parameter["name"] == header
    )
    assert (found["in"], found.get("required", False)) == ("header", required)


def test_a_list_describes_its_filters_order_and_pages(described):
    parameters = {p["name"]: p for p in described["paths"]["/api/v1/visits/"]["get"]["parameters"]}
    assert {"cursor", "page_size", "ordering", "practice", "held_from", "outcome"} <= set(
        parameters
    )
    assert parameters["ordering"]["schema"]["default"] == "-held_at"
    assert "no_access" in parameters["outcome"]["schema"]["enum"]


@pytest.mark.django_db
def test_it_is_served(as_ana, described):
    response = as_ana.get("openapi.json")
    assert response.status_code == 200
    assert response.json()["paths"].keys() == described["paths"].keys()
