"""The cost curves as charts: their words, their Vega-Lite specification in the design's tokens, and their tables.

Needs nothing but the data in bench/curves.json; only `draw` needs vl-convert. A drawing ends with the hash of its
specification, so that a test can see whether it is that of the data without drawing it again.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench._figures import number
from bench._findings import CHARTS, OWN, Point, plain

CURVES = Path(__file__).parent / "curves.json"
IMAGES = Path(__file__).parents[1] / "docs" / "images" / "performance"
INK, FAINT, GRID, PAPER, ACCENT = "#14212b", "#52606b", "#e3e6e1", "#ffffff", "#0b5d66"
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
WIDTH, HEIGHT = 430, 260
"""Of the plot; with its axis and the labels at the ends of its lines a drawing is about 700 wide."""
LABEL_GAP, LETTER = 17, 8.2
"""Of the names at the ends of lines: from one to the next, and the width of a letter of the widest font named."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

Data = Mapping[str, Any]


def drawn(curves: Data) -> list[str]:
    """The charts that there are points for."""
    return [name for name in CHARTS if curves.get("charts", {}).get(name)]


def title_of(curves: Data, name: str) -> str:
    """The finding, in words."""
    return CHARTS[name].finding(curves["charts"][name])


def table_of(curves: Data, name: str) -> str:
    """The points as a table: one row for each place on the x axis, one column a line."""
    points, chart = curves["charts"][name], CHARTS[name]
    series = list(dict.fromkeys(point["series"] for point in points))
    lines = [f"| {chart.x} | {' | '.join(series)} |", f"|---:|{'---:|' * len(series)}"]
    for x in sorted({point["x"] for point in points}):
        cells = {point["series"]: _cell(point) for point in points if point["x"] == x}
        lines.append(f"| {plain(x)} | {' | '.join(cells.get(one, '') for one in series)} |")
    return "\n".join([f"{_upper(chart.y)}. {chart.how} {_machine(curves)}", "", *lines])


def draw(curves: Data) -> int:
    """How many charts were written as SVG."""
    import vl_convert

    IMAGES.mkdir(parents=True, exist_ok=True)
    names = drawn(curves)
    for name in names:
        spec = spec_of(curves, name)
        svg = vl_convert.vegalite_to_svg(spec)
        (IMAGES / f"{name}.svg").write_text(f"{svg.rstrip()}\n<!-- {digest_of(spec)} -->\n", encoding="utf-8")
    return len(names)


def digest_of(spec: Data) -> str:
    """What a drawing ends with."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:16]


def spec_of(curves: Data, name: str) -> dict[str, Any]:
    """The Vega-Lite specification: lines with their names at their ends, bars from the quickest to the slowest."""
    points, chart = curves["charts"][name], CHARTS[name]
    series = list(dict.fromkeys(point["series"] for point in points))
    colour = {
        "field": "series",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": series, "range": [ACCENT if one.startswith(OWN) else FAINT for one in series]},
    }
    shape = colour | {"scale": {"domain": series, "range": [SHAPES[place % 6] for place in range(len(series))]}}
    low, high = _domain([value for one in points for value in (one["y"], one.get("low"), one.get("high")) if value])
    x_low, x_high = min(one["x"] for one in points), max(one["x"] for one in points)
    x = {"field": "x", "type": "quantitative", "title": chart.x, "axis": _axis(x_low, x_high)}
    x["scale"] = {"type": "log", "domain": [x_low, x_high], "nice": False}
    y = {"field": "y", "type": "quantitative", "title": chart.y, "axis": _axis(low, high)}
    y["scale"] = {"type": "log", "domain": [low, high], "nice": False}
    width = {"condition": {"test": f"indexof(datum.series, '{OWN}') == 0", "value": 2.5}, "value": 1.25}
    labels = _labels(points, series, (low, high))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "background": PAPER,
        "padding": {"left": 4, "right": 10, "top": 8, "bottom": 6},
        "title": {"text": _wrapped(title_of(curves, name), 62), "subtitle": _wrapped(
            f"{chart.how} {_machine(curves)}", 92)},
        "data": {"values": points},
        "layer": [
            {"mark": {"type": "rule"}, "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"},
                                                    "color": colour}},
            {"mark": {"type": "line"}, "encoding": {"x": x, "y": y, "color": colour, "strokeWidth": width}},
            {"mark": {"type": "point", "filled": True, "size": 42, "opacity": 1},
             "encoding": {"x": x, "y": y, "color": colour, "shape": shape}},
            *(
                {"data": {"values": [one for one in labels if one["align"] == align]},
                 "mark": {"type": "text", "align": align, "baseline": "middle", "clip": False},
                 "encoding": {"x": x, "y": {**y, "field": "place"}, "text": {"field": "series"}, "color": colour}}
                for align in ("left", "right")
            ),
        ],
        "config": _config(),
    }  # fmt: skip


def _labels(points: list[Point], series: list[str], domain: tuple[float, float]) -> list[Point]:
    """Where the name of each line goes: at its last point; those at the right edge are moved apart from one another."""
    low, high = (math.log10(one) for one in domain)
    left, right = (math.log10(edge([one["x"] for one in points])) for edge in (min, max))

    def pixels(one: Point) -> tuple[float, float]:
        across = (math.log10(one["x"]) - left) / (right - left) * WIDTH
        return across, (math.log10(one["y"]) - low) / (high - low) * HEIGHT

    lines = {name: sorted(pixels(one) for one in points if one["series"] == name) for name in series}
    edge = sorted((line[-1][1], name) for name, line in lines.items() if line[-1][0] > WIDTH - 1)
    placed = {
        name: (WIDTH + 9.0, height, "left")
        for (_, name), height in zip(edge, _apart([height for height, _ in edge]), strict=True)
    }
    for name, line in lines.items():
        if name not in placed:
            placed[name] = _free_place(name, line[-1], list(lines.values()))
    return [
        {
            "series": name,
            "x": 10 ** (left + across / WIDTH * (right - left)),
            "place": 10 ** (low + up / HEIGHT * (high - low)),
            "align": align,
        }
        for name, (across, up, align) in placed.items()
    ]


def _free_place(
    name: str, end: tuple[float, float], lines: list[list[tuple[float, float]]]
) -> tuple[float, float, str]:
    """Beside the end of a line that stops inside the plot, where the fewest lines run through the name."""
    width = LETTER * len(name)
    along = [
        (a[0] + (b[0] - a[0]) * step / 40, a[1] + (b[1] - a[1]) * step / 40)
        for line in lines
        for a, b in pairwise(line)
        for step in range(41)
    ]

    def crossed(place: tuple[float, float, str]) -> int:
        across, up, align = place
        first = across if align == "left" else across - width
        return sum(first - 3 < x < first + width + 3 and abs(y - up) < LABEL_GAP / 2 + 1 for x, y in along)

    x, y = end
    places = [
        (x + 9, y, "left"), (x - 4, y + 14, "right"), (x + 6, y - 13, "left"), (x + 4, y + 14, "left"),
        (x - 4, y - 13, "right"), (x + 6, y - 26, "left"), (x - 4, y + 26, "right"),
    ]  # fmt: skip
    return min(places, key=crossed)


def _apart(heights: list[float]) -> list[float]:
    """Ascending heights moved as little as needed, so that no two are nearer than a line of text."""
    moved = list(heights)
    for _ in range(200):
        for place in range(len(moved) - 1):
            lacking = LABEL_GAP - (moved[place + 1] - moved[place])
            if lacking > 0.01:
                moved[place] -= lacking / 2
                moved[place + 1] += lacking / 2
    under = max(0.0, 6 - moved[0])
    over = max(0.0, moved[-1] - (HEIGHT - 6))
    return [one + under - over for one in moved]


def _axis(low: float, high: float) -> dict[str, Any]:
    exponents = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    values = [10.0**exponent for exponent in exponents]
    if len(values) < 3:
        values = [step * 10.0**place for place in range(math.floor(math.log10(low)), 13) for step in (1, 2, 5)]
    shown = {f"{value:g}": plain(value) for value in values if low * 0.999 <= value <= high * 1.001}
    words = " : ".join(f"abs(datum.value / {value} - 1) < 0.001 ? '{text}'" for value, text in shown.items())
    return {"labelFlush": False, "values": [float(value) for value in shown], "labelExpr": f"{words} : ''"}


def _domain(values: list[float]) -> tuple[float, float]:
    """Whole decades, or half ones, around the values."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return 10 ** (math.floor(low * 2) / 2), 10 ** (math.ceil(high * 2) / 2)


def _config() -> dict[str, Any]:
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK, "labelFontSize": 13}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": text | {"titleFontSize": 14, "titleFontWeight": "normal", "gridColor": GRID, "domainColor": "#d5d9d4",
                        "tickColor": "#d5d9d4", "labelPadding": 6, "titlePadding": 10},
        "text": {"font": FONT, "fontSize": 14},
        "title": {"font": FONT, "fontSize": 16, "fontWeight": 600, "color": INK, "anchor": "start", "frame": "group",
                  "subtitleFont": FONT, "subtitleFontSize": 12, "subtitleColor": FAINT, "subtitlePadding": 6,
                  "offset": 14},
    }  # fmt: skip


def _machine(curves: Data) -> str:
    return f"{curves['machine']}."


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _cell(point: Point) -> str:
    spread = ""
    if point.get("low") is not None and point["low"] != point["high"]:
        spread = f" ({number(point['low'])} to {number(point['high'])})"
    return f"{number(point['y'])}{spread}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
