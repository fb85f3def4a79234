"""Measure rumour-likeness: of Chinese posts with the replies of 30 minutes, split by time; of English posts, one event left out.

On ../shared/data itself the models are trained on what came before (the first 70 % by time; the other events of PHEME) and measured on
the rest; on any other folder they are trained on all of ../shared/data. ``f1`` is that of rumours, over all posts whose replies were
collected; ``f1_with_evidence`` over those with as many replies as the product asks for, which are ``share_with_evidence`` of all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score

from evals.texts import OWN_DATA
from evals.train import rumour as training
from evals.train.rumour import Case
from huiying.core.analysis import rumour
from huiying.core.analysis.linear import LinearModel, logistic

#: Share of the posts, by time, that is trained on.
TRAINED = 0.7


def measure(data: Path, out: Path | None = None) -> dict[str, float]:
    """Return the figures; raw margins go to ``out``."""
    is_own = data.resolve() == OWN_DATA.resolve()
    cases = training.chinese(data)
    told = [case for case in cases if case.replies is not None]
    if is_own:
        told = told[round(len(told) * TRAINED) :]
        known = [case for case in cases if case.at < told[0].at]
    else:
        known = training.chinese(OWN_DATA)
    figures = _chinese(told, rumour.Reader(*_split(training.train_zh(known))), out) if told else {}
    return figures | _english(training.english(data), is_own, out)


def _split(models: dict[str, LinearModel]) -> list[dict[str, LinearModel]]:
    return [{name[-2:]: model for name, model in models.items() if part in name} for part in ("post", "replies")]


def _chinese(told: Sequence[Case], reader: rumour.Reader, out: Path | None) -> dict[str, float]:
    y = np.array([case.is_rumour for case in told])
    posts = [case.text for case in told]
    margins = rumour.margins(posts, [rumour.said_by(case.replies or ()) for case in told], "zh", reader)
    found = margins.sum(axis=1)
    within = [sum(reply.after <= rumour.SPANS[0] for reply in case.replies or ()) for case in told]
    enough = np.array([min(n, case.people) >= rumour.LEAST for n, case in zip(within, told, strict=True)])
    day = rumour.margins(posts, [rumour.said_by(case.replies or (), rumour.SPANS[-1]) for case in told], "zh", reader).sum(axis=1)
    _write(out, "ced_rumor", told, found)
    return {
        "f1": _rounded(f1_score(y, found > 0)),
        "macro_f1": _rounded(f1_score(y, found > 0, average="macro")),
        "auc": _rounded(roc_auc_score(y, found)),
        "f1_with_evidence": _rounded(f1_score(y[enough], found[enough] > 0)),
        "share_with_evidence": _rounded(enough.mean()),
        "f1_after_a_day": _rounded(f1_score(y, day > 0)),
        "f1_of_always": _rounded(f1_score(y, np.ones(len(y), bool))),
        "posts": float(len(told)),
    }


def _english(cases: Sequence[Case], is_own: bool, out: Path | None) -> dict[str, float]:
    scores = []
    known = [] if is_own else training.english(OWN_DATA)
    for event in sorted({case.event for case in cases}):
        held = [case for case in cases if case.event == event]
        models = training.train_en(known or [case for case in cases if case.event != event])
        found = models["rumour_post_en"].margins([case.text for case in held])[:, 0]
        scores.append(f1_score([case.is_rumour for case in held], found > 0, average="macro"))
        _write(out, f"pheme_{event}", held, found)
    return {"macro_f1_en": _rounded(float(np.mean(scores)))} if scores else {}


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _write(out: Path | None, name: str, cases: Sequence[Case], found: npt.NDArray[np.float64]) -> None:
    if out is not None:
        rows = [{"id": case.id, "rumour_like": round(float(logistic(margin)), 5)} for case, margin in zip(cases, found, strict=True)]
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.rumour.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
