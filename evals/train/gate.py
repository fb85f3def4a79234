"""Train the gate of the stories (src/huiying/core/analysis/models/stories.json) from ../shared/data.

    python evals/train/gate.py            report what a gate trained on half of the events reaches on the other half
    python evals/train/gate.py --write    train on all events and write the gate that ships

Needs scikit-learn (extra ``eval``). The same data and seed give the same file.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
for place in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(place))

import numpy as np  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402

from evals.run import STREAMS, TICK, Stream, story_of_each, stream_of  # noqa: E402
from evals.scores import scores_of  # noqa: E402
from huiying.core.analysis import fold  # noqa: E402
from huiying.core.analysis import stream as analysis  # noqa: E402
from huiying.core.analysis.gate import threshold_gate  # noqa: E402
from huiying.core.analysis.matching import EVIDENCE  # noqa: E402

MODEL = ROOT / "src/huiying/core/analysis/models/stories.json"
SEED = 0
#: Score from which a text joins while evidence is collected, and how much (log) a missed join weighs against a wrong one.
#: A stream of long posts without hashtags tears more easily, so a missed join costs it more; chosen on half of the events.
COLLECTING = {"weibo_topics": (0.06, 1.2), "weibo_topics_tags": (0.06, 0.2), "uci_news": (0.08, 0.8)}
#: Evidence the gate may use: what says nothing about size and age of a stream, so that it serves others too.
USED = EVIDENCE[:11]
TREES, LEAVES, RATE, LEAF_POSTS, SHRINKAGE = 40, 6, 0.15, 300, 5.0

Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Column = np.ndarray[tuple[int], np.dtype[np.float64]]


def collect(stream: Stream, join_at: float) -> tuple[Table, Column, list[Hashable]]:
    """Fold a stream with a fixed threshold; return evidence, whether the story was the post's own event, and the event."""
    resources = replace(analysis.DEFAULT, gate=threshold_gate("score", join_at), look_after=0, join_at=2.0, join_sure_at=2.0)
    state = analysis.new_state(resources)
    seen: dict[int, Counter[Hashable]] = {}
    evidence, answers, events = [], [], []
    for event, row, story, is_copy in _placed(stream, state):
        known = seen.get(int(row[-2]))
        if known is not None and not is_copy:
            evidence.append(row[:-2])
            answers.append(known.most_common(1)[0][0] == event)
            events.append(event)
        seen.setdefault(story, Counter())[event] += 1
    return np.array(evidence), np.array(answers, np.float64), events


def _placed(stream: Stream, state: analysis.State) -> Iterator[tuple[Hashable, Column, int, bool]]:
    for start in range(0, stream.posts.num_rows, TICK):
        rows = fold.sorted_rows([analysis.features(stream.posts.slice(start, TICK), state.resources)])
        outcome = fold.place(state, rows, has_trace=True)
        for seq, row, (story, _name, copied, _variant) in zip(rows["seq"].to_pylist(), outcome.trace, outcome.posts.tolist(), strict=True):
            if story >= 0:
                yield stream.events[seq - 1], row, story, copied >= 0


def train(samples: dict[str, tuple[Table, Column, list[Hashable]]], is_taken: Callable[[str, Hashable], bool]) -> str:
    """Fit the trees on the events taken; return the gate as JSON."""
    tables, answers, weights = [], [], []
    for name, (evidence, answer, events) in samples.items():
        taken = np.array([is_taken(name, event) for event in events])
        tables.append(evidence[taken])
        answers.append(answer[taken])
        missed = math.exp(COLLECTING[name][1])
        weights.append(np.where(answers[-1] > 0, missed, 1.0) * (10_000 / taken.sum()))
    table = np.concatenate(tables)
    table[:, len(USED) :] = 0.0
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        l2_regularization=SHRINKAGE,
        min_samples_leaf=LEAF_POSTS,
        early_stopping=False,
        random_state=SEED,
    )
    model.fit(table, np.concatenate(answers), sample_weight=np.concatenate(weights))
    return exported(model)


def exported(model: HistGradientBoostingClassifier) -> str:
    """Return the trees as JSON, leaves in millionths of log-odds."""
    trees: list[list[object]] = [[round(float(model._baseline_prediction.ravel()[0]) * 1e6)]]
    for (predictor,) in model._predictors:
        trees.append(
            [
                round(float(node["value"]) * 1e6)
                if node["is_leaf"]
                else [EVIDENCE[int(node["feature_idx"])], float(f"{node['num_threshold']:.6g}"), int(node["left"]), int(node["right"])]
                for node in predictor.nodes
            ]
        )
    lines = ",\n".join(json.dumps(tree) for tree in trees)
    return f'{{"trees": [\n{lines}\n]}}\n'


def half(seed: int) -> Callable[[str, Hashable], bool]:
    """Return which events are trained on: a seeded half of each file, the same with and without hashtags."""
    return lambda name, event: np.random.default_rng([seed, len(str(event)), *str(event).encode()]).random() < 0.5


def report(streams: dict[str, Stream], samples: dict[str, tuple[Table, Column, list[Hashable]]]) -> None:
    """Print what gates trained on one half of the events reach on the other half: within the whole stream, and alone."""
    for seed in (1, 2):
        is_taken = half(seed)
        resources = replace(analysis.DEFAULT, gate=train(samples, is_taken))
        for name, stream in streams.items():
            held = [place for place, event in enumerate(stream.events) if not is_taken(name, event)]
            found, alone = story_of_each(stream, resources), story_of_each(stream.only(held), resources)
            events = [stream.events[place] for place in held]
            scores = scores_of(found, stream.events), scores_of([found[place] for place in held], events), scores_of(alone, events)
            print(
                f"split {seed} {name:18}", " | ".join(f"B3 {s.b3:.3f} pairs {s.pairwise:.3f} AMI {s.ami:.3f}" for s in scores), flush=True
            )


def main(arguments: list[str]) -> int:
    """Train, then report or write."""
    streams = {name: stream_of(name) for name in STREAMS}
    samples = {name: collect(stream, COLLECTING[name][0]) for name, stream in streams.items()}
    if "--write" in arguments:
        MODEL.write_text(train(samples, lambda _name, _event: True), encoding="utf-8")
        print(f"wrote {MODEL.relative_to(ROOT)}")
    else:
        print("all events of the stream | held events within it | held events alone")
        report(streams, samples)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
