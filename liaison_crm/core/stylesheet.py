"""One stylesheet from many readable ones: a phone page may cost one request for its looks."""

import re
from pathlib import Path

LAYERS = (
    "reset", "tokens", "base", "shell", "parts", "forms", "tables", "charts", "screens", "print",
)  # fmt: skip
SHEETS = ("tokens", "base", "shell", "parts", "forms", "tables", "charts")


def assemble(folder: Path) -> str:
    """What css/app.css has to say: every sheet in its order, then the screens, then print."""
    screens = sorted((folder / "screens").glob("*.css"))
    files = [*(folder / f"{name}.css" for name in SHEETS), *screens, folder / "print.css"]
    sheets = "\n".join(_without_air(file.read_text()) for file in files)
    head = "/* Made by manage.py assemble_css from the sheets beside this file. */"
    return f"{head}\n@layer {', '.join(LAYERS)};\n{sheets}\n"


def _without_air(css: str) -> str:
    """The same rules without comments and indentation, line by line: changes stay readable."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    lines = (line.strip() for line in css.splitlines())
    return "\n".join(line for line in lines if line)
