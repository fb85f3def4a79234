"""The bytes of the window: packed arrays, only what is in use, rings in their own order; equal windows give equal bytes."""

from __future__ import annotations

import json
import struct

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .window import F64, I64, N_LENGTH, N_NEXT, N_STORIES, N_TEXTS, S_NORM, S_OPEN, T_COUNT, T_NORM, Window

MAGIC, VERSION = b"HYST", 3
_HEAD = struct.Struct("<4sHI")
_CODEC = pa.Codec("zstd", compression_level=1)

Arrays = dict[str, npt.NDArray[np.generic]]
_Places = npt.NDArray[np.int64]


class BadState(ValueError):
    """The bytes are no state of this version and these resources: fold again from the log."""


def window_arrays(window: Window) -> Arrays:
    """Return what is in use of a window."""
    slots = np.flatnonzero(window.text[:, T_COUNT])
    counts = window.text[slots, T_COUNT]
    used = np.flatnonzero(window.tally[:, N_TEXTS])
    rows = np.flatnonzero(window.story[:, S_OPEN])
    texts_at, texts_length, texts_ring = _rings(window.tally[:, N_LENGTH], window.tally[:, N_NEXT], window.text_ring.shape[1])
    kept = np.minimum(window.tally[:, N_STORIES], window.story_ring.shape[1])
    stories_at, stories_length, stories_ring = _rings(kept, window.tally[:, N_STORIES], window.story_ring.shape[1])
    bucket, way = np.nonzero(window.keys)
    return {
        "counters": window.counters,
        "slots": slots.astype(np.uint16),
        "text": window.text[slots],
        "text_story": window.text_story[slots],
        "terms": window.text_terms[slots][np.arange(window.text_terms.shape[1]) < counts[:, None]],
        "rows": rows.astype(np.uint16),
        "story": window.story[rows],
        "home": window.home,
        "frequency_at": used.astype(np.int32),
        "frequency": window.tally[used, N_TEXTS].astype(np.int32),
        "texts_at": texts_at.astype(np.int32),
        "texts_length": texts_length.astype(np.uint16),
        "texts_ring": window.text_ring.reshape(-1)[texts_ring],
        "stories_at": stories_at.astype(np.int32),
        "stories_length": stories_length.astype(np.uint16),
        "stories_ring": window.story_ring.reshape(-1)[stories_ring],
        "stories_count": window.story_count.reshape(-1)[stories_ring],
        "key_at": (bucket * window.keys.shape[1] + way).astype(np.int32),
        "keys": window.keys[bucket, way],
        "known": np.stack([window.known[bucket, 2 * way], window.known[bucket, 2 * way + 1]], axis=1),
    }


def _rings(lengths: _Places, following: _Places, cap: int) -> tuple[_Places, _Places, _Places]:
    """Return the terms whose ring holds something, how much, and the places of it in the flat table, oldest first."""
    terms = np.flatnonzero(lengths)
    held = lengths[terms]
    first = np.repeat(following[terms] - held, held) + _counted(held)
    return terms, held, np.repeat(terms, held) * cap + (first & (cap - 1))


def _counted(lengths: _Places) -> _Places:
    """Return 0, 1, 2 ... for each length in turn."""
    places: _Places = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return places


def fill_window(window: Window, arrays: Arrays) -> None:
    """Put arrays of ``window_arrays`` into an empty window."""
    slots, rows = arrays["slots"].astype(np.int64), arrays["rows"].astype(np.int64)
    window.counters[:] = arrays["counters"]
    window.text[slots], window.text_story[slots] = arrays["text"], arrays["text_story"]
    window.inverse[slots] = _inverse(window.text[slots, T_NORM])
    counts = window.text[slots, T_COUNT]
    window.text_terms[np.repeat(slots, counts), _counted(counts)] = arrays["terms"]
    window.story[rows] = arrays["story"]
    window.story_inverse[rows] = _inverse(window.story[rows, S_NORM])
    window.home[:] = arrays["home"]
    window.tally[arrays["frequency_at"], N_TEXTS] = arrays["frequency"]
    at, length = arrays["texts_at"].astype(np.int64), arrays["texts_length"].astype(np.int64)
    window.text_ring[np.repeat(at, length), _counted(length)] = arrays["texts_ring"]
    window.tally[at, N_LENGTH] = window.tally[at, N_NEXT] = length
    at, length = arrays["stories_at"].astype(np.int64), arrays["stories_length"].astype(np.int64)
    window.story_ring[np.repeat(at, length), _counted(length)] = arrays["stories_ring"]
    window.story_count[np.repeat(at, length), _counted(length)] = arrays["stories_count"]
    window.tally[at, N_STORIES] = length
    bucket, way = np.divmod(arrays["key_at"].astype(np.int64), window.keys.shape[1])
    window.keys[bucket, way] = arrays["keys"]
    window.known[bucket, 2 * way], window.known[bucket, 2 * way + 1] = arrays["known"][:, 0], arrays["known"][:, 1]


def _inverse(norms: I64) -> F64:
    """Return one over the length of each vector, 0 for none; the loops compute the same."""
    return np.divide(1.0, np.sqrt(norms.astype(np.float64)), out=np.zeros(len(norms)), where=norms > 0)


def pack(head: dict[str, object], arrays: Arrays) -> bytes:
    """Return a head and arrays as bytes, the arrays compressed: half the size for a twentieth of a second."""
    layout = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    text = json.dumps({**head, "arrays": layout}, sort_keys=True, separators=(",", ":")).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return b"".join([_HEAD.pack(MAGIC, VERSION, len(text)), text, _CODEC.compress(body, asbytes=True)])


def unpack(data: bytes) -> tuple[dict[str, object], Arrays]:
    """Read ``pack`` back; raise BadState when it is something else."""
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if magic != MAGIC or version != VERSION:
            raise BadState(f"State format {magic!r} version {version}, wanted {MAGIC!r} version {VERSION}: fold again from the log.")
        at = _HEAD.size + length
        head = json.loads(data[_HEAD.size : at])
        layout = [(name, np.dtype(dtype), shape, int(np.prod(shape, dtype=np.int64))) for name, dtype, shape in head.pop("arrays")]
        size = sum(dtype.itemsize * count for _name, dtype, _shape, count in layout)
        body = _CODEC.decompress(data[at:], decompressed_size=size, asbytes=True)
        arrays: Arrays = {}
        at = 0
        for name, dtype, shape, count in layout:
            arrays[name] = np.frombuffer(body, dtype, count, at).reshape(shape)
            at += arrays[name].nbytes
    except (struct.error, ValueError, KeyError, TypeError, OSError, UnicodeDecodeError) as error:
        raise error if isinstance(error, BadState) else BadState(f"Unreadable state: {error}.") from error
    return head, arrays
