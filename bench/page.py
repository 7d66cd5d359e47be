"""Writes the tables of docs/performance.md and README.md from bench/latest.json and bench/curves.json.

`python -m bench.page` writes them, `python -m bench.page --check` only says whether they are current.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench._charts import CURVES, drawn, table_of, title_of
from bench._figures import Figure, latest, number, ratio, times_better
from bench.targets import REFERENCE, ROWS, Row, best_peer, figures_of, is_reference, judge

ROOT = Path(__file__).parents[1]
WHERE = Path(__file__).parent / "where.json"
PAGE, README = ROOT / "docs" / "performance.md", ROOT / "README.md"
README_ROWS = (
    ("exact look-ups among 10 million entries, keyed tags included", "exact look-ups, 2 threads", "^10,000,000 "),
    ("PDQ queries at distance 31 among 10 million vectors, nothing missed", "PDQ queries, 2 threads", "^10,000,000 r"),
    ("MD5, SHA-1, SHA-256 and PDQ of a 12-megapixel JPEG", "hashing a JPEG", "^12 MP"),
    ("bulk exact checks over HTTP, hits stored", "bulk (exact over HTTP|check over HTTP, exact)", ""),
    ("10 million entries from file to published, attested twice and tested", "list, from file to published", "^10,0"),
)
"""What README.md shows: in words, by name, by size."""


def main(arguments: list[str]) -> int:
    """1 when a page is not current and was only to be checked."""
    stale = write(only_check="--check" in arguments)
    said = "NOT current: " + ", ".join(stale) + "; run: python -m bench.page" if stale else "current"
    print(said if "--check" in arguments else f"{len(stale)} pages written")
    return 1 if stale and "--check" in arguments else 0


def write(*, only_check: bool = False) -> list[str]:
    """The names of the pages that were not current; they are now, unless it was only to be checked."""
    figures = latest()
    curves = json.loads(CURVES.read_text(encoding="utf-8")) if CURVES.exists() else {}
    blocks = {"targets": target_table(figures), "machines": machines(figures), "curves": curve_section(curves)}
    blocks["where"] = where_section(json.loads(WHERE.read_text(encoding="utf-8")) if WHERE.exists() else {})
    stale = []
    for path, some in ((PAGE, blocks), (README, {"figures": readme_table(figures)})):
        before = path.read_text(encoding="utf-8")
        after = with_blocks(before, some)
        if after != before:
            stale.append(path.name)
            if not only_check:
                path.write_text(after, encoding="utf-8")
    return stale


def with_blocks(text: str, blocks: dict[str, str]) -> str:
    """The page with the content between `<!-- NAME: written by … -->` and `<!-- end of NAME -->` replaced."""
    for name, content in blocks.items():
        pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end of {name} -->)"
        found = re.findall(pattern, text, flags=re.DOTALL)
        if len(found) != 1:
            raise SystemExit(f"the page has {len(found)} blocks {name}, and 1 is needed")
        head, _, foot = text.partition(found[0][0])
        text = f"{head}{found[0][0]}{content}{found[0][1]}{foot.partition(found[0][1])[2]}"
    return text


def machines(figures: Sequence[Figure]) -> str:
    """For which machines the figures are, and what that means for the absolute targets."""
    named = sorted({one["machine"] for one in figures})
    lines = [f"* {name} ({sum(one['machine'] == name for one in figures)} figures)" for name in named]
    if not all(is_reference(one) for one in figures):
        lines += [
            "",
            f"The absolute targets are for {REFERENCE}. Not all of the above is one: there, only ratios (to peers, to",
            "the limit) and memory are judged, and a rate or a time that falls short says nothing.",
        ]
    return "\n".join([*lines, ""])


def target_table(figures: Sequence[Figure]) -> str:
    """The issue's table with what was measured."""
    lines = [
        "| figure | measured | peers in the same run | limit | asked | command |",
        "|---|---:|---|---|---|---|",
    ]
    for row in ROWS:
        lines += _rows_of(row, figures)
    return "\n".join([*lines, ""])


def readme_table(figures: Sequence[Figure]) -> str:
    """The few figures that README.md shows."""
    lines = ["| figure | Schoon | best peer in the same run |", "|---|---|---|"]
    shown = []
    for words, name, size in README_ROWS:
        found = [one for one in figures if re.fullmatch(name, one["figure"]) and re.search(size, one["size"])]
        for one in found[-1:]:
            shown.append(one)
            peer = best_peer(one)
            other = f"{peer[0]}, {_short(peer[1], one['unit'])}" if peer else ""
            lines.append(f"| {words} | {_short(one['value'], one['unit'])} | {other} |")
    named = sorted({one["machine"] for one in shown})
    where = (
        f"Measured beside its peers (`make bench`; [docs/performance.md](docs/performance.md)) on {'; '.join(named)}:"
    )
    return "\n".join([where, "", *lines, ""])


def curve_section(curves: dict[str, object]) -> str:
    """Each chart with the table of the same data behind it."""
    parts = []
    for name in drawn(curves):
        parts += [
            f"### {title_of(curves, name)}",
            "",
            f"![{title_of(curves, name)}](images/performance/{name}.svg)",
            "",
        ]
        parts += ["<details><summary>The same as a table</summary>", "", table_of(curves, name), "", "</details>", ""]
    return "\n".join(parts)


def where_section(kept: dict[str, dict[str, Any]]) -> str:
    """What bench/where.py saw: each path with its parts, those in brackets beside it."""
    lines = []
    for path in kept.values():
        lines += [
            f"**{path['title']}** (one core; {path['machine']})",
            "",
            "| part | ms of processor | share |",
            "|---|---:|---:|",
        ]
        whole = sum(spent for part, spent in path["parts"] if not part.startswith("("))
        for part, spent in path["parts"]:
            lines.append(f"| {part} | {number(spent)} | {spent / whole:.0%} |")
        lines.append("")
    return "\n".join(lines)


def _rows_of(row: Row, figures: Sequence[Figure]) -> list[str]:
    shown = figures_of(row, figures)
    judged = [judge(ask, figures) for ask in row.asks]
    lines = []
    for place, one in enumerate(shown):
        asked = "<br>".join(
            f"{some.ask.words}: **{some.state}** ({some.seen})" for some in judged if some.figure is one
        )
        name = f"**{row.title}**<br>" if place == 0 else ""
        command = f"`{row.command}`" if place == 0 else ""
        lines.append(f"| {name}{one['figure']}: {one['size']} | {_measured(one)} | {_peers(one)} | {_limit(one)} "
                     f"| {asked} | {command} |")  # fmt: skip
    missing = "<br>".join(f"{some.ask.words}: **{some.state}**" for some in judged if some.figure is None)
    if missing:
        title = "" if shown else f"**{row.title}**"
        lines.append(f"| {title} | | | | {missing} | {'' if shown else f'`{row.command}`'} |")
    return lines


def _short(value: float, unit: str) -> str:
    """As in "141 million/s": what is counted stands beside it."""
    return f"{number(value)}/s" if unit.endswith("/s") else f"{number(value)} {unit}"


def _measured(one: Figure) -> str:
    return f"{number(one['value'])} {one['unit']}"


def _peers(one: Figure) -> str:
    value, unit = one["value"], one["unit"]
    return "<br>".join(
        f"{name} {number(peer)} ({ratio(times_better(value, peer, unit))})" for name, peer in one["peers"].items()
    )


def _limit(one: Figure) -> str:
    if one["limit"] is None:
        return ""
    return f"{number(one['limit'])} ({times_better(one['value'], one['limit'], one['unit']):.0%})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
