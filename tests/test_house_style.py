"""The rules of the house that no tool knows, read off the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("liaison_crm", "accounts", "contacts", "referrals", "visits", "tests", "benchmarks")
LONGEST_FUNCTION = 50
LONGEST_FILE = 400
# Code between a request and the rows: it goes through the one door, visible_to.
AT_THE_DOOR = re.compile(r"^(views|forms|filters|serializers)(_\w+)?$")
MANAGERS = {"objects", "_default_manager"}
THE_DOOR = {"visible_to", "none"}
NAMELESS = {"utils", "helpers", "misc", "common"}
INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\bsrc=)|\s(?:style|on[a-z]+)\s*=\s*[\"']", re.IGNORECASE
)
BARE_IGNORE = re.compile(
    r"#\s*noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)*\s+\S)|#\s*type: ignore(?!\[[\w, -]+\]\s+# ?\S)"
)


def sources() -> list[Path]:
    found = [ROOT / "manage.py", ROOT / "conftest.py", ROOT / "gunicorn.conf.py"]
    for folder in FOLDERS:
        found += (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
    return sorted(found)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def too_long(path: Path) -> Iterator[str]:
    text = path.read_text()
    if (lines := text.count("\n")) > LONGEST_FILE:
        yield f"{name_of(path)} has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{name_of(path)}:{node.lineno} {node.name} has {lines} lines"


def past_the_door(path: Path) -> Iterator[str]:
    """Uses of a manager other than through the door."""
    tree = ast.parse(path.read_text())
    onward = {
        id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in MANAGERS:
            continue
        if onward.get(id(node)) not in THE_DOOR:
            yield f"{name_of(path)}:{node.lineno}"


def is_at_the_door(path: Path) -> bool:
    parts = [*path.relative_to(ROOT).parts[:-1], path.stem]
    return parts[0] != "tests" and any(AT_THE_DOOR.match(part) for part in parts)


def test_functions_and_files_are_short():
    found = [finding for path in sources() for finding in too_long(path)]
    assert not found, "\n".join(found)


def test_views_forms_serializers_and_filters_go_through_the_door():
    found = [line for path in sources() if is_at_the_door(path) for line in past_the_door(path)]
    assert not found, "\n".join(found)


def test_every_module_has_a_subject():
    assert [name_of(path) for path in sources() if path.stem in NAMELESS] == []


def shadowed_exports(init: Path) -> Iterator[str]:
    """Names a package exports from elsewhere although a module of its own has the same name.

    Importing that module, at any moment, puts it in the place of what the name meant.
    """
    package = ".".join(init.parent.relative_to(ROOT).parts)
    modules = {path.stem for path in init.parent.iterdir()}
    for node in ast.walk(ast.parse(init.read_text())):
        if not isinstance(node, ast.ImportFrom):
            continue
        for name in node.names:
            shown = name.asname or name.name
            if shown in modules and node.module not in {package, f"{package}.{shown}"}:
                yield f"{name_of(init)} exports {shown}, which is a module of its own"


def test_no_package_exports_a_name_that_one_of_its_modules_takes():
    packages = [path for path in sources() if path.name == "__init__.py"]
    found = [line for path in packages for line in shadowed_exports(path)]
    assert not found, "\n".join(found)


def test_an_ignore_names_its_rule_and_its_reason():
    found = [
        f"{name_of(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if path != Path(__file__) and BARE_IGNORE.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_page_holds_script_or_style():
    """The policy of every page forbids them, so they would be dead."""
    found = [
        f"{name_of(path)}:{number} {line.strip()[:60]}"
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Visit.objects.visible_to(ana)", False),
        ("Visit.objects.none()", False),
        ("Visit.objects.filter(pk=1)", True),
        ("rows = Visit.objects", True),
        ("Visit._default_manager.all()", True),
    ],
)
def test_the_rule_of_the_door_sees_what_it_should(tmp_path, monkeypatch, text, is_found):
    monkeypatch.setattr("tests.test_house_style.ROOT", tmp_path)
    (tmp_path / "views.py").write_text(text)
    assert bool(list(past_the_door(tmp_path / "views.py"))) is is_found


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("x = 1  # noqa: S101  because", False),
        ("x = 1  # noqa", True),
        ("x = 1  # noqa: S101", True),
        ("x = 1  # type: ignore[misc]  # because", False),
        ("x = 1  # type: ignore[misc]", True),
    ],
)
def test_the_rule_of_ignores_sees_what_it_should(line, is_found):
    assert bool(BARE_IGNORE.search(line)) is is_found
