"""``huiying analyse``: stories, questions and phrases of a file of posts, without a database."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any  # plain values that become JSON

import click

from huiying.core.analysis.moments import EPOCH, microseconds, moment_of

from .output import Fault, json_option, tell

if TYPE_CHECKING:
    import pyarrow as pa

    from huiying.core.analysis.phrases import Background
    from huiying.core.analysis.sayings import Saying
    from huiying.core.collectors.records import Record

#: Posts folded at once; what is found does not depend on it.
TICK = 500
#: Texts of one story that are read, evenly over its time, and texts its phrases are held against.
TEXTS_MOST, BACKGROUND_TEXTS = 400, 4_000
#: Bursts are looked for in the last days of the file, five minutes a step; before a day of history nothing is a burst.
BURST_DAYS, STEP = 30, timedelta(minutes=5)
_WIDTH = 78


@dataclass
class _Timings:
    """Seconds of each part."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        begun = time.perf_counter()
        yield
        self.seconds[part] += time.perf_counter() - begun


@dataclass
class _Found:
    """What was read and folded: sayings by number, and which story each belongs to."""

    sayings: dict[int, Saying] = field(default_factory=dict)
    story_of: dict[int, int] = field(default_factory=dict)
    medoid_of: dict[int, int] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    unreadable: int = 0

    def members(self) -> dict[int, list[Saying]]:
        """Return the sayings of each story, the largest story first."""
        stories: dict[int, list[Saying]] = defaultdict(list)
        for seq, story in self.story_of.items():
            stories[story].append(self.sayings[seq])
        return dict(sorted(stories.items(), key=lambda pair: (-len(pair[1]), pair[0])))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--stories", "count", default=5, show_default=True, type=click.IntRange(1, 200), help="How many stories are shown, the largest first."
)
@click.option("--limit", type=click.IntRange(1), help="Read only so many posts.")
@json_option
def analyse(file: Path, count: int, limit: int | None, as_json: bool) -> None:
    """Show what a FILE of posts is about: stories, what is asked and claimed, phrases.

    FILE is JSONL, CSV or a workbook, plain or gzipped, as for replay. Nothing is stored and no
    database is needed. What points at a person is masked first.
    """
    from huiying.core.analysis import stream as analysis
    from huiying.core.collectors.records import BadFeed, Record
    from huiying.core.collectors.table import read_file

    timings = _Timings()
    try:
        next(read_file(file), None)  # what holds no posts is refused before anything is made ready
        with timings.of("getting ready"):
            _fold(
                scratch := _Found(),
                analysis.new_state(analysis.DEFAULT),
                [_row(scratch, Record(None, None, "", "停水"), EPOCH)],
                _Timings(),
            )
        found = _read(file, limit, timings, quiet=as_json)
    except BadFeed as error:
        raise Fault(str(error), wrong_use=True) from error
    if not found.story_of:
        raise Fault(f"{file.name}: no post of it can be read.", wrong_use=True)
    result = _result(found, count, timings)
    tell(result, _told(result), as_json=as_json)


def _read(path: Path, limit: int | None, timings: _Timings, *, quiet: bool) -> _Found:
    """Read and fold the file tick by tick."""
    from rich.console import Console
    from rich.progress import Progress

    from huiying.core.analysis import stream as analysis
    from huiying.core.collectors.records import Record
    from huiying.core.collectors.table import read_file

    found, state, rows = _Found(), analysis.new_state(analysis.DEFAULT), []
    last = EPOCH
    with Progress(console=Console(stderr=True), disable=quiet or not sys.stderr.isatty()) as progress:
        task = progress.add_task(path.name, total=None)
        for _number, record in read_file(path):
            if not isinstance(record, Record):
                found.unreadable += 1
                continue
            last = record.published_at or last
            rows.append(_row(found, record, last))
            if len(rows) == TICK:
                _fold(found, state, rows, timings)
                progress.update(task, completed=len(found.sayings), description=f"{path.name}: {len(found.sayings):,} posts")
                rows = []
            if limit is not None and len(found.sayings) >= limit:
                break
        _fold(found, state, rows, timings)
    return found


def _row(found: _Found, record: Record, at: datetime) -> dict[str, Any]:
    """Return a post as the analysis takes it; masked, its author hashed for this run alone."""
    import xxhash

    from huiying.core.analysis.sayings import Saying
    from huiying.core.formats.cleaning import clean, mask
    from huiying.core.formats.folding import as_one

    seq = len(found.sayings) + 1
    title, body = mask(clean(record.title)), mask(clean(record.text))
    author = xxhash.xxh3_64_hexdigest(record.author_handle.encode("utf-8", "replace")) if record.author_handle else ""
    text = as_one(title, body)
    found.sayings[seq] = Saying(seq, microseconds(at), text, author, 1, record.channel)
    found.titles[seq] = title
    post = {"seq": seq, "ts": at, "received": at, "title": title or None, "text": body, "lang": record.language, "channel": record.channel}
    return {**post, "source": 1, "media_tier": 0, "author": author or None}


def _fold(found: _Found, state: Any, rows: list[dict[str, Any]], timings: _Timings) -> None:
    import pyarrow as pa

    from huiying.core.analysis import stream as analysis

    if not rows:
        return
    with timings.of("stories"):
        batch = pa.RecordBatch.from_pylist(rows, schema=analysis.POSTS)
        results = analysis.advance(state, state.tick + 1, [analysis.features(batch, analysis.DEFAULT)])
    _keep(found, results.assignments, results.stories)


def _keep(found: _Found, assignments: pa.RecordBatch, stories: pa.RecordBatch) -> None:
    from dataclasses import replace

    for seq, story, copy_of in zip(*(assignments.column(name).to_pylist() for name in ("seq", "story", "copy_of")), strict=True):
        found.story_of[seq] = story
        if copy_of is not None:
            found.sayings[seq] = replace(found.sayings[seq], copy_of=copy_of)
    found.medoid_of.update(zip(stories.column("story").to_pylist(), stories.column("medoid_seq").to_pylist(), strict=True))


def _result(found: _Found, count: int, timings: _Timings) -> dict[str, Any]:
    from huiying.core.analysis.phrases import Background

    members = found.members()
    background = Background()
    texts = [each.text for each in found.sayings.values() if each.copy_of is None]
    with timings.of("questions and phrases"):
        step = max(len(texts) // BACKGROUND_TEXTS, 1)
        sample = set(range(1, len(found.sayings) + 1, step))
        background.add([each.text for seq, each in found.sayings.items() if seq in sample and each.copy_of is None])
        stories = [_story(found, id, said, background, sample) for id, said in list(members.items())[:count]]
    with timings.of("bursts"):
        bursts = _bursts(found, members, [story["story"] for story in stories])
    folded = sum(each.copy_of is not None for each in found.sayings.values())
    return {
        "posts": len(found.sayings),
        "unreadable": found.unreadable,
        "copies": folded,
        "stories_in_all": len(members),
        "stories": stories,
        "bursts": bursts,
        "seconds": {part: round(seconds, 3) for part, seconds in timings.seconds.items()},
        "posts_per_second": round(len(found.sayings) / max(timings.seconds["stories"], 1e-9)),
    }


def _story(found: _Found, id: int, said: list[Saying], background: Background, sample: set[int]) -> dict[str, Any]:
    from huiying.core.analysis.digest import digest
    from huiying.core.analysis.sayings import AUTHORS_LEAST, plain

    own = [each for each in said if each.copy_of is None]
    read = own[:: max(len(own) // TEXTS_MOST, 1)]
    seqs = {each.seq for each in read}
    copies = [each for each in said if each.copy_of in seqs]
    behind = background.without([each.text for each in own if each.seq in sample])
    medoid = found.medoid_of.get(id, own[0].seq if own else said[0].seq)
    authors = len({each.author for each in said if each.author})
    return {
        "story": id,
        "title": found.titles.get(medoid) or plain(found.sayings[medoid].text)[:60],
        "first": moment_of(min(each.at for each in said)).isoformat(),
        "last": moment_of(max(each.at for each in said)).isoformat(),
        "posts": len(said),
        "copies": len(said) - len(own),
        "authors": authors if authors >= AUTHORS_LEAST else None,
        **digest(read + copies, behind).to_dict(),
    }


def _told(result: dict[str, Any]) -> str:
    lines = [
        f"{result['posts']:,} posts, {result['copies']:,} of them copies, {result['unreadable']:,} unreadable; "
        f"{result['stories_in_all']:,} stories, the largest {len(result['stories'])}:"
    ]
    for story in result["stories"]:
        lines += ["", *_told_story(story)]
    lines += ["", *(_told_burst(burst) for burst in result["bursts"])] if result["bursts"] else []
    parts = ", ".join(f"{part} {seconds:.2f} s" for part, seconds in result["seconds"].items())
    return "\n".join([*lines, "", f"{parts}; {result['posts_per_second']:,} posts/s into stories"])


def _told_story(story: dict[str, Any]) -> list[str]:
    authors = story["authors"] or "fewer than 5"
    lines = [
        story["title"],
        f"  {story['posts']} posts, {story['copies']} copies, {authors} authors; {story['first'][:16]} to {story['last'][:16]}",
    ]
    lines += [f"  “{sentence['text'][:_WIDTH]}” (post {sentence['seq']})" for sentence in story["summary"].get("sentences", ())]
    if found := story["phrases"].get("phrases"):
        lines.append("  phrases:  " + ", ".join(phrase["text"] for phrase in found[:8]))
    for kind in ("places", "organisations"):
        if found := story["names"].get(kind):
            lines.append(f"  {kind}: " + ", ".join(f"{name['text']} {name['posts'] or '(fewer than 5)'}" for name in found[:6]))
    lines += [
        _told_group("demanded" if group["kind"] == "demand" else "asked", group) for group in story["questions"].get("groups", ())[:4]
    ]
    lines += [_told_group("claimed", group) for group in story["claims"].get("groups", ())[:3]]
    lines += [f"  pasted:   {wave['posts']} of {wave['of']} posts of one hour are post {wave['seq']}" for wave in story["waves"][:1]]
    if "needed" in story["questions"]:
        lines.append(f"  questions: insufficient evidence, {story['questions']['reason']}")
    return lines


def _told_group(word: str, group: dict[str, Any]) -> str:
    count = f"{group['authors']} authors" if group["authors"] else f"{group['posts']} posts" if group["posts"] else "fewer than 5"
    return f"  {word + ':':<9} {group['text'][:_WIDTH]} ({count})"


def _bursts(found: _Found, members: dict[int, list[Saying]], shown: list[int]) -> list[dict[str, Any]]:
    """Return the bursts of all posts together (story None) and of the stories shown, in the order of time."""
    import numpy as np

    from huiying.core.analysis.bursts import Detector
    from huiying.core.analysis.series import Bank

    width = STEP // timedelta(microseconds=1)
    series = {0: list(found.sayings.values()), **{id: members[id] for id in shown}}
    end = max(each.at for each in series[0]) // width + 1
    start = max(min(each.at for each in series[0]) // width, end - BURST_DAYS * timedelta(days=1) // STEP)
    voices = np.zeros((len(series), end - start), np.int64)
    for row, said in enumerate(series.values()):
        steps = np.array([each.at // width - start for each in said], np.int64)
        voices[row] = np.bincount(steps[steps >= 0], minlength=end - start)
    detector = Detector(Bank.starting(start, np.array(list(series), np.int64)))
    told = [burst for step in voices.T for burst in detector.step(np.ascontiguousarray(step))[1]]
    return [
        {
            "story": burst.key or None,
            "at": (EPOCH + STEP * burst.step).isoformat(),
            "posts": burst.seen,
            "expected": round(burst.expected, 1),
            "hours": burst.hours,
        }
        for burst in told
    ]


def _told_burst(burst: dict[str, Any]) -> str:
    of = f"story {burst['story']}" if burst["story"] else "all posts"
    return f"burst of {of} at {burst['at'][:16]}: {burst['posts']} posts in {burst['hours']:g} h, {burst['expected']:g} usual"
