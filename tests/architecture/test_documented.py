"""Every command, setting and exit code is documented, and every command that a text names exists."""

import ast
import re

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from schoon.cli import COMMANDS, EXIT_CODES, build
from schoon.settings import ALSO_READ, documented
from tests.architecture._tree import ROOT, tracked_files

DOCS = ROOT / "docs"


def every_command():
    found = {}

    def walk(command, path):
        found[path] = command
        if isinstance(command, TyperGroup):
            context = typer.Context(command, info_name=path[-1])
            for name in command.list_commands(context):
                walk(command.get_command(context, name), (*path, name))

    walk(build(list(COMMANDS)), ("schoon",))
    return found


ALL = every_command()
LEAVES = {path: command for path, command in ALL.items() if isinstance(command, TyperCommand)}


def test_every_command_stands_in_the_documentation():
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    print(f"looked at {len(LEAVES)} commands")
    assert len(LEAVES) > 25
    assert [" ".join(path) for path in ALL if f"## {' '.join(path)}\n" not in text] == []


def test_every_setting_stands_in_the_documentation():
    text = (DOCS / "operators" / "settings.md").read_text(encoding="utf-8")
    print(f"looked at {len(documented())} settings")
    assert [variable for variable, _, _ in documented() if f"`{variable}`" not in text] == []


def test_every_exit_code_stands_in_the_documentation():
    text = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    print(f"looked at {len(EXIT_CODES)} exit codes")
    assert [code for code, meaning in EXIT_CODES if f"| {code} | {meaning} |" not in text] == []


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_help_begins_with_two_examples_of_this_command(path):
    text = LEAVES[path].help or ""
    examples = re.findall(r"^  \$ (.+)$", text, re.MULTILINE)
    assert text.lstrip("\b\n").startswith("Examples:")
    assert len(examples) >= 2
    assert all(" ".join(path) in example for example in examples[:2]) or path == ("schoon", "receipt", "verify")


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_option_says_what_it_is_for(path):
    silent = [parameter.name for parameter in LEAVES[path].params if not getattr(parameter, "help", None)]
    assert not silent, "\n".join(silent)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_speaks_json(path):
    speaks_by_nature = {"hash", "serve", "worker", "demo", "statement", "scan"}
    options = {name for parameter in LEAVES[path].params for name in parameter.opts}
    assert "--json" in options or path[-1] in speaks_by_nature


def test_every_command_that_a_text_names_exists():
    """In error messages, help, comments and pages: `schoon …` in back-quotes must be a command of ours."""
    places = [(path, text) for path in tracked_files("src/*.py") for text in _strings(path)]
    places += [(path, path.read_text(encoding="utf-8")) for path in tracked_files("docs/*.md", "*.md")]
    wrong, seen = [], 0
    for path, text in places:
        for words in re.findall(r"`schoon ([a-z][^`\n\\]*)`", text):
            seen += 1
            if not names_a_command(tuple(word for word in words.split() if re.fullmatch(r"[a-z][a-z-]*", word))):
                wrong.append(f"{path.relative_to(ROOT)}: schoon {words}")
    print(f"looked at {seen} mentions")
    assert not wrong, "\n".join(wrong)


def test_every_variable_that_a_text_names_is_a_setting():
    known = {variable for variable, _, _ in documented()} | ALSO_READ.keys()
    pattern = re.compile(r"SCHOON_[A-Z_]*[A-Z]")
    wrong, seen = [], 0
    for path in tracked_files("src/*.py", "docs/*.md", "*.md", "Makefile", ".ci/run", "tools/*"):
        for name in pattern.findall(path.read_text(encoding="utf-8")):
            seen += 1
            if name not in known and name != "SCHOON_CLOCK":
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    print(f"looked at {seen} mentions")
    assert not wrong, "\n".join(wrong)


def names_a_command(words: tuple[str, ...]) -> bool:
    """Whether the words lead down the tree to a command, or name a whole group."""
    path: tuple[str, ...] = ("schoon",)
    for word in words:
        if (*path, word) not in ALL:
            return path in LEAVES
        path = (*path, word)
    return path in ALL


def test_a_name_that_leads_nowhere_is_noticed():
    assert names_a_command(("list", "import", "file"))
    assert names_a_command(("hits",))
    assert not names_a_command(("list", "exports"))
    assert not names_a_command(("party", "key", "add"))


def _strings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
