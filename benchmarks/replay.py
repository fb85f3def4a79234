"""Replay generated posts end to end (durable database, full text, stories, series, warnings) in a fresh state folder.

    python benchmarks/replay.py [--posts 100000] [--gap 1.0] [--runs 3] [--seed 7] [--json]

Prints posts per second, posts per CPU second and peak memory of all processes, medians over the runs; the file is
generated before the clock starts. CPU seconds hold everything: start, migrations and both processes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HAN = (
    "水电路桥车站学校医院小区河湖山城东南西北新老大高长安平和光明春秋江海云"
    "风雨雪火石金木土花草鸟鱼米油盐药价钱房楼门窗灯网卡票证件会议消息新闻事故"
)
TAILS = [
    "已经第三天了，没人给个说法",
    "孩子和老人都受影响，怎么办？",
    "打热线一直占线，求扩散",
    "官方什么时候回应？",
    "不知道真假",
    "太吓人了",
]
OPENERS = ["刚刚发现", "今天早上", "求助：", "有没有人知道", "我也遇到了，", "听说", "投诉无门，", "终于恢复，", "又来了，", ""]
ENGLISH = [
    "water", "train", "hospital", "bridge", "school", "market", "river", "tower", "power", "bus", "road",
    "price", "ticket", "fire", "smoke", "noise", "smell", "leak", "strike", "delay", "flood", "permit",
]  # fmt: skip
ENGLISH_TAILS = ["nobody answers the hotline", "three days and no statement", "is it safe for children?", "anyone else seeing this?"]
MATTERS = 600
"""Things talked about; the most popular gets a few per cent of the posts."""


def word(chance: random.Random) -> str:
    """Return a two-character word."""
    return chance.choice(HAN) + chance.choice(HAN)


def matters(chance: random.Random) -> list[tuple[bool, list[str]]]:
    """Return what is talked about, each with its own words; one in five is English."""
    return [
        (
            number % 5 == 0,
            [*chance.sample(ENGLISH, 4), f"{chance.choice(ENGLISH)}{number}"] if number % 5 == 0 else [word(chance) for _ in range(9)],
        )
        for number in range(MATTERS)
    ]


def post(chance: random.Random, talked: list[tuple[bool, list[str]]]) -> str:
    """Return one text of about 60 characters: some of a matter's words among others; one in six a plain repost."""
    is_english, words = talked[min(int(chance.paretovariate(0.6)) - 1, MATTERS - 1)]
    chosen = chance.sample(words, min(len(words), chance.randrange(4, 8)))
    if is_english:
        return f"{' '.join(chosen)} {chance.choice(ENGLISH)} {chance.choice(ENGLISH)}, {chance.choice(ENGLISH_TAILS)}"
    if chance.random() < 0.16:
        return f"转发微博 //@user: {''.join(words)}，{TAILS[0]}"
    others = "".join(word(chance) for _ in range(9))
    return f"{chance.choice(OPENERS)}{''.join(chosen)}，{others}，{chance.choice(TAILS)}{chance.randrange(10_000)}"


def generate(path: Path, posts: int, seed: int, gap: float) -> None:
    """Write the stream; ``gap`` is the mean time between two posts in seconds."""
    chance = random.Random(seed)
    talked = matters(chance)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for number in range(posts):
            at += timedelta(seconds=chance.expovariate(1.0 / gap))
            row = {
                "id": f"b{number}",
                "ts": at.isoformat(),
                "lang": None,
                "source": chance.choice(["weibo", "forum", "news", "video"]),
                "author_hash": f"a{chance.randrange(posts // 4 + 1)}",
                "title": None,
                "text": post(chance, talked),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def replay(file: Path, state: Path) -> dict[str, float]:
    """Replay the file in a fresh state folder and return its summary."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DJANGO_"))}
    environment = {**kept, "HUIYING_STATE": str(state), "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-c", "from huiying.cli import main; main()", "replay", str(file), "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if outcome.returncode:
        sys.exit(f"The replay failed: {outcome.stderr.strip() or outcome.stdout.strip()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary: dict[str, float] = json.loads(outcome.stdout)
    summary["cpu_seconds"] = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2)
    summary["posts_per_cpu_second"] = round(summary["posts"] / summary["cpu_seconds"], 1)
    return summary


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--gap", type=float, default=1.0, help="mean seconds between two posts; 4 makes 100,000 posts last 4.6 days")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        file = Path(folder) / "posts.jsonl"
        generate(file, chosen.posts, chosen.seed, chosen.gap)
        summaries = [replay(file, Path(folder) / f"state{run}") for run in range(chosen.runs)]
    result = {name: statistics.median(summary[name] for summary in summaries) for name in summaries[0]}
    result["runs"] = chosen.runs
    if chosen.json:
        print(json.dumps(result))
        return
    print(
        f"{result['posts']:.0f} posts: {result['posts_per_second']:,.0f} posts/s, "
        f"{result['posts_per_cpu_second']:,.0f} a CPU second, {result['peak_memory_mb']:.0f} MB at most "
        f"({result['stories']:.0f} stories, {result['folded']:.0f} folded, {result['warnings']:.0f} warnings; median of {chosen.runs})"
    )


if __name__ == "__main__":
    main()
