"""Links between stories of one matter: on matters written for it (evals/matters/), and on Weibo topics, which must not be linked.

    python -m evals.links [--json] [--show]

``stories.tsv`` tells 40 matters of ten towns in Chinese and in English, and side themes of some; the four matters of a town share its
places and its field, and all have the same time: harder than life. ``{p}`` stands for each place of the town in turn.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from evals.run import folded as stories_folded
from evals.run import stream_of
from huiying.core.analysis.links import ENCODED_MOST, Link, Matter, Portrait, bare, link, portrait_of
from huiying.core.analysis.meaning import Meaning, meaning_of

FOLDER = Path(__file__).with_name("matters")
FLOORS = Path(__file__).with_name("floors.json")
#: Weibo stories of so many posts are looked at: more than the program would, where nearly none has 20 in an hour.
WEIBO_POSTS_LEAST = 8
SILENCE = timedelta(hours=12)


@dataclass(frozen=True)
class Told:
    """A story: which matter of which town it tells, whether it is the main one, its portrait and its texts."""

    town: str
    matter: str
    is_main: bool
    portrait: Portrait
    texts: tuple[str, ...]


class Meanings:
    """What stories mean, by number, each read once."""

    def __init__(self) -> None:
        self.texts: dict[int, list[str]] = {}
        self._read: dict[int, Meaning | None] = {}

    def __call__(self, story: int) -> Meaning | None:
        if story not in self._read:
            self._read[story] = meaning_of(self.texts[story])
        return self._read[story]


def written(meanings: Meanings) -> list[Told]:
    """Return the stories written for this measure."""
    rows = [line.split("\t") for line in (FOLDER / "stories.tsv").read_text(encoding="utf-8").splitlines() if line]
    places = {(town, language): texts.split("|") for town, _matter, kind, language, texts in rows if kind == "places"}
    found = []
    for town, matter, kind, language, texts in rows:
        if kind != "places":
            said = tuple(text.replace("{p}", place) for place in places[town, language] for text in texts.split("|"))
            portrait = portrait_of(len(found) + 1, said)
            meanings.texts[portrait.story] = bare(said[:ENCODED_MOST], portrait.names)
            found.append(Told(town, matter, kind == "main", portrait, said))
    return found


def _shares(pairs: Iterable[tuple[Told, Told | None, bool]]) -> dict[str, float]:
    """Return precision and recall of (story, what it was linked to, whether its own matter was there)."""
    right = wrong = possible = 0
    for story, found, is_there in pairs:
        possible += is_there
        if found is not None:
            is_right = (found.town, found.matter) == (story.town, story.matter)
            right, wrong = right + is_right, wrong + (not is_right)
    return {"precision": right / max(right + wrong, 1), "recall": right / max(possible, 1), "wrong": float(wrong)}


def _tried(stories: Iterable[Told], mains: list[Told], meanings: Meanings, *, without: bool) -> Iterator[tuple[Told, Told | None, bool]]:
    """Link each story to one of the main stories; ``without`` takes its own matter away first."""
    known = {main.portrait.story: main for main in mains}
    for story in stories:
        is_own = [(main.town, main.matter) == (story.town, story.matter) for main in mains]
        offered = [main for main, own in zip(mains, is_own, strict=True) if main is not story and not (own and without)]
        found = link(story.portrait, [Matter(main.portrait) for main in offered], meanings)
        yield story, known[found.main] if found else None, any(is_own) and not without


def written_measured(*, show: bool = False) -> dict[str, float]:
    """Return the figures on the written matters: between languages, side themes, and what one town links wrongly."""
    meanings = Meanings()
    stories = written(meanings)
    mains = {zh: [each for each in stories if each.is_main and each.portrait.is_chinese == zh] for zh in (True, False)}
    cross = [pair for without in (False, True) for zh in mains for pair in _tried(mains[not zh], mains[zh], meanings, without=without)]
    sides = [each for each in stories if not each.is_main]
    side = [pair for zh in mains for pair in _tried([s for s in sides if s.portrait.is_chinese == zh], mains[zh], meanings, without=False)]
    alone = [pair for zh in mains for pair in _tried(mains[zh], mains[zh], meanings, without=True)]
    if show:
        for name, pairs in (("cross", cross), ("side", side), ("alone", alone)):
            for story, found, is_there in pairs:
                if (found is not None) != is_there or (found and (found.town, found.matter) != (story.town, story.matter)):
                    print(name, story.texts[0], "->", found.texts[0] if found else None)
    figures = {f"languages_{name}": value for name, value in _shares(cross).items()}
    figures |= {f"sides_{name}": value for name, value in _shares(side).items()}
    return {**figures, "same_town_wrong_share": sum(found is not None for _story, found, _is in alone) / len(alone)}


def weibo_measured(*, show: bool = False) -> dict[str, float]:
    """Return how many stories of Weibo topics are linked, and how many of the links join what the labels tell apart."""
    stream = stream_of("weibo_topics")
    story_of = stories_folded(stream)[0]
    texts, times = stream.posts.column("text").to_pylist(), stream.posts.column("ts").to_pylist()
    members: dict[int, list[int]] = defaultdict(list)
    for place, story in enumerate(story_of):
        members[story].append(place)
    large = {story: places for story, places in members.items() if len(places) >= WEIBO_POSTS_LEAST}
    spans: dict[int, tuple[datetime, datetime]] = {}
    meanings, portraits, links = Meanings(), dict[int, Portrait](), list[tuple[int, Link]]()
    for story, places in sorted(large.items(), key=lambda pair: (max(times[place] for place in pair[1]), pair[0])):
        said = list(dict.fromkeys(texts[place] for place in reversed(places)))
        span = (min(times[place] for place in places), max(times[place] for place in places))
        near = [id for id, other in spans.items() if max(span[0], other[0]) - min(span[1], other[1]) <= SILENCE]
        portrait = portrait_of(story, said, {name for id in near for name in portraits[id].names})
        meanings.texts[story] = bare(said[:ENCODED_MOST], portrait.names)
        found = link(portrait, [Matter(portraits[id]) for id in near], meanings)
        spans[story], portraits[story] = span, portrait
        if found:
            links.append((story, found))
    events = {story: Counter(stream.events[place] for place in places).most_common(1)[0][0] for story, places in large.items()}
    wrong = [(story, found) for story, found in links if events[story] != events[found.main]]
    if show:
        for story, found in links:
            print(
                "weibo",
                events[story] == events[found.main],
                found.nearness,
                found.names,
                texts[large[story][0]][:50],
                "|",
                texts[large[found.main][0]][:50],
            )
    return {"weibo_stories": float(len(large)), "weibo_links": float(len(links)), "weibo_wrong": float(len(wrong))}


def measure(data: Path | None = None, out: Path | None = None, *, show: bool = False) -> dict[str, float]:
    """Return every figure."""
    figures = written_measured(show=show) | weibo_measured(show=show)
    return {name: round(value, 3) for name, value in figures.items()}


def main(arguments: list[str]) -> int:
    """Print the figures and compare them with the floors."""
    figures = measure(show="--show" in arguments)
    floors = json.loads(FLOORS.read_text(encoding="utf-8")).get("links", {})
    bounds = ((name, figures[name], *pair) for name, pair in floors.items())
    faults = [
        f"{name} is {value}, it must lie in [{least}, {most}]"
        for name, value, least, most in bounds
        if (least is not None and value < least) or (most is not None and value > most)
    ]
    if "--json" in arguments:
        print(json.dumps({"figures": figures, "faults": faults}))
    else:
        print("\n".join(f"{name:32} {value:g}" for name, value in figures.items()), *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
