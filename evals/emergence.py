"""Early warning on hot-list topics: average precision of "large in a later hour" from the first two hours.

    python -m evals.emergence DATA [OUT]

The model that ships was trained on the first 70 % of the topics of ../shared/data by time; there only the last 30 % are measured, and
all topics of any other folder. ``OUT`` gets ``weibo_hot_series.emergence.jsonl``: title, first hour and chances, one topic a line.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huiying.core.analysis.emergence import Sight, early_of, features_of, shipped

#: Share of the topics by time that a model may be trained on.
TRAINED = 0.7
#: The list is kept in China's time.
UTC_OFFSET = 8
OWN_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Topics:
    """Topics in order of first sight: their first hours, the largest heat of these and of later hours."""

    titles: list[str]
    early: list[list[Sight]]
    early_heat: Floats
    later_heat: Floats

    def part(self, rows: slice) -> Topics:
        """Return some of them."""
        return Topics(self.titles[rows], self.early[rows], self.early_heat[rows], self.later_heat[rows])


@cache
def hour_of(text: str) -> int:
    """Return the hour since 1970 UTC of a time of the list.

    >>> hour_of("1970-01-01T09")
    1
    """
    local = datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=UTC) - timedelta(hours=UTC_OFFSET)
    return int(local.timestamp()) // 3600


def read_topics(data: Path) -> Topics:
    """Read the topics of a folder."""
    rows = []
    with gzip.open(data / "weibo_hot_series.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            sights = sorted((Sight(hour_of(hour), rank, heat) for hour, rank, heat in row["s"]), key=lambda sight: sight.hour)
            early = early_of(sights)
            later = max((sight.heat for sight in sights[len(early) :]), default=0.0)
            rows.append((row["title"], early, max(sight.heat for sight in early), later))
    rows.sort(key=lambda row: row[1][0].hour)
    titles, early_sights, early_heat, later_heat = zip(*rows, strict=True)
    return Topics(list(titles), list(early_sights), np.array(early_heat, np.float64), np.array(later_heat, np.float64))


def average_precision(answers: Flags, scores: Floats) -> float:
    """Return the mean precision at each true row, rows by falling score, ties in their order.

    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.5, 0.1]))
    0.8333333333333333
    """
    ordered = answers[np.argsort(-scores, kind="stable")]
    if not ordered.any():
        return 0.0
    return float((np.cumsum(ordered) / np.arange(1, len(ordered) + 1))[ordered].mean())


def measured(topics: Topics, chances: Floats, large: float) -> dict[str, float]:
    """Return the figures: all topics, and those that are not large yet, beside the heat alone."""
    heat = np.array([sights[-1].heat for sights in topics.early])
    is_large, fresh = topics.later_heat >= large, topics.early_heat < large
    figures = {
        "average_precision": average_precision(is_large, chances),
        "average_precision_heat": average_precision(is_large, heat),
        "entering": average_precision(is_large[fresh], chances[fresh]),
        "entering_heat": average_precision(is_large[fresh], heat[fresh]),
        "peak": average_precision(is_large | ~fresh, np.where(fresh, chances, 1.0 + chances)),
        "share_large": float(is_large.mean()),
        "mean_chance": float(chances.mean()),
    }
    return {**{name: round(value, 4) for name, value in figures.items()}, "topics": len(topics.titles), "large": int(is_large.sum())}


def measure(data: Path, out: Path | None = None) -> dict[str, float]:
    """Measure the model that ships; leave the chances in ``out``."""
    model, topics = shipped(), read_topics(data)
    if data.resolve() == OWN_DATA.resolve():
        topics = topics.part(slice(int(len(topics.titles) * TRAINED), None))
    chances = model.chances(features_of(topics.early, model.utc_offset))
    if out is not None:
        write_chances(out / "weibo_hot_series.emergence.jsonl", topics, chances, model.large)
    return measured(topics, chances, model.large)


def write_chances(file: Path, topics: Topics, chances: Sequence[float] | Floats, large: float) -> None:
    """Write the raw chances: ``p`` of being large in a later hour, ``peak`` of ever being large."""
    with file.open("w", encoding="utf-8") as text:
        for title, early, heat, chance in zip(topics.titles, topics.early, topics.early_heat, chances, strict=True):
            p = round(float(chance), 6)
            line = {"title": title, "first_hour": early[0].hour, "p": p, "peak": 1.0 if heat >= large else p}
            text.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None), indent=1))
