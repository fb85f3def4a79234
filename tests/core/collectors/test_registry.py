"""Find the connectors and hold options to what they declare."""

from __future__ import annotations

import subprocess
import sys

import pytest

from huiying.core.collectors.contract import BadOption, Kind, Mode, Option
from huiying.core.collectors.registry import CONNECTORS, checked_options

LABEL = {"en": "x", "zh-Hans": "x"}


class Sample:
    """A connector with one option of each kind."""

    key = "sample"
    label = LABEL
    mode = Mode.POLL
    signals_deletions = False
    terms = LABEL
    options = (
        Option("name", LABEL, required=True),
        Option("colour", LABEL, default="blue", choices=("blue", "red")),
        Option("count", LABEL, kind=Kind.NUMBER, default=10, least=1, most=50),
        Option("loud", LABEL, kind=Kind.FLAG, default=False),
        Option("words", LABEL, kind=Kind.WORDS, default=(), most=3),
        Option("token", LABEL, secret=True, choices=("right",)),
    )

    def check(self, url: str, options: object) -> None:
        """Accept everything."""

    async def poll(self, ask: object) -> object:
        """Bring nothing."""


def checked(**options: object) -> dict[str, object]:
    """Return the checked options of the sample."""
    return dict(checked_options(Sample(), {"name": "n", **options}))  # type: ignore[arg-type]


def test_what_is_not_given_has_its_default() -> None:
    assert checked() == {"name": "n", "colour": "blue", "count": 10, "loud": False, "words": (), "token": None}
    assert checked(colour="", words=[], count=None) == checked()


def test_what_fits_is_taken_as_it_is() -> None:
    assert checked(colour="red", count=50, loud=True, words=["停水", "停电"])["words"] == ["停水", "停电"]


@pytest.mark.parametrize(
    ("options", "key", "code", "accepted"),
    [
        ({"color": "red"}, "color", "unknown_option", "name, colour, count, loud, words, token"),
        ({"name": ""}, "name", "missing_option", "text is required"),
        ({"name": 7}, "name", "wrong_type", "text"),
        ({"colour": "green"}, "colour", "not_a_choice", "blue, red"),
        ({"count": "10"}, "count", "wrong_type", "a whole number"),
        ({"count": True}, "count", "wrong_type", "a whole number"),
        ({"count": 1.5}, "count", "wrong_type", "a whole number"),
        ({"count": 0}, "count", "out_of_range", "from 1 to 50"),
        ({"count": 51}, "count", "out_of_range", "from 1 to 50"),
        ({"loud": "yes"}, "loud", "wrong_type", "true or false"),
        ({"loud": 1}, "loud", "wrong_type", "true or false"),
        ({"words": "停水"}, "words", "wrong_type", "a list of texts"),
        ({"words": ["停水", " "]}, "words", "wrong_type", "a list of texts"),
        ({"words": ["停水", 7]}, "words", "wrong_type", "a list of texts"),
        ({"words": ["a", "b", "c", "d"]}, "words", "out_of_range", "from 0 to 3"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_with_what_is_accepted(options: dict[str, object], key: str, code: str, accepted: str) -> None:
    with pytest.raises(BadOption) as refused:
        checked(**options)
    assert (refused.value.key, refused.value.code) == (key, code)
    assert accepted in refused.value.accepted


def test_a_secret_is_never_part_of_a_refusal() -> None:
    with pytest.raises(BadOption) as refused:
        checked(token="hunter2")
    assert "hunter2" not in f"{refused.value} {refused.value.value}"


def test_a_connector_is_found_by_the_name_of_its_folder_and_no_other_name_is() -> None:
    assert {"hotlist", "jetstream", "mastodon", "page", "sitemap"} <= set(CONNECTORS)
    assert len(CONNECTORS) == len(list(CONNECTORS))
    for name in ("nothing", "__pycache__", "../feed"):
        assert name not in CONNECTORS


def test_naming_the_connectors_loads_none_of_them() -> None:
    code = "import sys; from huiying.core.collectors.registry import CONNECTORS; list(CONNECTORS); assert 'trafilatura' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
