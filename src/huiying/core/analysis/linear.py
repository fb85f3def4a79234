"""A linear model over hashed n-grams, packed into whole numbers: small on disk, the same sums on every machine."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from .grams import BITS, LONGEST, grams_of

Floats = npt.NDArray[np.float64]

#: Texts that are hashed at once: enough to keep NumPy busy, few enough to stay in the cache.
CHUNK = 1_000
#: ``rarity`` counts quarters: of a nat of inverse document frequency, or of whatever else training weighs n-grams with.
RARITY_UNIT = 0.25
#: Weights that are kept, of 127: those of one step are noise, and a third of a model (docs/explanation/mood.md).
LEAST_WEIGHT = 2
_FORMAT = 1


@dataclass(frozen=True)
class LinearModel:
    """Margins of ``classes`` for a text: the weights of its known n-grams over the length of their rarities, scaled and shifted.

    ``places`` are hashed n-grams in rising order, ``weights`` one row a place, ``rarity`` their part in its length.
    ``offsets`` shift the margins where one class must be chosen; ``card`` says what the model was trained on and what it reaches.
    """

    classes: tuple[str, ...]
    longest: int
    places: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int8]
    rarity: npt.NDArray[np.uint8]
    scales: Floats
    bias: Floats
    offsets: Floats
    card: Mapping[str, object]

    @cached_property
    def _rows(self) -> npt.NDArray[np.int32]:
        """Return for every place of the hash space its row, and the empty last row where it has none."""
        rows = np.full(1 << BITS, len(self.places), np.int32)
        rows[self.places] = np.arange(len(self.places), dtype=np.int32)
        return rows

    @cached_property
    def _columns(self) -> list[Floats]:
        """Return the weights of each class, and last the squared rarity, with a zero for unknown n-grams."""
        columns = [*self.weights.T.astype(np.float64), self.rarity.astype(np.float64) ** 2]
        return [np.append(column, 0.0) for column in columns]

    def margins(self, texts: Sequence[str]) -> Floats:
        """Return n texts x classes; a text without a known n-gram gets the bias."""
        chunks = [self._margins(texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK)]
        return np.concatenate(chunks) if chunks else np.empty((0, len(self.classes)))

    def sums(self, texts: Sequence[str]) -> Floats:
        """Return n texts x classes: what their n-grams weigh by themselves, whatever stands beside them."""
        return self._sums(texts)[0] * self.scales * RARITY_UNIT

    def _margins(self, texts: Sequence[str]) -> Floats:
        sums, squares = self._sums(texts)
        return sums / np.sqrt(np.maximum(squares, 1.0))[:, None] * self.scales + self.bias

    def _sums(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        rows, places = grams_of(texts, self.longest)
        known = self._rows[places]
        *sums, squares = (np.bincount(rows, weights=column[known], minlength=len(texts)) for column in self._columns)
        return np.stack(sums, axis=1).astype(np.float64), squares.astype(np.float64)

    def to_bytes(self) -> bytes:
        """Return the model as a compressed file."""
        file = io.BytesIO()
        card = json.dumps({**self.card, "classes": self.classes, "longest": self.longest, "format": _FORMAT}, ensure_ascii=False)
        steps = np.diff(self.places, prepend=0).astype(np.int32)
        np.savez_compressed(
            file,
            card=np.frombuffer(card.encode(), np.uint8),
            steps=steps,
            weights=self.weights,
            rarity=self.rarity,
            scales=self.scales,
            bias=self.bias,
            offsets=self.offsets,
        )
        return file.getvalue()


def shipped_file(name: str) -> bytes:
    """Return a model file that comes with the program."""
    return (files("huiying.core.analysis") / "models" / f"{name}.npz").read_bytes()


def logistic(margins: npt.ArrayLike) -> Floats:
    """Return the chances of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(margins, -30, 30))), np.float64)


class BadModel(ValueError):
    """The file is not a model of this program, or of another format."""


def read_model(data: bytes) -> LinearModel:
    """Return the model of a file; raises BadModel."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            card = json.loads(file["card"].tobytes())
            classes, longest, version = tuple(card.pop("classes")), card.pop("longest"), card.pop("format")
            places = np.cumsum(file["steps"], dtype=np.int64)
            arrays = {name: file[name] for name in ("weights", "rarity", "scales", "bias", "offsets")}
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise BadModel(f"This is not a file of a linear model: {error}") from error
    if version != _FORMAT:
        raise BadModel(f"The model has format {version}, this program reads {_FORMAT}.")
    n, count = len(places), len(classes)
    shapes = {"weights": (n, count), "rarity": (n,), "scales": (count,), "bias": (count,), "offsets": (count,)}
    if not count or any(arrays[name].shape != shape or arrays[name].dtype.kind not in "iuf" for name, shape in shapes.items()):
        raise BadModel("The model's arrays do not fit together.")
    is_rising = n == 0 or (places[0] >= 0 and places[-1] < 1 << BITS and bool((np.diff(places) > 0).all()))
    is_finite = all(np.isfinite(arrays[name]).all() for name in ("scales", "bias", "offsets"))
    if not is_rising or not is_finite or longest not in range(1, LONGEST + 1):
        raise BadModel("The model's numbers lie outside of what is allowed.")
    return LinearModel(classes, longest, places.astype(np.int32), card=card, **arrays)


def packed(
    classes: tuple[str, ...],
    longest: int,
    places: npt.NDArray[np.int64],
    weights: Floats,
    idf: Floats,
    bias: Floats,
    card: Mapping[str, object],
) -> LinearModel:
    """Pack the weights that a text's unit vector of rarities is multiplied with; n-grams that weigh next to nothing are left out."""
    rarity = np.clip(np.rint(idf / RARITY_UNIT), 1, 255)
    full = weights * (rarity * RARITY_UNIT)[:, None]
    top = np.maximum(np.quantile(np.abs(full), 0.9999, axis=0), 1e-9)
    whole = np.clip(np.rint(full / top * 127), -127, 127)
    kept = np.flatnonzero(np.abs(whole).max(axis=1) >= LEAST_WEIGHT)
    order = kept[np.argsort(places[kept], kind="stable")]
    scales = top / 127 / RARITY_UNIT
    return LinearModel(
        classes,
        longest,
        places[order].astype(np.int32),
        whole[order].astype(np.int8),
        rarity[order].astype(np.uint8),
        scales,
        np.asarray(bias, np.float64),
        np.zeros(len(classes)),
        card,
    )
