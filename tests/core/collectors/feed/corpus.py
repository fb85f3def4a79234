"""Feeds as the world writes them, and beside each what a careful reader takes from it.

Everything is made deterministically, without a generator of random numbers; run the module to write the files out:

    python -m tests.core.collectors.feed.corpus FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.core.collectors.feed.samples import dates, encodings, faults, formats, modules, refusals
from tests.core.collectors.feed.samples.model import Sample


def corpus() -> list[Sample]:
    """Return every sample; names are unique."""
    return [
        *formats.samples(),
        *encodings.samples(),
        *faults.samples(),
        *dates.samples(),
        *modules.samples(),
        *refusals.samples(),
    ]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for sample in corpus():
        (folder / f"{sample.name.replace('/', '-')}.feed").write_bytes(sample.body)
