"""Train the outlooks (src/huiying/core/analysis/models/outlook.json) from ../shared/data.

    python -m evals.train.outlook [DATA]

By kind of series and horizon: the line on the training part, the misses by level, and how deep to cut them so that 8 of 10 outcomes of
the training part lie inside (each judged by misses of the other half of the training part). NumPy only, no randomness.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.emergence import OWN_DATA
from evals.outlook import READERS, Hourly, split
from huiying.core.analysis.outlook import (
    COVERAGE,
    HORIZONS,
    HOURS_LEAST,
    HOURS_MOST,
    LEVELS,
    POSTS_LEAST,
    RECENT_HOURS,
    RECENT_LEAST,
    bounds,
    features_of,
    level_of,
    misses_of,
)

MODEL = Path(__file__).resolve().parents[2] / "src/huiying/core/analysis/models/outlook.json"
#: Quantiles kept of the misses of a level, fewest misses of a level of its own, and cuts that are tried.
QUANTILES = np.linspace(0.005, 0.995, 41)
LEVEL_LEAST = 60
LOWS = np.array([0.02, 0.05, 0.08, 0.1, 0.12, 0.15])
HIGHS = 1 - np.arange(0.04, 0.36, 0.01)
#: Pairs of cuts whose coverage is that near to 8 of 10 compete by width.
NEAR_ENOUGH = 0.008
RIDGE = 1.0
CARD = {
    "version": "outlook-1",
    "what": "sum of the next 1, 3 and 6 hours of a series by the hour, with an interval of 80 %",
    "kinds": {
        "story": "posts of labelled Weibo stories (every second story by first post)",
        "heat": "heat of Weibo hot-list topics (every tenth, first 70 % by time)",
        "volume": "Twitter mention volumes (first half of each of six series)",
    },
    "limits": "stories of the training data are samples of about 20 posts; a real story may be far larger than any seen in training. "
    "Trained on the earlier 60 % of the stories, the later 40 % lie inside in .84 to .86 of the cases: they end faster",
}

Floats = npt.NDArray[np.float64]
Case = tuple[Floats, float, Floats]


def usable_origins(each: Hourly) -> list[int]:
    """Return the origins at which the product would give an outlook."""
    sums = np.concatenate([[0.0], np.cumsum(each.counts)])
    ends = np.array([t for t in each.origins if t >= HOURS_LEAST], np.int64)
    is_usable = sums[ends] - sums[np.maximum(ends - 24, 0)] >= POSTS_LEAST
    is_usable &= sums[ends] - sums[np.maximum(ends - RECENT_HOURS, 0)] >= RECENT_LEAST
    return ends[is_usable].tolist()


def line_of(found: list[Hourly], horizon: int) -> Floats:
    """Return the weights of the line through all usable origins, least squares."""
    rows, targets = [], []
    for each in found:
        origins = usable_origins(each)
        features = features_of(each.counts, horizon)
        rows += [features[t - 1] for t in origins]
        targets += [np.log1p(each.counts[t : t + horizon].sum()) for t in origins]
    table, target = np.array(rows), np.array(targets)
    return np.linalg.solve(table.T @ table + RIDGE * np.eye(table.shape[1]), table.T @ target)


def cases_of(found: list[Hourly], weights: Floats, horizon: int) -> dict[int, list[tuple[float, float, Floats]]]:
    """Return, by level, the middle, what came and the series' own misses so far at each usable origin."""
    cases = defaultdict(list)
    for each in found:
        for t in usable_origins(each):
            known = each.counts[max(t - HOURS_MOST, 0) : t]
            middles = features_of(known, horizon) @ weights
            came = float(each.counts[t : t + horizon].sum())
            cases[level_of(float(middles[-1]))].append((float(middles[-1]), came, misses_of(known, middles, horizon)[HOURS_LEAST:]))
    return cases


def quantiles_of(cases: list[tuple[float, float, Floats]]) -> Floats:
    """Return the quantiles of the misses."""
    return np.quantile([np.log1p(came) - middle for middle, came, _own in cases], QUANTILES)


def cuts_of(cases: list[tuple[float, float, Floats]]) -> tuple[float, float]:
    """Return the narrowest pair of cuts whose intervals hold 8 of 10, halves judged by each other."""
    halves = (cases[::2], cases[1::2])
    likes = (quantiles_of(halves[1]), quantiles_of(halves[0]))
    rows = [
        (came, bounds(middle, own, like, LOWS), bounds(middle, own, like, HIGHS))
        for half, like in zip(halves, likes, strict=True)
        for middle, came, own in half
    ]
    came, lows, highs = (np.array(column) for column in zip(*rows, strict=True))
    tried = []
    for low, lower in zip(LOWS, lows.T, strict=True):
        for high, upper in zip(HIGHS, highs.T, strict=True):
            miss = abs(float(((lower <= came) & (came <= upper)).mean()) - COVERAGE)
            tried.append((max(miss, NEAR_ENOUGH), float((np.log1p(upper) - np.log1p(lower)).mean()), float(low), float(high)))
    return min(tried)[2:]


def course_of(found: list[Hourly], horizon: int) -> dict[str, list[object]]:
    """Return weights, misses and cuts; a level with few cases takes its neighbours in."""
    weights = line_of(found, horizon)
    cases = cases_of(found, weights, horizon)
    misses: list[object] = []
    cuts: list[object] = []
    for level in range(len(LEVELS) + 1):
        reach, near = 0, list(cases[level])
        while len(near) < LEVEL_LEAST and reach <= len(LEVELS):
            reach += 1
            near = [case for place in range(level - reach, level + reach + 1) for case in cases.get(place, [])]
        near = near[:: max(len(near) // 4000, 1)]
        misses.append([round(value, 4) for value in quantiles_of(near)])
        cuts.append([round(cut, 3) for cut in cuts_of(near)])
    return {"weights": [round(value, 6) for value in weights], "misses": misses, "cuts": cuts}


def main(data: Path) -> None:
    """Train all kinds and write the model."""
    courses = {}
    for kind, reader in READERS.items():
        trained, _left = split(kind, reader(data))
        courses[kind] = {str(horizon): course_of(trained, horizon) for horizon in HORIZONS}
        print(kind, len(trained), {horizon: courses[kind][str(horizon)]["cuts"] for horizon in HORIZONS})
    MODEL.write_text(json.dumps({"card": CARD, "courses": courses}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OWN_DATA)
