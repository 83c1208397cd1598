"""Icons by name, as the shapes inside a 24 by 24 drawing.

The files beside this one are Lucide's, unchanged; LICENSE holds their terms.
To use another icon, add its file.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


class NoSuchIcon(LookupError):
    """The name has no file in this folder."""


@cache
def icon_shapes(name: str) -> str:
    """The paths and circles of an icon, ready to stand inside an svg element."""
    file = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.exists():
        raise NoSuchIcon(f"There is no icon named {name!r}.")
    start_to_end = file.read_text().partition("<svg")[2]
    shapes = start_to_end.partition(">")[2].partition("</svg>")[0]
    return re.sub(r">\s+<", "><", shapes.strip()).replace(" />", "/>")


def icon_names() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.svg"))
