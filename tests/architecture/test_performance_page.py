"""The figures that pages show are those of the last measurement, and the drawings are of the points that are kept."""

import json
import re

from bench import page
from bench._charts import CURVES, IMAGES, digest_of, drawn, spec_of
from bench._figures import checked, latest
from bench.targets import ROWS
from tests.architecture._tree import ROOT


def test_the_kept_figures_have_the_form():
    figures = latest()
    print(f"looked at {len(figures)} figures")
    assert len(figures) > 10
    assert [one for one in figures if not one["machine"]] == []
    for one in figures:
        checked(one)


def test_readme_and_performance_page_are_current_with_the_kept_figures():
    assert page.write(only_check=True) == [], "run: python -m bench.page"


def test_a_changed_figure_makes_the_pages_stale():
    changed = [one | {"value": one["value"] * 2} for one in latest()]
    assert page.readme_table(changed) != page.readme_table(latest())
    assert page.target_table(changed) != page.target_table(latest())


def test_every_drawing_is_of_the_kept_points():
    curves = json.loads(CURVES.read_text(encoding="utf-8"))
    names = drawn(curves)
    print(f"looked at {len(names)} drawings")
    assert len(names) > 5
    last = {name: (IMAGES / f"{name}.svg").read_text(encoding="utf-8").splitlines()[-1] for name in names}
    assert last == {name: f"<!-- {digest_of(spec_of(curves, name))} -->" for name in names}
    assert {path.stem for path in IMAGES.glob("*.svg")} == set(names)


def test_every_command_beside_a_target_runs_a_file_that_is_there():
    named = {match for row in ROWS for match in re.findall(r"(?:F=|bench\.)(\w+)", row.command)}
    assert len(named) > 5
    assert {name for name in named if not (ROOT / "bench" / f"{name}.py").exists()} == set()
