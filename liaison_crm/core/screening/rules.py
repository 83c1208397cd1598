"""Reads `rules.toml` and writes its shorthand out, for Python and for the device.

`<patient|pt>` stands for these words in any case, `{date}` for a part by that name. What is left
is the regular expressions that Python and browsers read alike: no looking behind, no names for
groups, ASCII only.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RULES_FILE = Path(__file__).with_name("rules.toml")
DEVICE_FILE = Path(__file__).with_name("device.js")
PART = re.compile(r"\{([a-z_]+)\}")
WORDS = re.compile(r"<([^<>]+)>")
TESTS = ("unless", "not_between", "not_after", "not_before", "near")


@dataclass(frozen=True)
class Rule:
    """A pattern and what must hold around it. Group 1 is the words before, which are no part
    of the mark; the rule's own groups count from 2."""

    kind: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    not_between: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    near: re.Pattern[str] | None
    known: tuple[tuple[str, int], ...]
    unknown: tuple[tuple[str, int], ...]


def written_out(shorthand: str, parts: Mapping[str, str]) -> str:
    """The regular expression that a line of the rules file stands for."""
    while PART.search(shorthand):
        shorthand = PART.sub(lambda named: f"(?:{parts[named[1]]})", shorthand)
    return WORDS.sub(_any_case, shorthand)


def _any_case(words: re.Match[str]) -> str:
    letters = (
        f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else letter for letter in words[1]
    )
    return f"(?:{''.join(letters)})"


def _compiled(told: dict[str, Any], parts: Mapping[str, str]) -> Rule:
    def read(shorthand: str) -> re.Pattern[str]:
        return re.compile(written_out(shorthand, parts), re.ASCII)

    return Rule(
        kind=told["kind"],
        pattern=read(f"({told.get('after', '')})(?:{told['pattern']})"),
        known=tuple(told.get("known", {}).items()),
        unknown=tuple(told.get("unknown", {}).items()),
        **{name: read(told[name]) if name in told else None for name in TESTS},
    )


def device_module() -> str:
    """What static/js/screening_rules.js has to say: the rules as they are, then what reads them."""
    told = json.dumps(_TOLD, separators=(",", ":"), ensure_ascii=True)
    head = "// Made by manage.py assemble_screening from liaison_crm/core/screening."
    return f"{head}\nconst RULES = {told}\n{DEVICE_FILE.read_text()}"


def _read() -> dict[str, Any]:
    told = tomllib.loads(RULES_FILE.read_text())
    told["lists"] = {name: " ".join(words.split()) for name, words in told["lists"].items()}
    return told


_TOLD = _read()
KINDS: dict[str, str] = _TOLD["kinds"]
LISTS = {name: frozenset(words.split()) for name, words in _TOLD["lists"].items()}
RULES = tuple(_compiled(told, _TOLD["parts"]) for told in _TOLD["rule"])
