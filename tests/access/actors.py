"""Who asks: each with the session or the token he has, and nothing kept between two requests."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.access.world import World

SIGNED_IN = ("owner", "cover", "outsider", "manager", "admin")
ACTORS = ("anonymous", "deactivated", *SIGNED_IN, "token", "dead token")
TOKENS = {"token": "owner", "dead token": "deactivated"}


def browser(world: World, actor: str) -> Client:
    client = Client(raise_request_exception=False)
    if actor in world.sessions:
        client.cookies["sessionid"] = world.sessions[actor]
    return client


def headers_of(world: World, actor: str) -> dict[str, str]:
    if actor not in TOKENS:
        return {}
    return {"Authorization": f"Token {world.tokens[TOKENS[actor]]}"}


def ask(
    world: World, actor: str, method: str, path: str, *, body: Any = None, version: str = ""
) -> Any:
    """One request as the actor; a body goes as JSON to the API and as a form to pages."""
    headers = headers_of(world, actor)
    if version:
        headers["If-Match"] = version
    is_api = path.startswith("/api/v1/")
    data: Any = body if body is not None else ({} if is_api and method == "POST" else None)
    if is_api and data is not None:
        return browser(world, actor).generic(
            method, path, json.dumps(data, default=str), "application/json", headers=headers
        )
    call = getattr(browser(world, actor), method.lower())
    return call(path, data, headers=headers) if data is not None else call(path, headers=headers)
