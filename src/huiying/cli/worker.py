"""``huiying worker`` and ``huiying collector``: the two processes without pages."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import click

from .output import json_option, prepare_django, tell

#: Seconds between two looks whether the process that started us still lives.
ORPHAN_LOOK = 2.0


supervised_option = click.option("--supervised", is_flag=True, hidden=True, help="Stop when the process that started this one is gone.")


@click.command()
@supervised_option
@json_option
def worker(supervised: bool, as_json: bool) -> None:
    """Run background work: stories, warnings, clocks, messages. Stops on SIGTERM."""
    prepare_django()
    from django.urls import get_resolver

    from huiying.base.jobs.worker import run_worker

    _ = get_resolver().reverse_dict  # all addresses, seconds on a busy machine: not inside the first transaction that names one
    run_worker(stop_on_signal(supervised=supervised))
    tell({"role": "worker", "stopped": True}, "worker stopped", as_json=as_json)


@click.command()
@supervised_option
@json_option
def collector(supervised: bool, as_json: bool) -> None:
    """Read the sources as they become due. Stops on SIGTERM."""
    prepare_django()
    from huiying.listen.sources.collector import run_collector

    run_collector(stop_on_signal(supervised=supervised))
    tell({"role": "collector", "stopped": True}, "collector stopped", as_json=as_json)


def stop_on_signal(*, supervised: bool) -> threading.Event:
    """Return an event that SIGTERM, SIGINT or, when supervised, the end of the parent sets."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    if supervised:
        threading.Thread(target=_watch_parent, args=(os.getppid(), stop), daemon=True).start()
    return stop


def _watch_parent(parent: int, stop: threading.Event) -> None:
    while not stop.wait(ORPHAN_LOOK):
        if os.getppid() != parent:
            stop.set()
