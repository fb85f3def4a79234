"""What the fold remembers between two ticks, and its bytes."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import numpy.typing as npt

from .figures import Figures
from .gate import rules_of
from .packing import Arrays, BadState, fill_window, pack, unpack, window_arrays
from .resources import Resources
from .window import new_window

__all__ = ["BadState", "State"]


class State:
    """The window of texts and open stories, and the figures of each open story by its id."""

    def __init__(self, resources: Resources) -> None:
        """Start with an empty window."""
        self.resources = resources
        self.rules = rules_of(resources)
        self.window = new_window(resources)
        self.figures: dict[int, Figures] = {}
        self.tick = -1

    def to_bytes(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        arrays = {**window_arrays(self.window), **_figure_arrays(self.figures)}
        return pack({"tick": self.tick, "resources": self.resources.digest}, arrays)

    @classmethod
    def from_bytes(cls, data: bytes, resources: Resources) -> State:
        """Read a state back; raise BadState when it is of another version or of other resources."""
        head, arrays = unpack(data)
        if head["resources"] != resources.digest:
            raise BadState(f"State of resources {head['resources']}, wanted {resources.digest}: fold again from the log.")
        state = cls(resources)
        state.tick = int(str(head["tick"]))
        fill_window(state.window, arrays)
        state.figures = _read_figures(arrays)
        return state


def _figure_arrays(figures: dict[int, Figures]) -> Arrays:
    stories = [story for _id, story in sorted(figures.items())]
    return {
        "ids": np.array([story.id for story in stories], np.int64),
        "figures": np.array([story.packed() for story in stories], np.int64).reshape(len(stories), 9),
        "author_counts": np.array([len(story.authors) for story in stories], np.int32),
        "authors": np.array([author for story in stories for author in sorted(story.authors)], np.uint64),
        "source_counts": np.array([len(story.sources) for story in stories], np.int32),
        "sources": np.array([source for story in stories for source in sorted(story.sources)], np.int64),
        "bucket_counts": np.array([len(story.buckets) for story in stories], np.int32),
        "bucket_starts": np.array([start for story in stories for start in sorted(story.buckets)], np.int64),
        "buckets": np.array([values for story in stories for _start, values in sorted(story.buckets.items())], np.int32).reshape(-1, 3),
    }


def _read_figures(arrays: Arrays) -> dict[int, Figures]:
    authors = _parts(arrays["authors"], arrays["author_counts"])
    sources = _parts(arrays["sources"], arrays["source_counts"])
    starts = _parts(arrays["bucket_starts"], arrays["bucket_counts"])
    values = iter(arrays["buckets"].tolist())
    figures: dict[int, Figures] = {}
    for id, numbers, own_authors, own_sources, own_starts in zip(
        arrays["ids"].tolist(), arrays["figures"].tolist(), authors, sources, starts, strict=True
    ):
        story = figures[id] = Figures(id, *numbers)
        story.authors, story.sources = set(own_authors), set(own_sources)
        story.buckets = {start: next(values) for start in own_starts}
    return figures


def _parts(values: npt.NDArray[np.generic], counts: npt.NDArray[np.generic]) -> list[list[int]]:
    """Return the flat values as one list a story."""
    flat: list[int] = values.tolist()
    each: list[int] = counts.tolist()
    return [flat[end - count : end] for end, count in zip(accumulate(each), each, strict=True)]
