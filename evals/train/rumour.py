"""Train the models of rumour-likeness from ced_rumor, ced_reposts and pheme of ../shared/data.

    python -m evals.train.rumour [--data DIR] [--ship]

Writes ``rumour_post_zh``, ``rumour_replies_zh`` and ``rumour_post_en`` as ``.npz`` to build/evals/models, or into the package.
The margins are put on one scale by what models of earlier posts say about later ones: topics drift, and a model is always used later.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from evals.texts import OWN_DATA, rows_of
from evals.train.mood import OUT, PACKAGE, SEED, counts_of, seen_in, unit, write
from huiying.core.analysis import rumour
from huiying.core.analysis.linear import LinearModel, packed
from huiying.core.analysis.rumour import Reply

LONGEST_ZH, LONGEST_EN = 3, 1
#: Shares of the stories, by time, after which each next stretch is judged by models of all before it.
EDGES = (0.35, 0.5, 0.65, 0.8, 1.0)
#: Inverse strength of the penalty: of the words, of the two numbers that put margins on one scale.
FIRMNESS_ZH, FIRMNESS_EN, FIRMNESS_SCALE = 0.5, 0.3, 0.3

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Fitted = tuple[npt.NDArray[np.int64], Floats, Floats, float]


@dataclass(frozen=True)
class Case:
    """A post with what followed within a day; ``replies`` is None where none were collected."""

    id: str
    at: float
    text: str
    is_rumour: bool
    event: str
    replies: Sequence[Reply] | None = None
    people: int = 0


def chinese(data: Path) -> list[Case]:
    """Return the posts of CED by time."""
    replies: dict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for row in rows_of(data, "ced_reposts"):
        if row["ts"]:
            replies[row["label"]["parent"]].append((_seconds(row["ts"]), row["text"] or "", row["author_hash"] or ""))
    cases = []
    for row in rows_of(data, "ced_rumor"):
        at = _seconds(row["ts"])
        near = [(when - at, text, who) for when, text, who in replies.get(row["id"], ()) if 0 <= when - at <= rumour.SPANS[-1]]
        followed = [Reply(after, text) for after, text, _who in near] if row["id"] in replies else None
        people = len({who for after, _text, who in near if after <= rumour.SPANS[0]})
        cases.append(Case(row["id"], at, row["text"] or "", bool(row["label"]["rumour"]), "", followed, people))
    return sorted(cases, key=lambda case: (case.at, case.id))


def english(data: Path) -> list[Case]:
    """Return the tweets of PHEME; the file holds no replies."""
    rows = rows_of(data, "pheme")
    return [Case(row["id"], _seconds(row["ts"]), row["text"] or "", bool(row["label"]["rumour"]), row["label"]["event"]) for row in rows]


def train_zh(cases: Sequence[Case]) -> dict[str, LinearModel]:
    """Return the two Chinese models from posts in the order of their time."""
    posts, y = counts_of([case.text for case in cases], LONGEST_ZH), np.array([case.is_rumour for case in cases])
    told = np.array([place for place, case in enumerate(cases) if case.replies is not None])
    said = counts_of([rumour.said_by(cases[place].replies or ()) for place in told], LONGEST_ZH)
    edges = [round(len(told) * share) for share in EDGES]
    parts = []
    for start, end in pairwise(edges):
        before = slice(0, int(told[start]))
        post, replies = _fit(posts[before], y[before], FIRMNESS_ZH), _fit(said[:start], y[told[:start]], FIRMNESS_ZH)
        parts.append(np.column_stack([_margins(post, posts[told[start:end]]), _margins(replies, said[start:end])]))
    line = LogisticRegression(C=FIRMNESS_SCALE, class_weight="balanced").fit(np.concatenate(parts), y[told[edges[0] :]])
    (scale_post, scale_replies), bias = line.coef_[0], float(line.intercept_[0])
    cards = {"post": "ced_rumor", "replies": "ced_rumor, ced_reposts"}
    found = {}
    for part, fitted, scale, shift in (
        ("post", _fit(posts, y, FIRMNESS_ZH), scale_post, bias),
        ("replies", _fit(said, y[told], FIRMNESS_ZH), scale_replies, 0.0),
    ):
        found[f"rumour_{part}_zh"] = _model(fitted, float(scale), shift, LONGEST_ZH, f"rumour-{part}-zh-2", cards[part])
    return found


def train_en(cases: Sequence[Case]) -> dict[str, LinearModel]:
    """Return the English model: words of at least two events alone, or it would learn the events."""
    counts, y = counts_of([case.text for case in cases], LONGEST_EN), np.array([case.is_rumour for case in cases])
    events = np.array([case.event for case in cases])
    kept = shared_by_events(counts, events)
    scores = np.zeros(len(cases))
    for event in sorted(set(events)):  # the scale comes from events that the words were not learned on
        rest = events != event
        shared = shared_by_events(counts[rest], events[rest])
        scores[~rest] = _margins(_fit(counts[rest], y[rest], FIRMNESS_EN, shared), counts[~rest])
    line = LogisticRegression(C=FIRMNESS_SCALE, class_weight="balanced", fit_intercept=False).fit(scores[:, None], y)
    fitted = _fit(counts, y, FIRMNESS_EN, kept)
    return {"rumour_post_en": _model(fitted, float(line.coef_[0, 0]), 0.0, LONGEST_EN, "rumour-post-en-2", "pheme")}


def shared_by_events(counts: sparse.csr_matrix, events: npt.NDArray[np.str_]) -> Bools:
    """Return which places occur in at least two events."""
    occurs = [seen_in(counts[events == event]) > 0 for event in sorted(set(events.tolist()))]
    return np.asarray(np.sum(occurs, axis=0) >= min(2, len(occurs)), np.bool_)


def _fit(counts: sparse.csr_matrix, y: Bools, firmness: float, kept: Bools | None = None) -> Fitted:
    """Return places, rarity, weights and bias."""
    seen = seen_in(counts)
    places = np.flatnonzero((seen >= 2) if kept is None else kept)
    idf = np.log(counts.shape[0] / np.maximum(seen[places], 1)).clip(0.5)
    rows = unit(counts[:, places] @ sparse.diags(idf))
    model = LinearSVC(C=firmness, class_weight="balanced", random_state=SEED).fit(rows, y)
    return places, idf, model.coef_[0], float(model.intercept_[0])


def _margins(fitted: Fitted, counts: sparse.csr_matrix) -> Floats:
    places, idf, weights, bias = fitted
    return np.asarray(unit(counts[:, places] @ sparse.diags(idf)) @ weights + bias, np.float64)


def _model(fitted: Fitted, scale: float, shift: float, longest: int, version: str, data: str) -> LinearModel:
    places, idf, weights, bias = fitted
    card: Mapping[str, object] = {
        "version": version,
        "trained_on": data.split(", "),
        "limits": "rumour-like, never true or false: part of the score is topic and source, see docs/reference/models.md",
    }
    return packed(("rumour",), longest, places, weights[:, None] * scale, idf, np.array([bias * scale + shift]), card)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def trained(data: Path) -> dict[str, LinearModel]:
    """Return all three models."""
    return {**train_zh(chinese(data)), **train_en(english(data))}


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=OWN_DATA)
    parser.add_argument("--ship", action="store_true")
    given = parser.parse_args()
    write(trained(given.data), PACKAGE if given.ship else OUT)


if __name__ == "__main__":
    main()
