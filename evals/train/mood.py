"""Train the models of mood from ../shared/data: polarity and six emotions, Chinese and English.

    python -m evals.train.mood [--data DIR] [--out DIR] [--words] [--ship]

Writes ``polarity_zh``, ``emotion_zh``, ``polarity_en`` and ``emotion_en`` as ``.npz`` to ``--out`` (build/evals/models), or with
``--ship`` into the package. ``--words`` makes the Chinese ones from the word list beside this script alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from evals.texts import OWN_DATA, ROOT, Text, labelled, rows_of
from evals.train.words import word_model
from huiying.core.analysis.grams import BITS, grams_of
from huiying.core.analysis.linear import LinearModel, packed
from huiying.core.analysis.mood import EMOTIONS

OUT = ROOT / "build" / "evals" / "models"
PACKAGE = ROOT / "src/huiying/core/analysis/models"
REVIEWS = ("chnsenticorp_htl_all", "waimai_10k", "online_shopping_10_cats")
LICENCE_ZH = "weights: Apache-2.0; the data sets state none and are not passed on"
SEED = 0
FOLDS = 3
#: Characters of one's own words before a quoted post, from which they are learned from alone.
OWN_LEAST = 4
#: Power of the inverse class size that a text weighs with; between 0 (as it is) and 1 (all classes equal).
BALANCE = 0.25
#: Worth of an n-gram that tells nothing, in roots of a nat; and what all are scaled by, so that rounding to quarters costs little.
VALUE_LEAST, VALUE_SCALE = 0.3, 8.0
#: Weight of the list of words beside the labelled texts, measured out of fold.
HINTS_WEIGHT = 20.0
#: Emotions of GoEmotions by the six; the grouping of its authors (Demszky and others 2020), disgust with anger.
GROUPS = {
    "happy": "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief",
    "angry": "anger annoyance disapproval disgust",
    "sad": "sadness disappointment embarrassment grief remorse",
    "fear": "fear nervousness",
    "surprise": "surprise confusion curiosity realization",
    "neutral": "neutral",
}
POSITIVE, NEGATIVE = ("happy",), ("angry", "sad", "fear")
Matrix = sparse.csr_matrix
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def counts_of(texts: Sequence[str], longest: int) -> Matrix:
    """Return texts x places of the hash space: 1 where the n-gram occurs."""
    parts = [Matrix((0, 1 << BITS), dtype=np.float32)]
    for at in range(0, len(texts), 2_000):
        chunk = texts[at : at + 2_000]
        rows, places = grams_of(chunk, longest)
        parts.append(Matrix((np.ones(len(rows), np.float32), (rows, places)), shape=(len(chunk), 1 << BITS)))
    return sparse.vstack(parts).tocsr()


def unit(matrix: Matrix) -> Matrix:
    """Return the rows at length 1."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.where(length > 0, length, 1.0)) @ matrix).tocsr()


def seen_in(matrix: Matrix) -> Floats:
    """Return in how many rows each column is not zero."""
    return np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.float64)


def polarity(
    texts: Sequence[str], answers: Sequence[bool], *, longest: int, weights: Sequence[float], card: Mapping[str, object]
) -> LinearModel:
    """Return a calibrated model of polarity."""
    y, weight = np.asarray(answers), np.asarray(weights)
    rows, places, value = _rows(counts_of(texts, longest), y.astype(np.int64))

    def fit(chosen: npt.NDArray[np.int64]) -> LinearSVC:
        return LinearSVC(C=0.3, random_state=SEED).fit(rows[chosen], y[chosen], sample_weight=weight[chosen])

    margins = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(margins, y):
        margins[test] = fit(train).decision_function(rows[test])
    line = LogisticRegression(C=100).fit(margins[:, None], y, sample_weight=weight)
    model = fit(np.arange(len(y)))
    slope = float(line.coef_[0, 0])
    found = packed(
        ("positive",), longest, places, model.coef_.T * slope, value, np.array([model.intercept_[0] * slope + line.intercept_[0]]), card
    )
    return replace(found, offsets=-np.asarray([line.intercept_[0]]))


def emotion(
    texts: Sequence[str],
    answers: Sequence[str],
    *,
    longest: int,
    weights: Sequence[float],
    card: Mapping[str, object],
    hints: LinearModel | None = None,
) -> LinearModel:
    """Return a calibrated model of the six emotions, with offsets for choosing one of them (best macro F1 out of fold).

    ``hints`` is a model of words: what it says about a text is learned from as well, and ends in the same weights.
    """
    y, weight = np.array([EMOTIONS.index(answer) for answer in answers]), np.asarray(weights)
    grams, places, value = _rows(counts_of(texts, longest), y, hints.places if hints else ())
    basis = _basis(places, value, hints)
    rows = sparse.hstack([grams, Matrix(grams @ basis)]).tocsr()

    def fit(chosen: npt.NDArray[np.int64]) -> LinearSVC:
        sizes = np.bincount(y[chosen], weight[chosen], minlength=len(EMOTIONS))
        each = weight[chosen] * ((sizes.sum() / sizes) ** BALANCE)[y[chosen]]
        return LinearSVC(C=0.2, random_state=SEED).fit(rows[chosen], y[chosen], sample_weight=each / each.mean())

    margins = np.zeros((len(y), len(EMOTIONS)))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(margins, y):
        margins[test] = fit(train).decision_function(rows[test])
    scale, shift = _calibration(margins, y, weight)
    model = fit(np.arange(len(y)))
    whole = model.coef_[:, : len(places)].T + basis @ model.coef_[:, len(places) :].T
    found = packed(EMOTIONS, longest, places, whole * scale, value, model.intercept_ * scale + shift, card)
    return replace(found, offsets=best_offsets(margins * scale + shift, y, weight))


def _rows(counts: Matrix, y: npt.NDArray[np.int64], more: Sequence[int] = ()) -> tuple[Matrix, npt.NDArray[np.int64], Floats]:
    """Return unit rows over the n-grams of at least two texts and ``more``, these, and what each is worth."""
    places = np.union1d(np.flatnonzero(seen_in(counts) >= 2), np.asarray(more, np.int64))
    known = counts[:, places]
    value = telling(known, y)
    return unit(known @ sparse.diags(value)), places, value


def telling(counts: Matrix, y: npt.NDArray[np.int64]) -> Floats:
    """Return what an n-gram is worth: how far the answers beside it diverge from all answers, times the root of its rarity.

    Out of fold that serves better than rarity alone, most of all for rare emotions. Source of the divergence: Kullback and Leibler 1951.
    """
    seen = np.stack([seen_in(counts[y == answer]) for answer in range(int(y.max()) + 1)], axis=1)
    usual = np.bincount(y) / len(y)
    texts = seen.sum(axis=1)
    share = (seen + 2 * usual) / (texts + 2)[:, None]
    nats = (share * np.log(share / usual)).sum(axis=1).clip(0)
    rarity = np.log(len(y) / np.maximum(texts, 1)).clip(0.5)
    return np.asarray(VALUE_SCALE * (np.sqrt(nats) + VALUE_LEAST) * np.sqrt(rarity), np.float64)


def _basis(places: npt.NDArray[np.int64], value: Floats, hints: LinearModel | None) -> Floats:
    """Return places x emotions: what the words say, so that a unit row times this is what they say about its text."""
    basis = np.zeros((len(places), len(EMOTIONS)))
    if hints is not None:
        at = np.searchsorted(places, hints.places)
        basis[at] = HINTS_WEIGHT * hints.weights / 127 / value[at][:, None]
    return basis


def _calibration(margins: Floats, y: npt.NDArray[np.int64], weight: Floats) -> tuple[float, Floats]:
    """Return the one scale and the shifts that make softmax margins honest out of fold."""
    model = LogisticRegression(C=10, max_iter=500).fit(margins, y, sample_weight=weight)
    scale = float(np.mean(np.diag(model.coef_) - (model.coef_.sum(axis=0) - np.diag(model.coef_)) / (len(EMOTIONS) - 1)))
    shift = np.zeros(len(EMOTIONS))
    share = np.bincount(y, weight, minlength=len(EMOTIONS)) / weight.sum()
    for _step in range(200):
        powers = np.exp(margins * scale + shift)
        chances = powers / powers.sum(axis=1, keepdims=True)
        shift += 0.5 * (np.log(share) - np.log((chances * weight[:, None]).sum(axis=0) / weight.sum()))
    return scale, shift - shift.mean()


def best_offsets(margins: Floats, y: npt.NDArray[np.int64], weight: Floats) -> Floats:
    """Return what to add to the margins before the greatest is chosen, so that rare emotions are chosen too."""
    offsets = np.zeros(margins.shape[1])
    best = f1_score(y, margins.argmax(axis=1), average="macro", sample_weight=weight)
    for _round in range(3):
        for place in range(margins.shape[1]):
            for step in np.linspace(-1.5, 1.5, 31):
                tried = offsets.copy()
                tried[place] = step
                score = f1_score(y, (margins + tried).argmax(axis=1), average="macro", sample_weight=weight)
                if score > best + 1e-4:
                    best, offsets = score, tried
    return offsets


def polarity_zh(data: Path, *, is_held_out: bool) -> LinearModel:
    """Return the Chinese model of polarity, from reviews and from posts whose emotion is clear."""
    texts = [text for name in REVIEWS for text in labelled(data, name, "sentiment") if not (is_held_out and text.is_held)]
    posts = [text for text in labelled(data, "smp2020_virus_train", "emotion") if text.label in POSITIVE + NEGATIVE]
    answers = [text.label == "1" for text in texts] + [text.label in POSITIVE for text in posts]
    weights = [0.7 if text.file == REVIEWS[-1] else 1.4 for text in texts] + [0.7] * len(posts)
    card = {
        "version": "polarity-zh-3",
        "trained_on": [*REVIEWS, "smp2020_virus_train"],
        "licence": LICENCE_ZH,
    }
    return polarity([text.text for text in texts + posts], answers, longest=4, weights=weights, card=card)


def emotion_zh(texts: Sequence[Text]) -> LinearModel:
    """Return the Chinese model of emotions.

    Everyday posts, of which there are few, weigh four times; what somebody wrote before the post quoted is learned from on its own as well.
    """
    own = [
        Text(text.id, part, text.label, text.file)
        for text in texts
        if len(part := text.text.split("//")[0]) >= OWN_LEAST and part != text.text
    ]
    card = {
        "version": "emotion-zh-3",
        "trained_on": sorted({text.file for text in texts}),
        "licence": LICENCE_ZH,
    }
    weights = [(4.0 if "usual" in text.file else 1.0) * (1.0 if place < len(texts) else 0.5) for place, text in enumerate([*texts, *own])]
    hints = word_model("emotion", {})
    every = [*texts, *own]
    return emotion([text.text for text in every], [text.label for text in every], longest=3, weights=weights, card=card, hints=hints)


def emotions_zh(data: Path) -> list[Text]:
    """Return the labelled Chinese posts."""
    return [
        text for name in ("smp2020_virus_train", "smp2020_virus_eval", "smp2020_usual_eval") for text in labelled(data, name, "emotion")
    ]


def english(data: Path) -> dict[str, LinearModel]:
    """Return the English models, from the texts of GoEmotions whose raters agree on one of the six."""
    group_of = {name: group for group, names in GROUPS.items() for name in names.split()}
    texts, answers = [], []
    for row in rows_of(data, "goemotions_train"):
        groups = {group_of[name] for name in row["label"]["emotions"]}
        if len(groups) == 1:
            texts.append(row["text"])
            answers.append(groups.pop())
    card = {
        "trained_on": ["goemotions_train"],
        "licence": "GoEmotions: Apache-2.0 (Google Research)",
        "limits": "Reddit comments of 2005-2019; irony, and posts of news agencies, are read as they are worded",
    }
    clear = [place for place, answer in enumerate(answers) if answer in POSITIVE + NEGATIVE]
    signs = [answers[place] in POSITIVE for place in clear]
    return {
        "polarity_en": polarity(
            [texts[place] for place in clear], signs, longest=2, weights=[1.0] * len(clear), card={**card, "version": "polarity-en-3"}
        ),
        "emotion_en": emotion(texts, answers, longest=2, weights=[1.0] * len(texts), card={**card, "version": "emotion-en-3"}),
    }


def from_words() -> dict[str, LinearModel]:
    """Return the Chinese models that are made of a list of words alone."""
    card = {
        "trained_on": ["evals/train/words_zh.tsv, written for this project"],
        "licence": "Apache-2.0",
        "limits": "words only: no irony, no words outside the list; coarse beside a trained model",
    }
    return {f"{kind}_zh": word_model(kind, {**card, "version": f"{kind}-zh-words-1"}) for kind in ("polarity", "emotion")}


def trained(data: Path) -> dict[str, LinearModel]:
    """Return all four models: weights of hashed n-grams, no text."""
    return {"polarity_zh": polarity_zh(data, is_held_out=False), "emotion_zh": emotion_zh(emotions_zh(data)), **english(data)}


def worded(data: Path) -> dict[str, LinearModel]:
    """Return the four models, the Chinese ones from the word list alone."""
    return {**from_words(), **english(data)}


def write(models: Mapping[str, LinearModel], folder: Path) -> None:
    """Write each model under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in models.items():
        (folder / f"{name}.npz").write_bytes(model.to_bytes())


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=OWN_DATA)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--ship", action="store_true")
    given = parser.parse_args()
    write((worded if given.words else trained)(given.data), PACKAGE if given.ship else given.out)


if __name__ == "__main__":
    main()
