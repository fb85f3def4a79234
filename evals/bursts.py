"""Bursts on series of Twitter mentions (NAB realTweets): score of the standard profile, false alarms a day, leave one series out.

    python -m evals.bursts DATA [OUT]

``OUT`` gets ``nab_realTweets.alarms.jsonl``: one alarm a line with series, time, row, score and what was seen and expected.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import numpy as np

from evals.nab import NOTHING, Series, Tally, read_series, tally
from huiying.core.analysis.bursts import ALARM_AT, Burst, Detector, held
from huiying.core.analysis.series import STEP_SECONDS, Bank

#: Thresholds that leave-one-out may choose from, and the neighbours whose score it averages so that no lucky edge wins.
CHOICES = np.round(np.arange(1.6, 4.6, 0.05), 2)
NEIGHBOURS = np.array([1, 2, 3, 2, 1]) / 9


def loud_steps(series: Series) -> list[Burst]:
    """Run the detector over a series as product code does, one pass, counts in order, without hold and at the lowest threshold."""
    detector = Detector(Bank.starting(first_step(series), np.zeros(1, np.int64)), float(CHOICES[0]), hold_steps=0)
    return [burst for value in series.values for burst in detector.step(np.array([value]))[1]]


def first_step(series: Series) -> int:
    """Return the number of the first five minutes of a series."""
    return int(series.times[0].replace(tzinfo=UTC).timestamp()) // STEP_SECONDS


def tally_of(series: Series, bursts: Sequence[Burst]) -> Tally:
    """Score the bursts of a series."""
    return tally(series, [burst.step - first_step(series) for burst in bursts])


def leave_one_out(tallies: Sequence[Sequence[Tally]]) -> tuple[Tally, list[float]]:
    """Return the tally of each series at the threshold that the others choose (series x thresholds), and those thresholds."""
    total, chosen = NOTHING, []
    for left in range(len(tallies)):
        others = [sum((row[place] for at, row in enumerate(tallies) if at != left), NOTHING).score for place in range(len(CHOICES))]
        smooth = np.convolve(np.pad(others, 2, mode="edge"), NEIGHBOURS, "valid")
        place = int(np.argmax(smooth))
        total, chosen = total + tallies[left][place], [*chosen, float(CHOICES[place])]
    return total, chosen


def measure(data: Path, out: Path | None = None) -> dict[str, float]:
    """Return the figures of the default threshold and of leave-one-series-out; leave the alarms in ``out``."""
    series = read_series(data / "nab_realTweets")
    loud = [loud_steps(each) for each in series]
    alarms = [held(bursts, ALARM_AT) for bursts in loud]
    total = sum(map(tally_of, series, alarms), NOTHING)
    if out is not None:
        write_alarms(out / "nab_realTweets.alarms.jsonl", series, alarms)
    figures = {"nab": total.score, "false_per_series_day": total.false_per_day, "found": total.found, "windows": total.windows}
    if len(series) > 1:
        left, chosen = leave_one_out(
            [[tally_of(each, held(bursts, at)) for at in CHOICES] for each, bursts in zip(series, loud, strict=True)]
        )
        figures |= {"nab_left_out": left.score, "false_per_series_day_left_out": left.false_per_day}
        figures |= {"threshold_low": min(chosen), "threshold_high": max(chosen)}
    return {name: round(value, 4) for name, value in figures.items()}


def write_alarms(file: Path, series: Sequence[Series], alarms: Sequence[Sequence[Burst]]) -> None:
    """Write the raw alarms, so that anybody can score them with code of their own."""
    with file.open("w", encoding="utf-8") as text:
        for each, bursts in zip(series, alarms, strict=True):
            for burst in bursts:
                row = burst.step - first_step(each)
                line = {
                    "series": each.name,
                    "time": each.times[row].isoformat(sep=" "),
                    "row": row,
                    "score": round(burst.score, 4),
                    "seen": burst.seen,
                    "expected": round(burst.expected, 2),
                    "hours": burst.hours,
                    "surprise": round(burst.surprise, 2),
                }
                text.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None), indent=1))
