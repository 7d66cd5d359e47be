"""What every command is built from: help that begins with examples, common options, the group."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

F = TypeVar("F", bound=Callable[..., None])

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for machines.")]
Server = Annotated[str, typer.Option("--server", metavar="URL", help="The check service.  [SCHOON_SERVER]")]
TokenFile = Annotated[
    Path | None, typer.Option("--token-file", metavar="FILE", help="The member's token.  [SCHOON_TOKEN_FILE]")
]
CaFile = Annotated[
    Path | None, typer.Option("--ca-file", metavar="FILE", help="Certificates to trust.  [SCHOON_CA_FILE]")
]


def new_app(summary: str) -> typer.Typer:
    """A group of commands, or the place of a single one, with the house's plain help."""
    return typer.Typer(
        help=summary,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
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
        shown = "\n".join(f"  $ {line}" for line in examples)
        app.command(name, help=f"\b\nExamples:\n{shown}\n\n{_keep_lists(text)}", short_help=summary)(function)
        return function

    return register


def _keep_lists(text: str) -> str:
    """Paragraphs that hold indented or listed lines, marked so that their lines are not joined."""
    return "\n\n".join(
        f"\b\n{paragraph}" if "\n  " in paragraph or "\n* " in paragraph else paragraph
        for paragraph in text.split("\n\n")
    )
