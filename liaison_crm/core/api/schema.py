"""How the API describes itself: strict bodies, the one error shape, keys and versions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from liaison_crm.core.api.serializers import StrictSerializer

PROBLEM = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string", "description": "A sentence a person may read."},
    },
}
REFUSAL = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        **PROBLEM["properties"],  # type: ignore[dict-item]  # the literal above has this shape
        "fields": {
            "type": "object",
            "description": "What is wrong with which field; a nested one by its dotted path.",
            "additionalProperties": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Problem"},
            },
        },
        "line": {"type": "integer", "description": "Where in the body, from 1."},
        "column": {"type": "integer", "description": "Where in that line, from 1."},
        "limit": {"type": "integer", "description": "The limit that was passed."},
    },
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Up to 255 visible ASCII characters of your own. Sent again within a day, the first answer "
        "comes back with `Idempotent-Replayed: true`; with another body it is refused (422)."
    ),
)
VERSION = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag you read. Without it 428; if the row changed since, 412.",
)
KNOWN = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag you have. If nothing changed since, 304.",
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="This version."
)
REFUSED = "4XX"


class StrictSchema(AutoSchema):
    """Reads off a strict view set what its actions take, beside what they show."""

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """A strict body takes no name it does not declare; how it refuses them is ours to know."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # the library's
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
            if "__doc__" not in vars(type(serializer)) or not type(serializer).__doc__:
                schema.pop("description", None)
        return schema

    def get_request_serializer(self) -> Any:
        takes = getattr(self.view, "takes", None)
        return super().get_request_serializer() if takes is None else takes.get(self._action)

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *self._headers()]

    def _headers(self) -> list[OpenApiParameter]:
        key = [KEY] if self._action in getattr(self.view, "keyed", ()) else []
        match self._action:
            case "create":
                return [*key, ETAG]
            case "retrieve":
                return [KNOWN, ETAG]
            case "partial_update":
                return [VERSION, ETAG]
            case _:
                return key

    @property
    def _action(self) -> str:
        return getattr(self.view, "action", None) or ""


def describe_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may refuse, in the one shape."""
    schemas = result["components"]["schemas"]
    schemas["Problem"] = PROBLEM
    schemas["Refusal"] = REFUSAL
    refusal = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"][REFUSED] = {
                "description": "Refused, and why.",
                "content": {"application/json": refusal},
            }
    return result
