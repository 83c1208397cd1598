"""The one stylesheet is made of the readable ones, and no page styles or scripts itself."""

import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from liaison_crm.core.stylesheet import assemble

CSS = settings.BASE_DIR / "static" / "css"
TEMPLATES = settings.BASE_DIR / "templates"


def test_the_stylesheet_is_current():
    assert (CSS / "app.css").read_text() == assemble(CSS), "Run manage.py assemble_css."


def test_every_sheet_is_in_it():
    made = (CSS / "app.css").read_text()
    for sheet in [*CSS.glob("*.css"), *(CSS / "screens").glob("*.css")]:
        if sheet.name not in {"app.css", "admin.css"}:
            rules = [line.strip() for line in sheet.read_text().splitlines() if "{" in line]
            assert rules[-1] in made, sheet.name


def test_the_command_writes_it_and_checks_it(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "static" / "css"
    (folder / "screens").mkdir(parents=True)
    for sheet in CSS.glob("*.css"):
        (folder / sheet.name).write_text(sheet.read_text())
    (folder / "app.css").write_text("old")
    with pytest.raises(CommandError, match="out of date"):
        call_command("assemble_css", "--check")
    call_command("assemble_css")
    call_command("assemble_css", "--check")
    assert "current" in capsys.readouterr().out


def test_comments_stay_in_the_sheets(tmp_path):
    (tmp_path / "screens").mkdir()
    for sheet in CSS.glob("*.css"):
        (tmp_path / sheet.name).write_text("/* why */\n@layer x {\n  a { color: red }\n}\n")
    made = assemble(tmp_path)
    assert "why" not in made
    assert "a { color: red }" in made


@pytest.mark.parametrize(
    "file", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: str(file.relative_to(TEMPLATES))
)
def test_templates_hold_no_inline_style_and_no_inline_script(file):
    text = file.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or "application/json" in tag, tag
