"""The ``huiying`` command."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

import click

from huiying import __version__
from huiying.config.environment import BadSetting

#: Command -> where it is; looked up only when needed, so that ``huiying --help`` stays quick.
COMMANDS = {
    "up": "huiying.cli.up:up",
    "check": "huiying.cli.check:check",
    "settings": "huiying.cli.settings:settings",
    "person": "huiying.cli.person:person",
    "source": "huiying.cli.source:source",
    "replay": "huiying.cli.replay:replay",
    "analyse": "huiying.cli.analyse:analyse",
    "exercise": "huiying.cli.exercise:exercise",
    "audit": "huiying.cli.audit:audit",
    "web": "huiying.cli.web:web",
    "worker": "huiying.cli.worker:worker",
    "collector": "huiying.cli.worker:collector",
}
FAILED, WRONG_USE = 1, 2


class Commands(click.Group):
    """The commands, in the order a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands this build has."""
        return [name for name, place in COMMANDS.items() if find_spec(place.partition(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _colon, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="huiying")
def huiying() -> None:
    """Hear public concern early, judge it, act on a plan, answer with facts, and learn.

    Start here: huiying up. Every command takes --json for one machine-readable object and ends
    with 0 (done), 1 (failed) or 2 (wrong use).
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; expected faults are one sentence, never a traceback."""
    words = list(sys.argv[1:] if args is None else args)
    try:
        code = huiying.main(words, standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.UsageError as error:
        if "--json" in words:
            _refuse(error.format_message(), WRONG_USE, as_json=True)
        error.show()
        sys.exit(WRONG_USE)
    except Exception as error:
        _refuse(*_sentence(error), as_json="--json" in words)
    sys.exit(code if isinstance(code, int) else 0)


def _sentence(error: Exception) -> tuple[str, int]:
    """Return what to say about an expected fault and how to end; raises the unexpected ones again."""
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, BadSetting):
        return str(error), WRONG_USE
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error), FAILED
    names = {kind.__name__ for kind in type(error).__mro__}
    if "BadInput" in names:
        return str(error), WRONG_USE
    if "HuiyingError" in names:
        return str(error), FAILED
    if names & {"OperationalError", "ProgrammingError"}:
        return f"The database does not answer as it should ({error}). Ask: huiying check", FAILED
    raise error


def _refuse(sentence: str, code: int, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": sentence}, ensure_ascii=False))
    else:
        click.echo(f"huiying: {sentence}", err=True)
    sys.exit(code)
