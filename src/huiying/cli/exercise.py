"""``huiying exercise``: serve the bundled exercise as feeds, or write it to a file."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from .output import json_option, tell

#: Where the exercise stands when it starts: the first complaints are out, the surge is near.
START_MINUTE = 178
#: How much faster than the scenario the rest arrives: the matter is plain after a minute.
SPEED = 30


@click.group()
def exercise() -> None:
    """The bundled exercise "brown tap water": about 2,000 made-up posts over six hours."""


@exercise.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8601, show_default=True, help="Port on loopback.")
@click.option(
    "--speed", type=click.FloatRange(1, 3600), default=SPEED, show_default=True, help="How much faster than life the rest arrives."
)
@click.option("--start-minute", type=click.FloatRange(0, 360), default=START_MINUTE, show_default=True, help="What has happened already.")
@json_option
def serve(port: int, speed: float, start_minute: float, as_json: bool) -> None:
    """Serve the exercise as RSS, Atom and JSON feeds until you stop it."""
    from huiying.learn.exercises.feed_server import CHANNEL_FORMATS, ExerciseFeed
    from huiying.learn.exercises.feed_server import serve as serve_feed
    from huiying.learn.exercises.scenario import load_scenario

    feed = ExerciseFeed(load_scenario(), started_at=datetime.now(UTC), start_minute=start_minute, speed=speed)
    addresses = [f"http://127.0.0.1:{port}/{channel}" for channel in CHANNEL_FORMATS]
    tell({"feeds": addresses}, "Serving the exercise at " + ", ".join(addresses), as_json=as_json)
    try:
        asyncio.run(serve_feed(feed, port))
    except KeyboardInterrupt:
        return


@exercise.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def write(path: Path, as_json: bool) -> None:
    """Write the exercise as JSONL to PATH, for `huiying replay --stream exercise`."""
    from huiying.learn.exercises.scenario import load_scenario

    scenario = load_scenario()
    start = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for post in scenario.posts:
            at = start + timedelta(minutes=post.minute)
            row = {
                "id": f"{scenario.key}-{post.number}",
                "ts": at.isoformat(),
                "source": post.channel,
                "author_hash": post.author,
                "title": None,
                "text": post.text,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    tell({"path": str(path), "posts": len(scenario.posts)}, f"Wrote {len(scenario.posts)} posts to {path}.", as_json=as_json)
