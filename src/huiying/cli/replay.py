"""``huiying replay``: play recorded posts through sources, stories and warnings."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import Fault, json_option, prepare_django, tell
from .source import migrated

if TYPE_CHECKING:
    from huiying.core.collectors.records import Record, Unreadable
    from huiying.listen.sources.reading import ReadAhead
    from huiying.listen.sources.services.intake import Delivered
    from huiying.listen.stories.services import FoldAhead

#: A pause shorter than this is not worth a tick of its own (seconds).
LEAST_PAUSE = 0.05
#: A smaller file is read before a process beside has begun (bytes).
READ_AHEAD_FROM = 2 << 20
#: A tick holds so many posts, and more while they were published close together: a large one costs less a post, a long one is judged late.
LEAST_POSTS, MOST_POSTS = 500, 2_000
LONGEST_TICK = timedelta(minutes=30)


@dataclass
class _Pace:
    """Wait so that records come at the speed they were published, times a factor; None never waits."""

    factor: float | None
    _started: float = 0.0
    _first: datetime | None = None

    def wait_before(self, published: datetime | None) -> float:
        """Return how many seconds the record still lies ahead."""
        if self.factor is None or published is None:
            return 0.0
        if self._first is None:
            self._first, self._started = published, time.monotonic()
        return self._started + (published - self._first).total_seconds() / self.factor - time.monotonic()


@dataclass
class _Run:
    """One replay of one file: the records of the tick being filled, and what was taken in."""

    path: Path
    stream: str
    stories: _Stories
    key: str
    line: int
    at: int
    stored: int = 0
    batch: list[Delivered] = field(default_factory=list)
    #: When the first record of the tick was published.
    begun: datetime | None = None
    #: Peak memory of the process that read the file ahead (KiB).
    beside: int = 0

    def add(self, number: int, record: Delivered, published: datetime | None) -> bool:
        """Take a record into the tick being filled; return whether that should be closed."""
        self.batch.append(record)
        self.at = number
        if published is not None:
            self.begun = self.begun or published
        if len(self.batch) < LEAST_POSTS:
            return False
        return len(self.batch) >= MOST_POSTS or self.begun is None or (published is not None and published - self.begun >= LONGEST_TICK)

    def flush(self) -> int:
        """Take in the batch as one tick and apply it; return how many records it held."""
        from django.utils import timezone

        from huiying.listen.sources.services import replay_tick

        if not self.batch:
            return 0
        outcome, _state = replay_tick(key=self.key, after_line=self.line, line=self.at, records=self.batch, now=timezone.now())
        count, self.line, self.batch, self.begun = len(self.batch), self.at, [], None
        self.stored += outcome.stored
        self.stories.follow()
        return count


class _Stories:
    """Folds closed ticks into stories, each at its own time, as a worker would have done then.

    With ``ahead`` a process beside computes while the next posts are taken in; what is stored depends on the log alone.
    """

    def __init__(self, stream: str, ahead: FoldAhead | None) -> None:
        self._stream, self._ahead = stream, ahead

    def follow(self) -> None:
        """Apply what is due: every closed tick, or with ``ahead`` only what fills its line."""
        if self._ahead is None:
            self.finish()
            return
        from huiying.listen.stories.services import IN_FLIGHT

        while self._ahead.look_ahead() >= IN_FLIGHT and self._apply():
            pass
        if not self._ahead.is_working:
            self.finish()

    def finish(self) -> None:
        """Apply every closed tick."""
        while self._apply():
            if self._ahead is not None:
                self._ahead.look_ahead()

    def _apply(self) -> bool:
        from huiying.listen.sources.selectors import tick_time
        from huiying.listen.stories.selectors import applied_tick
        from huiying.listen.stories.services import apply_next_tick

        at = tick_time(self._stream, applied_tick(self._stream) + 1)
        if at is None:
            return False
        if self._ahead is None:
            return apply_next_tick(stream=self._stream, now=at)
        self._ahead.wait()
        return apply_next_tick(stream=self._stream, now=at, fold=self._ahead.fold)


def speed_of(text: str) -> float | None:
    """Return the factor of a speed, None for as fast as possible.

    >>> speed_of("real"), speed_of("60"), speed_of("max")
    (1.0, 60.0, None)
    """
    if text == "max":
        return None
    if text == "real":
        return 1.0
    try:
        factor = float(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: use real, max or a factor such as 60.") from error
    if not 0 < factor < 1e9:
        raise click.BadParameter(f"{text!r}: use real, max or a factor above 0.")
    return factor


def moment_of(text: str | None) -> datetime | None:
    """Return the moment a text names, China Standard Time where it names no zone.

    >>> moment_of("2026-11-01T08:00").isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    if text is None:
        return None
    from huiying.core.collectors.records import time_of

    try:
        at = time_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if at is None:
        raise click.BadParameter("name a time such as 2026-11-01T08:00.")
    return at


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--speed", default="max", show_default=True, callback=lambda _c, _p, value: speed_of(value), help="real, max, or a factor such as 60."
)
@click.option("--at", callback=lambda _c, _p, value: moment_of(value), help="When records without a time were published.")
@click.option("--stream", default="live", show_default=True, type=click.Choice(["live", "exercise"]), help="Which log the posts go to.")
@json_option
def replay(files: tuple[Path, ...], speed: float | None, at: datetime | None, stream: str, as_json: bool) -> None:
    """Play JSONL or CSV FILES (plain or gzipped) through sources, stories and warnings.

    Each record counts as received when it was published; one that states no time, together with the
    one before it. Killed in the middle and started again, a replay goes on where it stopped; a file
    replayed to its end adds nothing when replayed again.
    """
    from huiying.core.collectors.records import BadFeed

    try:
        for path in files:  # before the database is even opened
            next(_records(path, 0), None)
        prepare_django()
        begins = [_begin(path, at) for path in files]
        migrated()
        started = time.perf_counter()
        runs = _play_all(list(zip(files, begins, strict=True)), stream, speed, quiet=as_json)
    except BadFeed as error:
        raise Fault(str(error), wrong_use=True) from error
    except KeyboardInterrupt as error:
        raise Fault("Stopped. Run the same command again: it goes on where it stopped.") from error
    summary = _summary(runs, stream, time.perf_counter() - started)
    tell(summary, _told(summary), as_json=as_json)


def _records(path: Path, skip: int) -> Iterator[tuple[int, Record | Unreadable]]:
    from huiying.core.collectors.table import read_file

    return read_file(path, skip=skip)


def _ahead(path: Path, skip: int) -> ReadAhead:
    from huiying.listen.sources.reading import ReadAhead

    return ReadAhead(path, skip)


def _begin(path: Path, at: datetime | None) -> datetime:
    """Return when records count as received before one states a time: ``at``, else the first time stated in the file.

    Raises Fault where there is neither: the hour of the replay would make two replays differ.
    """
    from django.utils import timezone

    from huiying.core.collectors.records import Record
    from huiying.listen.sources.rules import believable

    now, is_needed = timezone.now(), False
    if at is not None:
        if believable(at, now, now) != at:
            raise Fault(f"--at {at.isoformat()} cannot be: use a time that has been.", wrong_use=True)
        return at
    for _number, record in _records(path, 0):
        if isinstance(record, Record) and record.published_at is not None and (stated := believable(record.published_at, now, now)):
            return stated
        is_needed |= isinstance(record, Record) and record.published_at is None
    if is_needed:
        raise Fault(f"No record of {path.name} says when it was published (ts). Say it for all: --at 2026-11-01T08:00", wrong_use=True)
    return now


def _play_all(files: list[tuple[Path, datetime]], stream: str, speed: float | None, *, quiet: bool) -> list[_Run]:
    from huiying.listen.stories.services import FoldAhead

    with FoldAhead(stream) if speed is None else nullcontext() as ahead:
        return [_play(path, begin, stream, _Pace(speed), _Stories(stream, ahead), quiet=quiet) for path, begin in files]


def _play(path: Path, begin: datetime, stream: str, pace: _Pace, stories: _Stories, *, quiet: bool) -> _Run:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from huiying.core.collectors.records import Unreadable
    from huiying.core.collectors.table import digest_of
    from huiying.listen.sources.services import replay_begin

    state = replay_begin(digest=digest_of(path), name=path.name, stream=stream, now=begin)
    run = _Run(path, stream, stories, state.key, state.line, state.line)
    stories.finish()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    is_large = pace.factor is None and path.stat().st_size >= READ_AHEAD_FROM
    progress = Progress(*columns, console=Console(stderr=True), disable=quiet or not sys.stderr.isatty())
    with _ahead(path, state.line) if is_large else nullcontext(_records(path, state.line)) as records, progress:
        task = progress.add_task(path.name, total=None if quiet else _lines(path), completed=state.line, rate="")
        begun = time.perf_counter()
        for number, record in records:
            published = None if isinstance(record, Unreadable) else record.published_at
            wait = pace.wait_before(published)
            if wait > LEAST_PAUSE:
                run.flush()
                time.sleep(wait)
            if run.add(number, record, published):
                run.flush()
                progress.update(task, completed=number, rate=f"{run.stored / (time.perf_counter() - begun):,.0f} posts/s")
        run.flush()
        stories.finish()
        progress.update(task, completed=run.at)
        run.beside = getattr(records, "peak", 0)
    return run


def _lines(path: Path) -> int:
    import gzip

    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _summary(runs: list[_Run], stream: str, seconds: float) -> dict[str, object]:
    from huiying.listen.sources.selectors import replay_totals
    from huiying.listen.stories.selectors import totals
    from huiying.listen.warnings.selectors import all_warnings

    taken = replay_totals([run.key for run in runs])
    stories, folded = totals(stream)
    stored_now = sum(run.stored for run in runs)
    processes = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)  # itself, the larger process beside, and the one that reads ahead
    most = sum(resource.getrusage(each).ru_maxrss for each in processes) + max(run.beside for run in runs)
    peak = most / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return {
        "posts": taken.stored,
        "repeated": taken.repeated,
        "folded": folded,
        "quarantined": taken.quarantined,
        "stories": stories,
        "warnings": all_warnings().filter(exercise=stream == "exercise").count(),
        "posts_per_second": round(stored_now / seconds, 1) if seconds else 0.0,
        "peak_memory_mb": round(peak, 1),
        "seconds": round(seconds, 2),
    }


def _told(summary: dict[str, object]) -> str:
    return (
        f"posts {summary['posts']}, repeated {summary['repeated']}, folded {summary['folded']}, quarantined {summary['quarantined']}, "
        f"stories {summary['stories']}, warnings {summary['warnings']}; "
        f"{summary['posts_per_second']} posts/s, {summary['peak_memory_mb']} MB at most"
    )
