"""Compile the inner loops where Numba is at hand; the same source runs plain where it is not, with the same numbers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import xxhash

Function = TypeVar("Function", bound=Callable[..., object])

_HERE = Path(__file__).parent
#: The files whose loops call each other. Numba looks at one file only, so their machine code is kept by the hash of all.
_LOOPS = ("kernel.py", "window.py", "matching.py", "placing.py", "neighbours.py", "clusters.py")


def _cache_folder() -> Path:
    """Return where machine code is kept: beside the source, or in the user's cache where that cannot be written."""
    digest = xxhash.xxh3_64_hexdigest(b"".join(path.read_bytes() for name in _LOOPS if (path := _HERE / name).exists()))
    beside = _HERE / "__pycache__"
    base = beside if os.access(beside if beside.exists() else _HERE, os.W_OK) else Path.home() / ".cache" / "huiying"
    return base / f"kernel-{digest}"


#: ``HUIYING_KERNEL=plain`` leaves the loops as they are: some hundred times slower, for checks and where Numba has no wheel.
IS_PLAIN = os.environ.get("HUIYING_KERNEL", "") == "plain"
if not IS_PLAIN:
    try:
        from numba import config, njit
    except ImportError:  # no wheel for this platform
        IS_PLAIN = True
    else:
        config.__dict__["CACHE_DIR"] = os.environ.get("NUMBA_CACHE_DIR") or str(_cache_folder())


def compiled(function: Function) -> Function:
    """Compile a loop on first use and keep the machine code.

    No fast math: additions keep their order and nothing is contracted, so that both kernels give the same bits.
    """
    if IS_PLAIN:
        return function
    return njit(cache=True, nogil=True, error_model="numpy")(function)  # type: ignore[return-value]  # called like the function


def is_compiled() -> bool:
    """Return whether machine code is at hand, so that the first tick will not wait for it."""
    return IS_PLAIN or any(Path(str(config.__dict__["CACHE_DIR"])).rglob("*.nbc"))
