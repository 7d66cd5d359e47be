"""The door to the kernels, so that importing `schoon.index` does not load the compiler."""

from functools import cache
from types import ModuleType


@cache
def kernels() -> ModuleType:
    """The compiled kernels; the first call loads them from numba's cache, or compiles them (some seconds)."""
    from schoon.index import _kernels  # noqa: PLC0415 numba takes half a second and 100 MB that the scanner does not need

    return _kernels


def warm() -> None:
    """Have every kernel compiled and loaded, so that no request waits for the compiler."""
    kernels()
