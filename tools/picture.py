"""Draws what a terminal showed (ANSI text on standard input) as an SVG: the picture in the README.

For example: tmux capture-pane -p -e -S -60 | python tools/picture.py docs/images/demo.svg '$ make demo'
"""

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

_WIDTH = 82
_PAPER = TerminalTheme(
    (255, 255, 255),
    (20, 33, 43),
    [
        (20, 33, 43),
        (164, 22, 26),
        (43, 106, 63),
        (138, 82, 0),
        (11, 93, 102),
        (90, 60, 110),
        (11, 93, 102),
        (74, 87, 97),
    ],
)
_FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def main(target: str, title: str) -> None:
    """Write the picture; no font is fetched from anywhere."""
    console = Console(width=_WIDTH, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(sys.stdin.read().rstrip()), soft_wrap=True)
    drawn = console.export_svg(title=title, theme=_PAPER, unique_id="schoon")
    drawn = re.sub(r"@font-face\s*\{[^}]*\}", "", drawn)
    drawn = re.sub(r"font-family: (?:Fira Code|arial)[^;]*;", f"font-family: {_FONT};", drawn)
    Path(target).write_text(
        "\n".join(line.rstrip() for line in drawn.splitlines() if line.strip()) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
