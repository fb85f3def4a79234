"""``features``: one post becomes a match key, a few flags and hashed terms; row by row, many rows at once."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from huiying.core.formats.folding import BREAK, as_one, fold

from .resources import Resources
from .schema import FEATURES

_TAG = re.compile(r"#(\S[^#\x1e\n]{0,38}\S)#|#(\w{2,40})")
_RUN_MAX = 24
_OTHER, _WORD, _HAN = 0, 1, 2
_QUESTION_WORDS = ("为什", "怎么", "如何", "是否", "多久", "何时", "哪里", "凭什", "是不", "能不", "有没")

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


def mix(values: U64) -> U64:
    """Spread 64-bit values evenly. Source: Steele, Lea and Flood 2014, splitmix64."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=1)
def _classes() -> npt.NDArray[np.uint8]:
    """Return for every code point of the first plane whether it is part of a word, Han-like, or neither."""
    table = np.zeros(1 << 16, np.uint8)
    for code in range(1 << 16):
        if chr(code).isalnum():
            table[code] = _WORD
    for first, last in ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF)):
        table[first : last + 1] = _HAN
    return table


@lru_cache(maxsize=1)
def _powers() -> U64:
    """Return the multipliers of the rolling word hash, one a position."""
    return mix(np.arange(1, _RUN_MAX + 1, dtype=np.uint64)) | np.uint64(1)


@lru_cache(maxsize=1)
def _question_pairs() -> U64:
    return np.array([_pair(ord(word[0]), ord(word[1])) for word in _QUESTION_WORDS], np.uint64)


def _pair(first: int, second: int) -> int:
    return (first << 21) | second


def _words(codes: U64, is_word: npt.NDArray[np.bool_]) -> tuple[I64, U64]:
    """Return where each word of two or more characters starts, and its hash."""
    edges = np.diff(is_word.astype(np.int8), prepend=0, append=0)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    keep = ends - starts >= 2
    starts, lengths = starts[keep], np.minimum((ends - starts)[keep], _RUN_MAX)
    if not len(starts):
        return starts, np.empty(0, np.uint64)
    offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    within = np.arange(lengths.sum()) - np.repeat(offsets, lengths)
    letters = codes[np.repeat(starts, lengths) + within] * _powers()[within]
    return starts, mix(np.add.reduceat(letters, offsets))


def _han(codes: U64, is_han: npt.NDArray[np.bool_]) -> tuple[I64, U64]:
    """Return the places and values of Han bigrams, and of characters that stand alone."""
    after = np.append(is_han[1:], False)
    before = np.insert(is_han[:-1], 0, False)
    pairs = np.flatnonzero(is_han & after)
    alone = np.flatnonzero(is_han & ~after & ~before)
    values = np.concatenate(((codes[pairs] << np.uint64(21)) | codes[pairs + 1], codes[alone]))
    return np.concatenate((pairs, alone)), values


def tag_hash(tag: str) -> int:
    """Return the hash of one hashtag, without spaces."""
    return xxhash.xxh3_64_intdigest("".join(tag.split()).encode("utf-8", "replace"))


def term_ids(text: str, resources: Resources) -> npt.NDArray[np.int32]:
    """Return the terms of one text; for tests and for the resources' own word lists."""
    return _terms([text], resources)[0]


def _limited(rows: I64, ids: I64, resources: Resources, n: int) -> tuple[I64, npt.NDArray[np.int32]]:
    """Return the distinct ids of each row, at most ``terms_max``, as offsets and values."""
    pairs = np.sort((rows << np.int64(32)) | ids)
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]  # np.unique hashes first and takes five times as long
    rows, ids = pairs >> np.int64(32), pairs & np.int64(0xFFFFFFFF)
    counts = np.bincount(rows, minlength=n)
    if counts.max(initial=0) > resources.terms_max:
        tags_first = np.lexsort((ids, ids < (1 << resources.term_bits), rows))
        rows, ids = rows[tags_first], ids[tags_first]
        offsets = np.concatenate(([0], np.cumsum(counts)))
        keep = np.arange(len(rows)) - offsets[rows] < resources.terms_max
        rows, ids = rows[keep], ids[keep]
        again = np.lexsort((ids, rows))
        rows, ids = rows[again], ids[again]
        counts = np.bincount(rows, minlength=n)
    return np.concatenate(([0], np.cumsum(counts))), ids.astype(np.int32)


def _rows_and_ids(tagged: str, codes: U64, row_of: I64, resources: Resources) -> tuple[I64, I64, npt.NDArray[np.bool_]]:
    """Return (row, term) of every occurrence, and for each row whether it asks something."""
    classes = np.where(codes < 0x10000, _classes()[np.minimum(codes, 0xFFFF)], _OTHER)
    han_at, han_values = _han(codes, classes == _HAN)
    word_at, word_values = _words(codes, classes == _WORD)
    at = np.concatenate((han_at, word_at))
    ids = (np.concatenate((mix(han_values), word_values)) >> np.uint64(64 - resources.term_bits)).astype(np.int64)
    asks = np.zeros(int(row_of[-1]) + 1 if len(row_of) else 1, np.bool_)
    asks[row_of[codes == ord("?")]] = True
    asks[row_of[codes == ord("吗")]] = True
    asks[row_of[han_at[np.isin(han_values, _question_pairs())]]] = True
    rows = row_of[at]
    if tagged:
        tag_rows, tag_ids = _tags(tagged, resources)
        rows, ids = np.concatenate((rows, tag_rows)), np.concatenate((ids, tag_ids))
    return rows, ids, asks


def _tags(tagged: str, resources: Resources) -> tuple[I64, I64]:
    """Return (row, term) of every hashtag of the joined texts."""
    rows: list[int] = []
    ids: list[int] = []
    for row, text in enumerate(tagged.split(BREAK)):
        if "#" in text:
            for closed, open_ in _TAG.findall(text):
                rows.append(row)
                ids.append((1 << resources.term_bits) + (tag_hash(closed or open_) >> (64 - resources.tag_bits)))
    return np.array(rows, np.int64), np.array(ids, np.int64)


def _terms(texts: list[str], resources: Resources) -> tuple[npt.NDArray[np.int32], I64, npt.NDArray[np.bool_], U64]:
    """Return term values, offsets, question flags and match keys of the texts."""
    n = len(texts)
    narrow = fold(texts)
    codes = narrow.astype(np.uint64)
    breaks = np.flatnonzero(narrow == ord(BREAK))
    row_of = np.zeros(len(codes), np.int64)
    row_of[breaks] = 1
    row_of = np.cumsum(row_of)
    simplified = narrow.tobytes().decode("utf-32-le") if (narrow == ord("#")).any() else ""
    rows, ids, asks = _rows_and_ids(simplified, codes, row_of, resources)
    offsets, values = _limited(rows, ids, resources, n)
    flags = np.zeros(n, np.bool_)
    flags[: min(n, len(asks))] = asks[:n]
    return values, offsets, flags, _keys(narrow, row_of, breaks, n)


def _keys(narrow: npt.NDArray[np.uint32], row_of: I64, breaks: I64, n: int) -> U64:
    """Return the match key of each row: a hash of its letters, digits and Han characters alone."""
    readable = (narrow < 0x10000) & (_classes()[np.minimum(narrow, 0xFFFF)] != _OTHER)
    kept = narrow[readable].tobytes()
    counts = np.bincount(row_of[readable], minlength=n) if n else np.zeros(0, np.int64)
    ends = (np.cumsum(counts) * 4).tolist()
    keys, start = np.zeros(n, np.uint64), 0
    for row, end in enumerate(ends[:n]):
        if end > start:
            keys[row] = xxhash.xxh3_64_intdigest(kept[start:end]) or 1
        start = end
    return keys


def _texts(batch: pa.RecordBatch, limit: int) -> list[str]:
    """Return what is read of each post: the title, unless the text starts with it, and the text."""
    texts: list[str] = []
    for title, text in zip(_strings(batch.column("title")), _strings(batch.column("text")), strict=True):
        body = text or ""
        texts.append(as_one(title, body)[:limit])
    return texts


def _strings(column: pa.Array) -> list[str | None]:
    """Return a text column; what is not valid UTF-8 is read with replacement characters."""
    try:
        values: list[str | None] = column.to_pylist()
    except UnicodeDecodeError:
        values = [None if value is None else value.decode("utf-8", "replace") for value in column.cast(pa.binary()).to_pylist()]
    return values


def _author_hashes(column: pa.Array) -> U64:
    """Return a 64-bit hash of each pseudonym, 0 where there is none."""
    encoded = column.dictionary_encode()
    hashes = np.array(
        [xxhash.xxh3_64_intdigest(value.encode("utf-8", "replace")) or 1 for value in encoded.dictionary.to_pylist()] + [0], np.uint64
    )
    indices = encoded.indices.fill_null(len(hashes) - 1).to_numpy(zero_copy_only=False)
    chosen: U64 = hashes[indices.astype(np.int64)]
    return chosen


def features(batch: pa.RecordBatch, resources: Resources) -> pa.RecordBatch:
    """Return the ``FEATURES`` of a ``POSTS`` batch; each row depends on that row alone."""
    values, offsets, asks, keys = _terms(_texts(batch, resources.text_max), resources)
    terms = pa.ListArray.from_arrays(pa.array(offsets[: batch.num_rows + 1], pa.int32()), pa.array(values, pa.int32()))
    columns = [
        batch.column("seq"),
        batch.column("ts").cast(pa.int64()),
        batch.column("source"),
        batch.column("media_tier"),
        pa.array(_author_hashes(batch.column("author"))),
        pa.array(keys),
        pa.array(asks),
        terms.cast(FEATURES.field("terms").type),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=FEATURES)
