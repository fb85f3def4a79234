"""Measures beside the stories, each ``measure(data, out) -> figures``, with their floors.

    python -m evals.measures [NAME ...]
    DATA=DIR OUT=DIR python -m evals.measures

A floor is a pair [least, most] in floors.json, None for no bound; it holds for ../shared/data only.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from evals import bursts, duplicates, emergence, outlook, questions
from evals.emergence import OWN_DATA

FLOORS = Path(__file__).with_name("floors.json")
Figures = dict[str, float]
Measure = Callable[[Path, Path | None], Figures]


def trained_by(name: str) -> Measure:
    """Return a measure that trains models first; it needs scikit-learn (extra ``eval``), and gives nothing without."""

    def measure(data: Path, out: Path | None) -> Figures:
        if find_spec("sklearn") is None:
            print(f"{name}: not measured, scikit-learn is not installed (pip install -e .[eval])", file=sys.stderr)
            return {}
        found: Figures = import_module(f"evals.{name}").measure(data, out)
        return found

    return measure


def _links(data: Path, out: Path | None) -> Figures:
    """Measure the links; ``evals.run`` folds the stories for it and imports this module."""
    found: Figures = import_module("evals.links").measure(data, out)
    return found


#: name -> (what it measures with, a file it cannot do without; "." where the sentences are part of the project)
MEASURES: dict[str, tuple[Measure, str]] = {
    "duplicates": (duplicates.measure, "weibo_topics.jsonl.gz"),
    "bursts": (bursts.measure, "nab_realTweets"),
    "emergence": (emergence.measure, "weibo_hot_series.jsonl.gz"),
    "outlook": (outlook.measure, "nab_realTweets"),
    "mood": (trained_by("mood"), "online_shopping_10_cats.jsonl.gz"),
    "rumour": (trained_by("rumour"), "ced_reposts.jsonl.gz"),
    "questions": (questions.measure, "."),
    "links": (_links, "weibo_topics.jsonl.gz"),
}


def measured(data: Path, out: Path | None, names: Iterable[str] = MEASURES) -> dict[str, Figures]:
    """Run the measures whose data are there."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    return {name: MEASURES[name][0](data, out) for name in names if (data / MEASURES[name][1]).exists()}


def faults(report: Mapping[str, Figures], floors: Mapping[str, Mapping[str, tuple[float | None, float | None]]]) -> list[str]:
    """Return each figure that lies outside its bounds.

    >>> faults({"bursts": {"nab": 70.0}}, {"bursts": {"nab": (80, None)}})
    ['bursts: nab is 70.0, it must lie in [80, None]']
    """
    found = []
    for name, figures in report.items():
        for key, (least, most) in floors.get(name, {}).items():
            value = figures.get(key)
            low, high = -math.inf if least is None else least, math.inf if most is None else most
            if value is not None and not low <= value <= high:
                found.append(f"{name}: {key} is {value}, it must lie in [{least}, {most}]")
    return found


def main(names: list[str]) -> int:
    """Print the figures as JSON; 1 when one is outside its bounds on own data."""
    data = Path(os.environ.get("DATA") or OWN_DATA)
    out = Path(os.environ["OUT"]) if os.environ.get("OUT") else None
    report = measured(data, out, names or MEASURES)
    print(json.dumps(report, indent=1))
    wrong = faults(report, json.loads(FLOORS.read_text(encoding="utf-8"))) if data.resolve() == OWN_DATA.resolve() else []
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
