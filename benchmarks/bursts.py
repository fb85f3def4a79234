"""Points per CPU-second of the burst detector: one series after the other, and many series on one clock.

    python benchmarks/bursts.py [--series 1000] [--days 3] [--json]

A point is the count of one series in five minutes: expected level, deviation on three scales, alarm. Medians of three runs, one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402  threads are pinned first

from huiying.core.analysis.bursts import Detector  # noqa: E402
from huiying.core.analysis.series import DAY_STEPS, Bank  # noqa: E402

RUNS = 3


def points_per_second(series: int, steps: int) -> float:
    """Return the median speed over Poisson counts around 20 posts in five minutes."""
    rng = np.random.default_rng(0)
    counts = rng.poisson(20 + 15 * np.sin(np.arange(steps) * 2 * np.pi / DAY_STEPS)[:, None], (steps, series))
    speeds = []
    for _run in range(RUNS):
        detector = Detector(Bank.starting(0, np.arange(series)))
        begun = time.process_time()
        for row in counts:
            detector.step(row)
        speeds.append(series * steps / (time.process_time() - begun))
    return statistics.median(speeds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    bank = Detector(Bank.starting(0, np.arange(asked.series)))
    figures = {
        "points_per_cpu_second_one_series": round(points_per_second(1, asked.days * DAY_STEPS)),
        f"points_per_cpu_second_{asked.series}_series": round(points_per_second(asked.series, asked.days * DAY_STEPS)),
        "state_bytes_per_series": len(bank.to_bytes()) // asked.series,
    }
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:38} {value:>12,}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
