"""Icons are drawn in place, from files that are there."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.template import Context, Template

from liaison_crm.core.icons import NoSuchIcon, icon_names, icon_shapes


def template_files():
    return sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_is_shapes_and_nothing_else(name):
    drawing = ElementTree.fromstring(f"<svg>{icon_shapes(name)}</svg>")  # noqa: S314 (our own files)
    assert {shape.tag for shape in drawing} <= {
        "path", "circle", "rect", "line", "polyline", "polygon", "ellipse",
    }  # fmt: skip
    assert not any("style" in shape.attrib for shape in drawing)


@pytest.mark.parametrize("name", ["nothing", "../icons/check", "", "check.svg"])
def test_a_name_without_a_file_is_an_error(name):
    with pytest.raises(NoSuchIcon):
        icon_shapes(name)


def test_templates_ask_only_for_icons_that_exist():
    asked = re.compile(r"""\{% (?:icon|pill "[^"]*" "[^"]*") "([a-z0-9-]+)\"""")
    for file in template_files():
        for name in asked.findall(file.read_text()):
            assert name in icon_names(), f"{Path(file).name} asks for {name}"


def test_an_icon_is_hidden_from_screen_readers_unless_it_says_something():
    def draw(tag, **context):
        return Template("{% load ui %}" + tag).render(Context(context))

    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    spoken = draw('{% icon "check" label=words %}', words="Done & <sent>")
    assert "<title>Done &amp; &lt;sent&gt;</title>" in spoken
    assert "aria-hidden" not in spoken
