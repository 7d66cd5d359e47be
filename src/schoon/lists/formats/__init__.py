"""One parser a format: bytes in, parsed rows out, one at a time or in columns."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from schoon.lists.formats.delimited import parse_csv
from schoon.lists.formats.jsonl import parse_json_lines
from schoon.lists.formats.lines import parse_lines
from schoon.lists.formats.ncmec import parse_ncmec
from schoon.lists.formats.rows import (
    BadRow,
    NextPage,
    Parsed,
    ParsedBlock,
    ParsedEntry,
    ParsedWithdrawal,
    ParseOptions,
)
from schoon.lists.formats.stopncii import parse_stopncii
from schoon.lists.types import SourceFormat

PARSERS: Mapping[SourceFormat, Callable[[BinaryIO, ParseOptions], Iterator[Parsed]]] = {
    SourceFormat.CSV: parse_csv,
    SourceFormat.JSON_LINES: parse_json_lines,
    SourceFormat.NCMEC: parse_ncmec,
    SourceFormat.STOPNCII: parse_stopncii,
    SourceFormat.LINES: parse_lines,
}

__all__ = ["PARSERS", "BadRow", "NextPage", "ParseOptions", "Parsed", "ParsedBlock", "ParsedEntry", "ParsedWithdrawal"]
