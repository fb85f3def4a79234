"""Measure polarity and emotions of single texts, the step under the moods of stories.

``measure`` gives two sets of figures: ``shipped_*`` of the models in the package (the Chinese ones have seen all of ../shared/data, so
there they show only that the files are whole), and those of models trained by evals/train/mood.py on ../shared/data. On ../shared/data
itself the trained models see only what is not held back: of the reviews four texts of five (all copies of a text on one side), of the
emotions smp2020_virus_train, and for smp2020_usual_eval its other half. On any other folder they are trained on all of ../shared/data
and on nothing of that folder.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.texts import OWN_DATA, Text, labelled, rows_of
from evals.train import mood as training
from huiying.core.analysis import mood
from huiying.core.analysis.linear import LinearModel, logistic

Floats = npt.NDArray[np.float64]
SHORT = {"chnsenticorp_htl_all": "hotel", "waimai_10k": "waimai", "online_shopping_10_cats": "shopping"}
VIRUS, USUAL = "smp2020_virus_eval", "smp2020_usual_eval"
SENTIMENT_EN = "tweeteval_sentiment_val"


def measure(data: Path, out: Path | None = None) -> dict[str, float]:
    """Return accuracies, macro F1 of the emotions and speed; raw chances go to ``out``."""
    is_own = data.resolve() == OWN_DATA.resolve()
    shipped = mood.shipped()
    figures = _polarity_figures("shipped_", shipped.polarity["zh"], data, is_own, None)
    figures |= _polarity_figures("", training.polarity_zh(OWN_DATA, is_held_out=is_own), data, is_own, out)
    figures |= _emotion_figures(shipped.emotion["zh"], data, is_own, out)
    figures |= _english(shipped, data, out)
    figures["texts_per_cpu_second"] = _speed(shipped, data)
    return figures


def macro_f1(true: Sequence[int], found: Sequence[int]) -> float:
    """Return the mean F1 of the classes that occur.

    >>> macro_f1([0, 0, 1], [0, 1, 1])
    0.6666666666666666
    """
    scores = []
    for each in sorted(set(true)):
        both = sum(a == each == b for a, b in zip(true, found, strict=True))
        scores.append(2 * both / (sum(a == each for a in true) + sum(b == each for b in found)))
    return sum(scores) / len(scores)


def _polarity_figures(prefix: str, model: LinearModel, data: Path, is_own: bool, out: Path | None) -> dict[str, float]:
    figures = {}
    for file, name in SHORT.items():
        texts = [text for text in labelled(data, file, "sentiment") if text.is_held or not is_own]
        if texts:
            margins = model.margins([text.text for text in texts])[:, 0]
            answers = np.array([text.label == "1" for text in texts])
            figures[f"{prefix}{name}"] = round(float(((margins > 0) == answers).mean()), 4)
            _write(out, file, texts, {"positive": logistic(margins)})
    return figures


def _emotion_figures(shipped: LinearModel, data: Path, is_own: bool, out: Path | None) -> dict[str, float]:
    virus, usual = labelled(data, VIRUS, "emotion"), labelled(data, USUAL, "emotion")
    known = training.emotions_zh(OWN_DATA)
    at_first = training.emotion_zh([text for text in known if text.file == "smp2020_virus_train"] if is_own else known)
    figures = {}
    for name, texts in (("virus", virus), ("usual_zero_shot" if is_own else "usual", usual)):
        if texts:
            figures[name] = _emotion_score(at_first, texts, out)
            figures[f"shipped_{name.removesuffix('_zero_shot')}"] = _emotion_score(shipped, texts, None)
    if is_own and usual:
        margins = np.zeros((len(usual), len(mood.EMOTIONS)))
        for half in (0, 1):
            places = [place for place, text in enumerate(usual) if zlib.crc32(text.id.encode()) % 2 == half]
            rest = [text for text in known if text.file != USUAL or zlib.crc32(text.id.encode()) % 2 != half]
            model = training.emotion_zh(rest)
            margins[places] = model.margins([usual[place].text for place in places]) + model.offsets
        figures["usual"] = _chosen_score(margins, usual)
    return figures


def _emotion_score(model: LinearModel, texts: Sequence[Text], out: Path | None) -> float:
    margins = model.margins([text.text for text in texts])
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    chances = powers / powers.sum(axis=1, keepdims=True)
    chosen = (margins + model.offsets).argmax(axis=1)
    _write(out, texts[0].file, texts, dict(zip(mood.EMOTIONS, chances.T, strict=True)), [mood.EMOTIONS[place] for place in chosen])
    return _chosen_score(margins + model.offsets, texts)


def _chosen_score(margins: Floats, texts: Sequence[Text]) -> float:
    true = [mood.EMOTIONS.index(text.label) for text in texts]
    return round(macro_f1(true, margins.argmax(axis=1).tolist()), 4)


def _english(reader: mood.Reader, data: Path, out: Path | None) -> dict[str, float]:
    """Measure the English models on texts they never saw: tweets of two other tasks, and the held file of GoEmotions."""
    figures = {}
    tweets = [text for text in labelled(data, SENTIMENT_EN, "name") if text.label in ("positive", "negative")]
    if tweets:
        margins = reader.polarity["en"].margins([text.text for text in tweets])[:, 0]
        answers = np.array([text.label == "positive" for text in tweets])
        figures["shipped_tweets_en"] = round(float(((margins > 0) == answers).mean()), 4)
        _write(out, SENTIMENT_EN, tweets, {"positive": logistic(margins)})
    group_of = {name: group for group, names in training.GROUPS.items() for name in names.split()}
    rows = [(row, {group_of[name] for name in row["label"]["emotions"]}) for row in rows_of(data, "goemotions_dev")]
    texts = [Text(row["id"], row["text"], groups.pop(), "goemotions_dev") for row, groups in rows if len(groups) == 1]
    if texts:
        figures["shipped_goemotions_en"] = _emotion_score(reader.emotion["en"], texts, out)
    return figures


def _speed(reader: mood.Reader, data: Path) -> float:
    """Return how many reviews a CPU-second reads for polarity and emotions together, on one thread."""
    texts = [text.text for file in SHORT for text in labelled(data, file, "sentiment")[:4_000]]
    if not texts:
        return 0.0
    mood.mood_of(texts[:100], reader)
    begun = time.process_time()
    mood.mood_of(texts, reader)
    return round(len(texts) / (time.process_time() - begun))


def _write(out: Path | None, file: str, texts: Sequence[Text], chances: Mapping[str, Floats], chosen: Sequence[str] = ()) -> None:
    """Write ``{id, chances..., chosen}`` a line."""
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    columns = {name: np.round(values, 5).tolist() for name, values in chances.items()}
    with (out / f"{file}.mood.jsonl").open("w", encoding="utf-8") as lines:
        for place, text in enumerate(texts):
            row: dict[str, object] = {"id": text.id, **{name: values[place] for name, values in columns.items()}}
            lines.write(json.dumps(row | ({"chosen": chosen[place]} if chosen else {}), ensure_ascii=False) + "\n")
