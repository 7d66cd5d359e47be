"""What every command is built from: help that begins with examples, common options, the group."""

import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand
from typing_extensions import override

F = TypeVar("F", bound=Callable[..., None])

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for machines.")]
Server = Annotated[str, typer.Option("--server", metavar="URL", help="The check service.  [SCHOON_SERVER]")]
TokenFile = Annotated[
    Path | None, typer.Option("--token-file", metavar="FILE", help="The member's token.  [SCHOON_TOKEN_FILE]")
]
CaFile = Annotated[
    Path | None, typer.Option("--ca-file", metavar="FILE", help="Certificates to trust.  [SCHOON_CA_FILE]")
]


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class HouseCommand(TyperCommand):
    """A command whose help names its arguments plainly: FILE..., [FILE...]."""

    @override
    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *(f"{name}" for name, _ in self._arguments())]

    @override
    def format_options(self, ctx: Any, formatter: Any) -> None:
        arguments = self._arguments()
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        records = [one.get_help_record(ctx) for one in self.get_params(ctx) if one.param_type_name == "option"]
        with formatter.section("Options"):
            formatter.write_dl([(_plain_value(record[0]), record[1]) for record in records if record])

    def _arguments(self) -> list[tuple[str, str]]:
        found = []
        for one in self.params:
            if one.param_type_name == "argument":
                name = (getattr(one, "metavar", None) or one.name or "").strip("[].") + (
                    "..." if one.nargs != 1 else ""
                )
                found.append((name if one.required else f"[{name}]", getattr(one, "help", None) or ""))
        return found


def _plain_value(option: str) -> str:
    """The option as people read it: without the names of Python's types."""
    return re.sub(r"<list\[(.+)\]>", r"<\1>", option).replace("<int range>", "NUMBER").replace("<int>", "NUMBER")


def new_app(summary: str, *examples: str) -> typer.Typer:
    """A group of commands, or the place of a single one, with the house's plain help; examples come first."""
    return typer.Typer(
        help=_with_examples(examples, summary),
        short_help=summary,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings=SETTINGS,
    )


def command(app: typer.Typer, name: str, *examples: str) -> Callable[[F], F]:
    """Register the function as a command whose help begins with the examples; its docstring gives the rest.

    Args:
        app: Where the command belongs.
        name: As typed.
        examples: Whole command lines, two or more.
    """

    def register(function: F) -> F:
        text = inspect.cleandoc(function.__doc__ or "")
        summary = text.split("\n", maxsplit=1)[0]
        about = _with_examples(examples, _keep_lists(text))
        app.command(name, cls=HouseCommand, help=about, short_help=summary, context_settings=SETTINGS)(function)
        return function

    return register


def _with_examples(examples: Sequence[str], text: str) -> str:
    if not examples:
        return text
    shown = "\n".join(f"  $ {line}" for line in examples)
    return f"\b\nExamples:\n{shown}\n\n{text}"


def _keep_lists(text: str) -> str:
    """Paragraphs that hold indented or listed lines, marked so that their lines are not joined."""
    return "\n\n".join(
        f"\b\n{paragraph}" if "\n  " in paragraph or "\n* " in paragraph else paragraph
        for paragraph in text.split("\n\n")
    )
