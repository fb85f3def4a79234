"""For whom the program reads at this moment: the person whose page is made, or nobody in particular.

A worker, a command and a test read for nobody and see everything. While a page is made, whatever a room
keeps from some people (``reader()``) is left out of every list, count and slot, also those of other rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    """Who reads: a person with the roles held now, or a stranger without either."""

    person_id: int | None
    roles: frozenset[str] = frozenset()


_reader: ContextVar[Callable[[], Reader] | None] = ContextVar("reader", default=None)


def reader() -> Reader | None:
    """Return for whom is read, or None when it is for the program itself."""
    ask = _reader.get()
    return ask() if ask else None


@contextmanager
def reading_for(ask: Callable[[], Reader] | None) -> Iterator[None]:
    """Read for somebody until the end of the block; ``None`` reads for the program itself.

    >>> with reading_for(lambda: Reader(7)):
    ...     reader().person_id
    7
    """
    token = _reader.set(ask)
    try:
        yield
    finally:
        _reader.reset(token)
