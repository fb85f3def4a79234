"""Turn a scenario file into posts: the same seed gives the same exercise (pure)."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

SLOT = re.compile(r"\{(\w+)\}")
REPOST_SHARE = 0.12
"""Share of posts that repeat an earlier one of the same phase, as reposts do."""


@dataclass(frozen=True)
class ScenarioPost:
    """One post of an exercise; ``minute`` counts from its start."""

    number: int
    minute: float
    channel: str
    author: str
    text: str
    is_chatter: bool


@dataclass(frozen=True)
class Scenario:
    """An exercise that can be played."""

    key: str
    title: Mapping[str, str]
    minutes: int
    story_starts_at: int
    posts: tuple[ScenarioPost, ...]


def load_scenario(key: str = "brown_water") -> Scenario:
    """Read a bundled scenario and write out its posts, in order of time."""
    text = files("huiying.learn.exercises").joinpath("data", f"{key}.yaml").read_text(encoding="utf-8")
    return build_scenario(yaml.safe_load(text))


def build_scenario(data: Mapping[str, Any]) -> Scenario:
    """Write out a scenario's posts; the file's values are of any YAML type."""
    rng = random.Random(data["seed"])  # noqa: S311  an exercise must be repeatable, not secret
    drafts: list[tuple[float, str, str, str, bool]] = []
    for phase in data["phases"]:
        drafts += _phase_posts(phase, data["slots"], rng)
    drafts.sort()
    posts = tuple(ScenarioPost(index + 1, *draft) for index, draft in enumerate(drafts))
    return Scenario(data["key"], data["title"], int(data["minutes"]), int(data["story_starts_at"]), posts)


def _phase_posts(phase: Mapping[str, Any], slots: Mapping[str, list[str]], rng: random.Random) -> list[tuple[float, str, str, str, bool]]:
    start, end = float(phase["from"]), float(phase["to"])
    count = round((end - start) * float(phase["per_minute"]))
    is_chatter = str(phase["name"]).startswith("chatter")
    written: list[str] = []
    rows = []
    for _index in range(count):
        minute = rng.uniform(start, end) if is_chatter else rng.triangular(start, end, start + (end - start) * 0.45)
        if written and rng.random() < REPOST_SHARE:
            text = rng.choice(written)
        else:
            text = SLOT.sub(lambda match: rng.choice(slots[match.group(1)]), rng.choice(phase["texts"]))
            written.append(text)
        rows.append((round(minute, 2), str(phase["channel"]), f"resident{rng.randrange(1, 1400)}", text, is_chatter))
    return rows
