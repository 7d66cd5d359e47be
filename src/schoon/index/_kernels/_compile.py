"""What kernels are made of: the decorator, the types of arrays, and the instructions that Python has no word for."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import config as numba_config
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])

Bytes = NDArray[np.uint8]
Halves = NDArray[np.uint16]
Numbers = NDArray[np.uint32]
Words = NDArray[np.uint64]
Counts = NDArray[np.int64]

_settings: Any = numba_config  # its names come from the environment, so that no type checker knows them
U8, U16, U32, U64, I64 = types.uint8, types.uint16, types.uint32, types.uint64, types.int64


def kernel(signature: Any) -> Callable[[Function], Function]:
    """A decorator that compiles a function for just that signature, the GIL released, the result cached on disk."""

    def compiled(function: Function) -> Function:
        given_folder, _settings.CACHE_DIR = _settings.CACHE_DIR, str(FOLDER or "")
        try:
            made: Function = njit(signature, nogil=True, cache=FOLDER is not None, error_model="numpy")(function)
        finally:
            _settings.CACHE_DIR = given_folder
        return made

    return compiled


def _cache_folder() -> Path | None:
    """Where compiled kernels of just these sources lie; None when no folder can hold them: every start compiles.

    numba looks at the file of a kernel alone to tell whether what it compiled is still good. A kernel calls others
    across files: after an upgrade that leaves its own file as it was it would go on with the old ones inside it.
    """
    here = Path(__file__).parent
    sources = hashlib.sha256()
    for path in (*sorted(here.glob("*.py")), here.parent / "_bit_order.py"):
        sources.update(path.read_bytes())
    bases = [Path(_settings.CACHE_DIR)] if _settings.CACHE_DIR else [here / "__pycache__", Path("~/.cache/numba")]
    for base in bases:
        try:
            folder = base.expanduser() / f"kernels-{sources.hexdigest()[:16]}"
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                return folder
        except (OSError, RuntimeError):  # a RuntimeError: nobody has a home here
            continue
    return None


FOLDER = _cache_folder()


def emitter(function: Callable[..., Any]) -> Callable[..., Any]:
    """What numba's `intrinsic` makes of a function that emits instructions, with a type that callers can use."""
    made: Callable[..., Any] = intrinsic(function)
    return made


def given(item: Any, dimensions: int) -> Any:
    """The type of a C-contiguous array that is only read; writable arrays are taken too."""
    return types.Array(item, dimensions, "C", readonly=True)


def filled(item: Any, dimensions: int = 1) -> Any:
    """The type of a C-contiguous array that is written."""
    return types.Array(item, dimensions, "C")


@emitter
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line that holds array[index] of a one-dimensional array; any index is harmless."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        address = builder.bitcast(builder.gep(data, [args[1]]), ir.PointerType(ir.IntType(8)))
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, word(0), word(3), word(1)])  # read, keep in every cache level, data
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@emitter
def popcount(typing_context: Any, number: Any) -> Any:
    """The number of bits set."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return number(number), generate


@emitter
def swapped(typing_context: Any, number: Any) -> Any:
    """The eight bytes in the other order: a little-endian word as the big-endian number that the file sorts by."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bswap(args[0])

    return number(number), generate


@emitter
def near_lanes(typing_context: Any, sketches: Any, index: Any, sketch: Any, room: Any) -> Any:
    """A bit for each of the 16 sketches from sketches[index] on whose distance to `sketch` is below `room`.

    The sixteen must be inside the array.
    """
    lanes = 16

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        half = ir.IntType(16)
        vector = ir.VectorType(half, lanes)
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        address = builder.bitcast(builder.gep(data, [args[1]]), vector.as_pointer())
        ones = ir.FunctionType(vector, [vector])
        count = cgutils.get_or_insert_function(builder.module, ones, f"llvm.ctpop.v{lanes}i16")

        def splat(value: Any) -> Any:
            first = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.IntType(32)(0))
            zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
            return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)

        differ = builder.xor(builder.load(address, align=2), splat(args[2]))
        near = builder.icmp_signed("<", builder.call(count, [differ]), splat(args[3]))
        return builder.zext(builder.bitcast(near, half), ir.IntType(64))

    return types.uint64(sketches, types.intp, types.uint16, types.uint16), generate


@emitter
def lowest_bit(typing_context: Any, number: Any) -> Any:
    """The place of the lowest bit set; the number is not zero."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.IntType(1)(1))

    return number(number), generate
