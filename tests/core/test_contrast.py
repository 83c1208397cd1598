"""Every pair of colours that meets on a page can be told apart, in light and in dark."""

import re

import pytest
from django.conf import settings

TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "surface")],
    ("ink-2", "sunk", TEXT), ("ink-3", "sunk", TEXT), ("ink", "chosen", TEXT),
    ("ink-2", "chosen", TEXT), ("down", "chosen", TEXT), ("up", "chosen", TEXT),
    ("spruce", "paper", TEXT), ("spruce", "surface", TEXT), ("on-spruce", "spruce", TEXT),
    ("on-spruce", "spruce-2", TEXT), ("on-gold", "gold", TEXT), ("on-panel", "panel", TEXT),
    ("on-panel", "panel-2", TEXT), ("on-panel-2", "panel", TEXT),
    ("on-panel-down", "panel", TEXT), ("gold", "panel", TEXT),
    *[(tone, ground, TEXT) for tone in ("up", "down") for ground in ("paper", "surface")],
    ("up", "up-bg", TEXT), ("down", "down-bg", TEXT), ("wait", "wait-bg", TEXT),
    ("paper", "ink", TEXT), ("water-ink", "water", TEXT), ("edge", "surface", SHAPE),
    ("edge", "paper", SHAPE), ("g3", "surface", SHAPE), ("d3", "surface", SHAPE),
    ("focus", "paper", SHAPE), ("focus", "surface", SHAPE),
]  # fmt: skip


def tokens():
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    light, dark = {}, {}
    for name, value in re.findall(r"--([a-z0-9-]+):\s*([^;]+);", css):
        both = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value.strip())
        if both:
            light[name], dark[name] = both.groups()
        elif value.startswith("#"):
            light[name] = dark[name] = value
    return {"light": light, "dark": dark}


def luminance(colour):
    def linear(part):
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, two):
    brighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_the_measure_agrees_with_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_that_meet_have_enough_contrast(ink, ground, least, theme):
    colours = tokens()[theme]
    assert contrast(colours[ink], colours[ground]) >= least
