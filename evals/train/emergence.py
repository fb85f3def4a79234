"""Train the model of emergence (src/huiying/core/analysis/models/emergence.json) from weibo_hot_series of ../shared/data.

    python -m evals.train.emergence [DATA]

Trains on the first 70 % of the topics by time, measures on the rest, writes the model with its card. NumPy only; no randomness, so
the same data give the same file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.emergence import OWN_DATA, TRAINED, UTC_OFFSET, measured, read_topics
from huiying.core.analysis.emergence import Model, features_of

MODEL = Path(__file__).resolve().parents[2] / "src/huiying/core/analysis/models/emergence.json"
#: Heat of the top 5 % of topics.
LARGE = 908_473
#: Weight of the squared weights against the log-likelihood; Newton steps to convergence.
RIDGE, STEPS = 1.0, 30
CARD = {
    "version": "emergence-1",
    "what": "chance that a topic of the Weibo hot list has a heat of 908,473 or more in an hour after its first two",
    "trained_on": "weibo_hot_series, topics first seen 2024-05-20 to about 2025-05 (first 70 % by time); heat, rank, movement, hour",
    "not_used": "titles (no gain by time split), categories, anything about persons",
    "limits": "one platform; heat is the platform's own figure and its scale drifts; topics that are not large yet are hard to tell",
}

Floats = npt.NDArray[np.float64]


def fit(features: Floats, answers: Floats) -> tuple[Floats, float]:
    """Return weights and bias of a ridge logistic regression by Newton's method, a step halved until it is one uphill."""
    rows = np.column_stack([features, np.ones(len(features))])
    penalty = np.full(rows.shape[1], RIDGE)
    penalty[-1] = 0.0
    weights = np.zeros(rows.shape[1])

    def height(at: Floats) -> float:
        margins = rows @ at
        return float(answers @ margins - np.logaddexp(0.0, margins).sum() - penalty @ (at * at) / 2)

    reached = height(weights)
    for _step in range(STEPS):
        chances = 1 / (1 + np.exp(-np.clip(rows @ weights, -500, 500)))
        slope = rows.T @ (answers - chances) - penalty * weights
        curve = (rows * (chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty)
        move = np.linalg.solve(curve, slope)
        while height(weights + move) < reached and np.abs(move).max() > 1e-9:
            move /= 2
        weights, before = weights + move, reached
        reached = height(weights)
        if reached - before < 1e-7:
            break
    return weights[:-1], float(weights[-1])


def main(data: Path) -> None:
    """Train, measure and write."""
    topics = read_topics(data)
    cut = int(len(topics.titles) * TRAINED)
    features = features_of(topics.early, UTC_OFFSET)
    answers = (topics.later_heat >= LARGE).astype(np.float64)
    means, scales = features[:cut].mean(axis=0), features[:cut].std(axis=0) + 1e-9
    weights, bias = fit((features[:cut] - means) / scales, answers[:cut])
    model = Model(CARD["version"], LARGE, UTC_OFFSET, means, scales, weights, bias)
    figures = measured(topics.part(slice(cut, None)), model.chances(features[cut:]), LARGE)
    table = {name: [round(value, 9) for value in values] for name, values in (("means", means), ("scales", scales), ("weights", weights))}
    row = {"card": {**CARD, "measured": figures}, "large": LARGE, "utc_offset": UTC_OFFSET, "bias": round(bias, 9), **table}
    MODEL.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OWN_DATA)
