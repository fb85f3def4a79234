"""Outlooks on stories, hot-list topics and mention volumes: how often what came lies in the interval, by horizon, and how wide it is.

    python -m evals.outlook DATA [OUT]

On ../shared/data only what the model was not trained on is measured: every second story by first post, the later 30 % of the topics,
the later half of each volume series; all of any other folder. ``OUT`` gets ``outlook.jsonl``.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.emergence import OWN_DATA, hour_of
from evals.nab import read_series
from huiying.core.analysis.outlook import HORIZONS, Outlook, outlook

Floats = npt.NDArray[np.float64]
#: Share by time that the model is trained on, by kind; of the stories it is every second one.
TRAINED = {"heat": 0.7, "volume": 0.5}
FILES = {"story": "weibo_topics", "heat": "weibo_hot_series", "volume": "nab_realTweets"}
#: Every so-manieth hot-list topic is enough: 187,006 of them tell the same.
EACH_TOPIC = 10
#: A topic that was off the list for longer is a new one under an old title.
GAP_HOURS = 24
#: A story is asked until so many hours after its last post.
QUIET_HOURS = 24
#: A volume series is asked every so many hours; neighbours overlap.
EACH_HOUR = 3


@dataclass(frozen=True)
class Hourly:
    """Counts an hour; ``origins`` are the numbers of hours known when an outlook is asked."""

    name: str
    counts: Floats
    origins: list[int]


def stories(data: Path) -> list[Hourly]:
    """Return the labelled stories by first post."""
    times: dict[str, list[float]] = defaultdict(list)
    with gzip.open(data / "weibo_topics.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["ts"]:
                times[row["label"]["event"]].append(datetime.fromisoformat(row["ts"]).timestamp())
    found = []
    for name, each in sorted(times.items(), key=lambda item: (min(item[1]), item[0])):
        counts = np.bincount(((np.array(each) - min(each)) // 3600).astype(int)).astype(np.float64)
        counts = np.concatenate([counts[: 60 * 24], np.zeros(QUIET_HOURS + max(HORIZONS))])
        found.append(Hourly(name, counts, list(range(1, len(counts) - max(HORIZONS)))))
    return found


def topics(data: Path) -> list[Hourly]:
    """Return hot-list topics by first hour: heat an hour, asked while they are on the list; one that returns after a day is another."""
    found: list[tuple[int, Hourly]] = []
    with gzip.open(data / "weibo_hot_series.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EACH_TOPIC == 0:
                row = json.loads(line)
                sights = sorted((hour_of(hour), float(heat)) for hour, _rank, heat in row["s"])
                ends = [place for place, (a, b) in enumerate(pairwise(sights), 1) if b[0] - a[0] > GAP_HOURS]
                found += [_topic(row["title"], sights[a:b]) for a, b in pairwise([0, *ends, len(sights)])]
    return [each for _first, each in sorted(found, key=lambda item: item[0])]


def _topic(title: str, sights: list[tuple[int, float]]) -> tuple[int, Hourly]:
    first = sights[0][0]
    counts = np.zeros(sights[-1][0] - first + 1 + max(HORIZONS))
    for hour, heat in sights:
        counts[hour - first] = heat
    return first, Hourly(title, counts, [hour - first + 1 for hour, _heat in sights])


def volumes(data: Path) -> list[Hourly]:
    """Return the mention volumes by the hour."""
    found = []
    for series in read_series(data / "nab_realTweets"):
        hours = np.array([int(at.replace(tzinfo=UTC).timestamp()) // 3600 for at in series.times])
        counts = np.bincount(hours - hours[0], weights=np.array(series.values, np.float64))[1:-1]
        found.append(Hourly(series.name, counts, list(range(24, len(counts) - max(HORIZONS), EACH_HOUR))))
    return found


READERS = {"story": stories, "heat": topics, "volume": volumes}


def split(kind: str, found: list[Hourly]) -> tuple[list[Hourly], list[Hourly]]:
    """Return the part to train on and the part to measure."""
    if kind == "story":
        return found[::2], found[1::2]
    share = TRAINED[kind]
    if kind != "volume":
        cut = int(len(found) * share)
        return found[:cut], found[cut:]
    cuts = [int(len(each.counts) * share) for each in found]
    early = [Hourly(e.name, e.counts[:cut], [t for t in e.origins if t + max(HORIZONS) <= cut]) for e, cut in zip(found, cuts, strict=True)]
    late = [Hourly(e.name, e.counts, [t for t in e.origins if t >= cut]) for e, cut in zip(found, cuts, strict=True)]
    return early, late


def asked(kind: str, found: list[Hourly], horizon: int) -> Iterator[tuple[str, int, Outlook, float]]:
    """Yield each outlook that is given, with what came."""
    for each in found:
        for origin in each.origins:
            answer = outlook(each.counts[:origin], horizon, kind=kind)
            if isinstance(answer, Outlook):
                yield each.name, origin, answer, float(each.counts[origin : origin + horizon].sum())


def measure(data: Path, out: Path | None = None) -> dict[str, float]:
    """Return coverage, width and number of outlooks by kind and horizon; leave them in ``out``."""
    figures: dict[str, float] = {}
    lines = []
    for kind, reader in READERS.items():
        if not any((data / f"{FILES[kind]}{end}").exists() for end in ("", ".jsonl.gz")):
            continue
        found = reader(data)
        if data.resolve() == OWN_DATA.resolve():
            found = split(kind, found)[1]
        for horizon in HORIZONS:
            rows = list(asked(kind, found, horizon))
            lines += [(kind, *row) for row in rows]
            inside = [answer.low <= came <= answer.high for _name, _origin, answer, came in rows]
            widths = [(answer.high - answer.low) / max(answer.middle, 1) for _name, _origin, answer, _came in rows]
            figures |= {f"{kind}_{horizon}h": round(float(np.mean(inside)), 4), f"{kind}_{horizon}h_n": len(rows)}
            figures |= {f"{kind}_{horizon}h_width": round(float(np.median(widths)), 3)}
    if out is not None:
        write_outlooks(out / "outlook.jsonl", lines)
    return figures


def write_outlooks(file: Path, lines: list[tuple[str, str, int, Outlook, float]]) -> None:
    """Write each interval with what came."""
    with file.open("w", encoding="utf-8") as text:
        for kind, name, origin, answer, came in lines:
            interval = {"low": answer.low, "middle": answer.middle, "high": answer.high, "came": came}
            row = {"kind": kind, "series": name, "hours_known": origin, "horizon": answer.hours, **interval}
            text.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None), indent=1))
