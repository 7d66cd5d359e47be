"""Files stay small, say what they are for, and hold no words that the house does not use."""

import ast
import re

from tests.architecture._tree import ROOT, SOURCE, tracked_files

WALL = 400
NO_SUCH_MODULES = {"utils", "helpers", "common", "manager", "data", "info", "misc"}
FORBIDDEN = {
    r"NotImplementedError": "finish it, or leave it out",
    r"\bpickle\b": "never: files and messages have a written format",
    r"pragma: no cover": "test it",
    r"except Exception\b(?!.*# noqa: BLE001)": "only in the outermost loop of a worker, with a reason",
    r"# type: ignore(?!\[)": "name the code and give the reason",
    r"\bTODO\b(?!.*#\d)": "name the issue",
}


def test_no_file_is_longer_than_the_wall():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tracked_files("*.py")}
    print(f"looked at {len(lengths)} files; the longest has {max(lengths.values())} lines")
    assert len(lengths) > 30
    assert {str(path.relative_to(ROOT)): count for path, count in lengths.items() if count > WALL} == {}


def test_every_module_says_what_it_is_for():
    files = tracked_files("src/*.py", "tools/*.py")
    silent = [
        str(path.relative_to(ROOT))
        for path in files
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    print(f"looked at {len(files)} modules")
    assert not silent, "\n".join(silent)


def test_no_module_has_a_name_that_says_nothing():
    files = tracked_files("src/*.py")
    assert [str(path) for path in files if path.stem.strip("_") in NO_SUCH_MODULES] == []


def test_the_source_holds_no_forbidden_words():
    files = tracked_files("src/*.py")
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found += [
                f"{path.relative_to(ROOT)}:{number}: {line.strip()} ({why})"
                for pattern, why in FORBIDDEN.items()
                if re.search(pattern, line) and "banned" not in line
            ]
    print(f"looked at {len(files)} files for {len(FORBIDDEN)} patterns")
    assert not found, "\n".join(found)


def test_every_suppression_gives_its_reason():
    files = tracked_files("*.py")
    pattern = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])(?P<reason>.*)")
    bare, seen = [], 0
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            match = pattern.search(line)
            if match is None or "re.compile" in line:
                continue
            seen += 1
            if len(match["reason"].strip(" -#:;")) < 5:
                bare.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    print(f"looked at {seen} suppressions in {len(files)} files")
    assert not bare, "\n".join(bare)


def test_the_rooms_have_the_files_the_architecture_names():
    rooms = [path for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    print(f"looked at {len(rooms)} rooms")
    assert [room.name for room in rooms if not (room / "__init__.py").exists()] == []
