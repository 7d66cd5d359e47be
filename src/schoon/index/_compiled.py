"""The door to the kernels, so that importing `schoon.index` does not load the compiler."""

import sys
from dataclasses import dataclass
from functools import cache
from types import ModuleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmed:
    """What was done to have the kernels ready.

    Attributes:
        compiled: How many were compiled now.
        loaded: How many came compiled from the cache.
        folders: Where the cache lies; empty when no folder can hold it, and every start has to compile.
    """

    compiled: int
    loaded: int
    folders: tuple[str, ...]


@cache
def kernels() -> ModuleType:
    """The compiled kernels; the first call loads them from numba's cache, or compiles them (some seconds)."""
    from schoon.index import _kernels  # noqa: PLC0415 numba takes half a second and 100 MB that the scanner does not need

    return _kernels


def warm() -> Warmed:
    """Have every kernel compiled and loaded, so that no request waits for the compiler."""
    name = kernels().__name__
    parts = [module for path, module in list(sys.modules.items()) if path == name or path.startswith(f"{name}.")]
    every = {id(one): one for part in parts for one in vars(part).values() if hasattr(one, "nopython_signatures")}
    stats = [one.stats for one in every.values()]
    loaded = sum(1 for one in stats if one.cache_hits)
    folders = {str(one.cache_path) for one in stats if one.cache_path}
    return Warmed(compiled=len(stats) - loaded, loaded=loaded, folders=tuple(sorted(folders)))
