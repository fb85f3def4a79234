"""Questions and demands of the public: found among sentences, and grouped, on sentences written for it (evals/asked/).

    python -m evals.questions [--json] [--show]

``sentences.tsv`` and ``groups.tsv`` helped to write the patterns; ``held*.tsv`` were written afterwards. Measured before anything
was changed for them they gave: questions 1.00/.95, demands 1.00/.64, pairs 1.00/.65 (precision/recall); then the list of acts grew.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from itertools import combinations
from pathlib import Path

from huiying.core.analysis.alike import grouped, vectors
from huiying.core.analysis.asking import Kind, Tone, ask_of, focus_of, slots_of
from huiying.core.analysis.digest import digest
from huiying.core.analysis.questions import questions
from huiying.core.analysis.sayings import Saying, folded

FOLDER = Path(__file__).with_name("asked")
SETS = {"": ("sentences.tsv", "groups.tsv"), "held_": ("held.tsv", "held_groups.tsv")}
FLOORS = Path(__file__).with_name("floors.json")
#: Texts of one story for the speed: what a page's digest reads at most.
SPEED_TEXTS = 400


def rows_of(name: str) -> list[list[str]]:
    """Return the rows of a table."""
    return [line.split("\t") for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line]


def label_of(sentence: str) -> str:
    """Return what a sentence is found to be: question, demand, rhetorical, quoted or neither."""
    ask = ask_of(sentence)
    if ask is None:
        return "neither"
    return ask.tone.value if ask.tone is not Tone.OPEN else "demand" if ask.kind is Kind.DEMAND else "question"


def sentences_measured(name: str, *, show: bool = False) -> dict[str, float]:
    """Return precision and recall of questions and demands."""
    rows = rows_of(name)
    found = [label_of(sentence) for sentence in folded([row[2] for row in rows])]
    pairs = Counter((row[0], label) for row, label in zip(rows, found, strict=True))
    if show:
        print(*(f"{row[0]} found as {label}: {row[2]}" for row, label in zip(rows, found, strict=True) if row[0] != label), sep="\n")
    figures = {}
    for label in ("question", "demand"):
        right = pairs[label, label]
        figures[f"{label}_precision"] = right / max(sum(n for (_true, seen), n in pairs.items() if seen == label), 1)
        figures[f"{label}_recall"] = right / sum(n for (true, _seen), n in pairs.items() if true == label)
    return figures


def pairs_measured(name: str, *, show: bool = False) -> dict[str, float]:
    """Return precision and recall over pairs of sentences of one story that ask the same."""
    rows, right, wrong, missed = rows_of(name), 0, 0, 0
    for story in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == story]
        texts = folded([row[2] for row in own])
        asks = [ask_of(text) for text in texts]
        focused = [focus_of(text) for text in texts]
        matrix = vectors(focused, [ask.kind if ask else "" for ask in asks], [slots_of(text) for text in focused])
        place = {row: number for number, members in enumerate(grouped(matrix)) for row in members}
        if show:
            print(*(f"{story}: {[own[row][2] for row in members]}" for members in grouped(matrix)), sep="\n")
        for a, b in combinations(range(len(own)), 2):
            same, together = own[a][1] == own[b][1], place[a] == place[b]
            right, wrong, missed = right + (same and together), wrong + (together and not same), missed + (same and not together)
    return {"pair_precision": right / max(right + wrong, 1), "pair_recall": right / max(right + missed, 1)}


def speeds() -> dict[str, float]:
    """Return posts per CPU-second of the questions alone and of the whole digest, on posts put together from the sentences."""
    rows = [row[2] for name, _groups in SETS.values() for row in rows_of(name)]
    sayings = [
        Saying(number, number * 1_000_000, " ".join(rows[(number * step) % len(rows)] for step in (1, 7, 13)) + str(number), f"a{number}")
        for number in range(SPEED_TEXTS)
    ]
    figures = {}
    for name, act in (("questions", questions), ("digest", digest)):
        act(sayings)
        begun = time.process_time()
        for _run in range(3):
            act(sayings)
        figures[f"{name}_posts_per_cpu_second"] = float(round(3 * SPEED_TEXTS / (time.process_time() - begun)))
    return figures


def measure(data: Path | None = None, out: Path | None = None, *, show: bool = False) -> dict[str, float]:
    """Return every figure; ``data`` and ``out`` are not needed: the sentences are part of the project."""
    figures: dict[str, float] = {}
    for prefix, (sentences, groups) in SETS.items():
        found = {**sentences_measured(sentences, show=show), **pairs_measured(groups, show=show)}
        figures |= {prefix + name: round(value, 3) for name, value in found.items()}
    return {**figures, **speeds()}


def main(arguments: list[str]) -> int:
    """Print the figures and compare them with the floors."""
    figures = measure(show="--show" in arguments)
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["questions"]
    faults = [f"{name} is {figures[name]}, floor {least}" for name, (least, _most) in floors.items() if figures[name] < least]
    if "--json" in arguments:
        print(json.dumps({"figures": figures, "faults": faults}))
    else:
        print("\n".join(f"{name:32} {value:g}" for name, value in figures.items()), *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
