"""Count the voices of many series in five-minute steps, straight from the columns of the intake log; pure, state to bytes.

The clock is the stream's own: the newest time of receipt so far, row by row. A step is closed, and bursts are looked for, when the clock
is ``GRACE_MINUTES`` past it, so the result depends on the order of the log alone and not on how it was cut into ticks or runs.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from huiying.core.analysis import bursts, series
from huiying.core.analysis.series import DAY_STEPS, HOUR_STEPS, STEP_SECONDS, Bank, Ints

from .rules import AUTHORS_LEAST, CHANNELS_LEAVE, CHANNELS_MOST, DEAF_MINUTES, GRACE_MINUTES, LATE_MINUTES

#: The columns of the log that are read.
COLUMNS = ("seq", "ts", "received", "channel", "author")
#: Key of the series of all posts; channels have keys below it, watches their own numbers above it.
ALL = 0
_STEP_US = STEP_SECONDS * 1_000_000
_GRACE_US = GRACE_MINUTES * 60_000_000
_LATE_STEPS = LATE_MINUTES * 60 // STEP_SECONDS
_DEAF_STEPS = DEAF_MINUTES * 60 // STEP_SECONDS
_SPAN_STEPS = max(series.SCALES)
_HOUR = series.SCALES.index(HOUR_STEPS)
_HEAD = struct.Struct("<8sII")
_MAGIC, _VERSION = b"HYLEDGER", 1


class BadLedger(ValueError):
    """The bytes are not a ledger of this version."""


@dataclass(frozen=True)
class Hour:
    """An hour of the whole stream: the step after it, voices, how many were usual, counts that taught it."""

    end: int
    voices: int
    usual: float
    n: int


@dataclass(frozen=True)
class Told:
    """A burst with the counts that taught what is usual."""

    burst: bursts.Burst
    n: int


@dataclass
class Taken:
    """What some posts brought about."""

    told: list[Told] = field(default_factory=list)
    hours: list[Hour] = field(default_factory=list)


class Ledger:
    """The series of one stream: all posts, its channels, its watches; and what of the steps still open was said by whom."""

    def __init__(self) -> None:
        self.detector: bursts.Detector | None = None
        self.clock = 0
        self.posts = self.late = 0
        self.names: dict[int, str] = {}
        self._watches: dict[int, str] = {}
        self._spoke = self._cleared_day = 0
        self._open = np.zeros((3, 0), np.int64)
        #: The five authors of each series heard last, with the step: enough to know whether a span has five.
        self._witnesses: dict[int, list[tuple[int, int]]] = {}

    @property
    def step_number(self) -> int | None:
        """Return the first step that is not closed yet; None before the first post."""
        return None if self.detector is None else self.detector.bank.step_number

    @property
    def steps(self) -> int:
        """Return how many steps of the whole stream were counted."""
        return 0 if self.detector is None else int(self.detector.bank.steps[0])

    def follow(self, watches: Mapping[int, str]) -> None:
        """Follow these watches, by what they ask; one that asks something else now begins anew, others end."""
        same = {key for key, asked in watches.items() if self._watches.get(key) == asked}
        self._watches = dict(watches)
        if self.detector is not None:
            keys = self.detector.bank.keys
            self.detector.keep(np.array([key <= ALL or key in same for key in keys.tolist()], np.bool_))
            self.detector.add(np.array(sorted(set(watches) - set(self.detector.bank.keys.tolist())), np.int64))

    def take(self, posts: pa.Table, matched: Sequence[tuple[int, int]]) -> Taken:
        """Count posts in the order of the log; ``matched`` are pairs of watch and post."""
        taken = Taken()
        if not posts.num_rows:
            return taken
        seqs, published, received = (_whole(posts.column(name)) for name in ("seq", "ts", "received"))
        clock = np.maximum(np.maximum.accumulate(received), self.clock)
        first_open = (clock - _GRACE_US) // _STEP_US
        if self.detector is None:
            self._begin(int(first_open[0]))
        steps = np.minimum(published, received) // _STEP_US
        in_time = steps >= first_open - _LATE_STEPS
        steps = np.maximum(steps, first_open)
        voices = _voices(posts.column("author"), seqs)
        said = np.stack([steps, self._channels(posts.column("channel")), voices])[:, in_time]
        self._add(said, _matches(matched, seqs, np.stack([steps, voices]), in_time))
        self.clock, self.posts, self.late = int(clock[-1]), self.posts + len(seqs), self.late + int((~in_time).sum())
        self._close(int(first_open[-1]), taken)
        return taken

    def _begin(self, step: int) -> None:
        bank = Bank.starting(step, np.array([ALL, *sorted(self._watches)], np.int64))
        self.detector, self._spoke = bursts.Detector(bank), step - 1

    def _channels(self, column: pa.ChunkedArray) -> Ints:
        """Return the key of each post's channel, and remember its name."""
        found = column.combine_chunks().dictionary_encode()
        keys = [-1 - (xxhash.xxh3_64_intdigest(name.encode()) >> 2) for name in found.dictionary.to_pylist()]
        self.names.update(zip(keys, found.dictionary.to_pylist(), strict=True))
        return np.asarray(np.array(keys, np.int64)[found.indices.to_numpy()], np.int64)

    def _add(self, said: Ints, matched: Ints) -> None:
        """Put what was said to the steps that are open: step, series, voice; each once."""
        rows = np.concatenate([self._open, said, matched], axis=1)
        rows = rows[:, np.lexsort(rows[::-1])]
        is_new = np.ones(rows.shape[1], np.bool_)
        is_new[1:] = (rows[:, 1:] != rows[:, :-1]).any(axis=0)
        self._open = rows[:, is_new]

    def _close(self, until: int, taken: Taken) -> None:
        """Take all steps before ``until``."""
        closed = int(np.searchsorted(self._open[0], until))
        rows, self._open = self._open[:, :closed], self._open[:, closed:]
        begins = _begins(rows[0]).tolist()
        for begin, end in pairwise([*begins, closed]):
            step = int(rows[0, begin])
            self._be_silent(step, taken)
            self._step(step, rows[1:, begin:end], taken)
            self._spoke = step
        self._be_silent(until, taken)

    def _be_silent(self, until: int, taken: Taken) -> None:
        """Take steps in which nobody spoke; after hours of them nobody was listening, and the clock is put forward."""
        assert self.detector is not None
        nothing = np.zeros((2, 0), np.int64)
        for step in range(self.detector.bank.step_number, min(until, self._spoke + 1 + _DEAF_STEPS)):
            self._step(step, nothing, taken)
        self.detector.bank.step_number = max(until, self.detector.bank.step_number)  # its sums are all nought by then

    def _step(self, step: int, rows: Ints, taken: Taken) -> None:
        """Take one step; ``rows`` are series and voice, sorted."""
        assert self.detector is not None
        begins = _begins(rows[0])
        keys, counts = rows[0, begins].tolist(), np.diff(begins, append=rows.shape[1]).tolist()
        heard = dict(zip(keys, counts, strict=True))
        self._admit(heard, step)
        self._witness(step, rows, dict(zip(keys, begins.tolist(), strict=True)), heard)
        heard[ALL] = sum(count for key, count in heard.items() if key < ALL)  # an author is a pseudonym of one channel
        before = self.detector.told.copy()
        bank = self.detector.bank
        readings, found = self.detector.step(np.array([heard.get(key, 0) for key in bank.keys.tolist()], np.int64))
        for burst in found:
            row = int(np.flatnonzero(bank.keys == burst.key)[0])
            if self._authors(burst) >= AUTHORS_LEAST:
                taken.told.append(Told(burst, int(readings.steps[row])))
            else:
                self.detector.told[row] = before[row]
        if (step + 1) % HOUR_STEPS == 0 and readings.steps[0] >= HOUR_STEPS - 1:
            seen, usual = int(readings.seen[0, _HOUR]), float(readings.expected[0, _HOUR])
            taken.hours.append(Hour(step + 1, seen, usual, int(readings.steps[0])))

    def _admit(self, heard: Mapping[int, int], step: int) -> None:
        """Begin the series of new channels, the loudest first, as long as there is room."""
        assert self.detector is not None
        known = set(self.detector.bank.keys.tolist())
        new = sorted((key for key in heard if key < ALL and key not in known), key=lambda key: (-heard[key], key))
        if not new:
            return
        channels = self.detector.bank.keys < ALL
        if channels.sum() >= CHANNELS_MOST and step // DAY_STEPS > self._cleared_day:
            self._cleared_day = step // DAY_STEPS
            order = np.lexsort((self.detector.bank.keys, self.detector.bank.level[-1]))
            leaving = order[channels[order]][: min(len(new), CHANNELS_LEAVE)]
            self.detector.keep(~np.isin(np.arange(len(channels)), leaving))
        room = max(CHANNELS_MOST - int((self.detector.bank.keys < ALL).sum()), 0)
        self.detector.add(np.array(new[:room], np.int64))

    def _witness(self, step: int, rows: Ints, begins: Mapping[int, int], heard: Mapping[int, int]) -> None:
        """Remember the authors of each series heard last."""
        if not heard:
            return
        everybody = rows[1, rows[0] < ALL][: 4 * AUTHORS_LEAST].tolist()
        spoke = {key: rows[1, begins[key] : begins[key] + min(n, AUTHORS_LEAST)].tolist() for key, n in heard.items()}
        for key, voices in {**spoke, ALL: list(dict.fromkeys(everybody))}.items():
            now = [(step, voice) for voice in voices[:AUTHORS_LEAST]]
            before = (each for each in self._witnesses.get(key, ()) if each[1] not in voices)
            self._witnesses[key] = [*now, *islice(before, AUTHORS_LEAST - len(now))]

    def _authors(self, burst: bursts.Burst) -> int:
        """Return how many distinct authors a burst has, counted to five."""
        since = burst.step + 1 - round(burst.hours * HOUR_STEPS)
        return sum(step >= since for step, _voice in self._witnesses.get(burst.key, ()))

    def to_bytes(self) -> bytes:
        """Pack the ledger; authors that no span reaches any more are left behind."""
        detector = b"" if self.detector is None else self.detector.to_bytes()
        followed = set() if self.detector is None else set(self.detector.bank.keys.tolist())
        least = (self.step_number or 0) - _SPAN_STEPS
        witnesses = [(step, key, voice) for key in sorted(self._witnesses.keys() & followed) for step, voice in self._witnesses[key]]
        kept = np.array([each for each in witnesses if each[0] >= least], np.int64).reshape(-1, 3).T
        named = followed | set(self._open[1].tolist())
        head = {
            **{name: getattr(self, name) for name in _NUMBERS},
            "names": sorted((key, name) for key, name in self.names.items() if key in named),
            "watches": sorted(self._watches.items()),
            "open": self._open.shape[1],
            "witnesses": kept.shape[1],
        }
        text = json.dumps(head, ensure_ascii=False).encode()
        return _HEAD.pack(_MAGIC, _VERSION, len(text)) + text + self._open.tobytes() + kept.tobytes() + detector

    @classmethod
    def from_bytes(cls, data: bytes) -> Ledger:
        """Unpack a ledger; raises BadLedger for anything that ``to_bytes`` did not write."""
        try:
            magic, version, size = _HEAD.unpack_from(data)
            if (magic, version) != (_MAGIC, _VERSION):
                raise BadLedger(f"These bytes are not a ledger of version {_VERSION}.")
            place = _HEAD.size + size
            head = json.loads(data[_HEAD.size : place])
            found = cls()
            for name in _NUMBERS:
                setattr(found, name, int(head[name]))
            found.names, found._watches = dict(head["names"]), dict(head["watches"])
            found._open = np.frombuffer(data, np.int64, 3 * head["open"], place).reshape(3, -1).copy()
            place += found._open.nbytes
            witnesses = np.frombuffer(data, np.int64, 3 * head["witnesses"], place).reshape(3, -1)
            for step, key, voice in witnesses.T.tolist():
                found._witnesses.setdefault(key, []).append((step, voice))
            rest = data[place + witnesses.nbytes :]
            found.detector = bursts.Detector.from_bytes(rest) if rest else None
        except (struct.error, KeyError, TypeError, ValueError) as error:
            raise BadLedger(f"These bytes are not a ledger: {error}") from error
        return found


_NUMBERS = ("clock", "posts", "late", "_spoke", "_cleared_day")


def read_columns(batches: Iterable[bytes]) -> pa.Table:
    """Return the posts of some ticks, only the columns that are counted: texts are not even unpacked."""
    from huiying.core.analysis.schema import POSTS

    options = pa.ipc.IpcReadOptions(included_fields=[POSTS.get_field_index(name) for name in COLUMNS])
    schema = pa.schema([POSTS.field(name) for name in COLUMNS])
    tables = [pa.ipc.open_stream(batch, options=options).read_all().select(COLUMNS).cast(schema) for batch in batches]
    return pa.concat_tables(tables)


def _begins(values: Ints) -> Ints:
    """Return the places at which another value begins."""
    return np.flatnonzero(np.concatenate([np.ones(min(len(values), 1), np.bool_), values[1:] != values[:-1]]))


def _whole(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)


def _voices(authors: pa.ChunkedArray, seqs: Ints) -> Ints:
    """Return who spoke: a number for each author, and a post whose author is unknown for itself."""
    found = authors.combine_chunks().fill_null("").dictionary_encode()
    names = found.dictionary.cast(pa.binary()).to_pylist()
    numbers = np.array([xxhash.xxh3_64_intdigest(name) if name else 0 for name in names], np.uint64).astype(np.int64)
    voices: Ints = numbers[found.indices.to_numpy()]
    return np.where(voices == 0, ~seqs, voices)


def _matches(matched: Sequence[tuple[int, int]], seqs: Ints, said: Ints, in_time: npt.NDArray[np.bool_]) -> Ints:
    """Return step, watch and voice of each match among these posts."""
    pairs = np.array(matched, np.int64).reshape(-1, 2)
    if not len(pairs):
        return np.zeros((3, 0), np.int64)
    order = np.argsort(seqs)
    places = order[np.clip(np.searchsorted(seqs, pairs[:, 1], sorter=order), 0, len(seqs) - 1)]
    is_here = (seqs[places] == pairs[:, 1]) & in_time[places]
    return np.stack([said[0, places], pairs[:, 0], said[1, places]])[:, is_here]
