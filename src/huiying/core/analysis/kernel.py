"""Compile the inner loops where Numba is at hand; the same source runs plain where it is not, with the same numbers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

#: ``HUIYING_KERNEL=plain`` leaves the loops as they are: some hundred times slower, for checks and where Numba has no wheel.
IS_PLAIN = os.environ.get("HUIYING_KERNEL", "") == "plain"
if not IS_PLAIN:
    try:
        from numba import njit
    except ImportError:  # no wheel for this platform
        IS_PLAIN = True


def compiled(function: Function) -> Function:
    """Compile a loop on first use and keep the machine code beside the source, or in Numba's own cache folder.

    No fast math: additions keep their order and nothing is contracted, so that both kernels give the same bits.
    """
    if IS_PLAIN:
        return function
    fast: Function = njit(cache=True, nogil=True, error_model="numpy")(function)
    return fast
