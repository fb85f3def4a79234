"""What the worker can run, declared by each room's ``jobs.py``, which is read when somebody first asks.

A process that only shows pages never reads them: they bring the analysis and the collectors along.

A job runs inside one transaction together with its own finish, so its effect happens exactly once.
A job that talks to the network says ``atomic=False`` and must be harmless when it runs twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

Payload = dict[str, object]
JobFunction = Callable[[Payload, datetime], None]
TimedFunction = Callable[[datetime], None]
PumpFunction = Callable[[datetime], bool]


class UnknownJob(LookupError):
    """No room declared a job of this name: add ``@job(name)`` to the room's jobs.py."""


class NameTaken(ValueError):
    """Two different functions were declared under one name."""


@dataclass(frozen=True)
class Handler:
    """One declared job; ``seconds`` is its period when it runs by the clock."""

    name: str
    run: JobFunction
    atomic: bool
    seconds: int | None = None


_handlers: dict[str, Handler] = {}
_pumps: dict[str, PumpFunction] = {}
_apart: set[str] = set()
_origins: dict[str, str] = {}


def job(name: str, *, atomic: bool = True) -> Callable[[JobFunction], JobFunction]:
    """Declare ``f(payload, now)`` as the job ``room.name``, run when somebody enqueues it."""

    def declare(function: JobFunction) -> JobFunction:
        _claim(name, function)
        _handlers[name] = Handler(name, function, atomic)
        return function

    return declare


def every(seconds: int, name: str, *, atomic: bool = True) -> Callable[[TimedFunction], TimedFunction]:
    """Declare ``f(now)`` as a job that runs once in each period of ``seconds``."""

    def declare(function: TimedFunction) -> TimedFunction:
        _claim(name, function)

        def run(_payload: Payload, now: datetime) -> None:
            function(now)

        _handlers[name] = Handler(name, run, atomic, seconds)
        return function

    return declare


def pump(name: str, *, apart: bool = False) -> Callable[[PumpFunction], PumpFunction]:
    """Declare ``f(now) -> bool`` as a pump: the worker calls it as long as it says True.

    A pump keeps its own transactions and its own cursor; calling it once more is always harmless.
    One that waits for the network runs ``apart``, in a thread of its own, so that it delays nothing.
    """

    def declare(function: PumpFunction) -> PumpFunction:
        _claim(name, function)
        _pumps[name] = function
        if apart:
            _apart.add(name)
        return function

    return declare


def handler(name: str) -> Handler:
    """Return the declared job; raises UnknownJob."""
    if name not in _handlers:
        _read(name.partition(".")[0])
    if name not in _handlers:
        raise UnknownJob(f"Job {name!r} is not declared: add @job({name!r}) to the room's jobs.py.")
    return _handlers[name]


def timed_handlers() -> list[Handler]:
    """Return the jobs that run by the clock."""
    _read()
    return [entry for entry in _handlers.values() if entry.seconds is not None]


def pumps(*, apart: bool = False) -> dict[str, PumpFunction]:
    """Return the pumps by name: those of the common round, or those that run apart."""
    _read()
    return {name: function for name, function in _pumps.items() if (name in _apart) == apart}


@cache
def _read(room: str | None = None) -> None:
    """Import the ``jobs.py`` of one room, or of all."""
    for app in apps.get_app_configs():
        if room in (None, app.label) and app.module is not None and module_has_submodule(app.module, "jobs"):
            import_module(f"{app.name}.jobs")


def _claim(name: str, function: Callable[..., object]) -> None:
    origin = f"{function.__module__}.{function.__qualname__}"
    if _origins.setdefault(name, origin) != origin:
        raise NameTaken(f"Job name {name!r} is taken by {_origins[name]}: choose another for {origin}.")
