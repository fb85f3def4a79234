"""Settings come from the environment; a bad value names itself and the accepted ones."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from huiying.config.environment import SETTINGS, BadSetting, read, secret_key


def test_defaults_are_all_usable() -> None:
    assert set(read({})) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(
    "name, value",
    [
        ("HUIYING_PORT", "0"),
        ("HUIYING_PORT", "eighty"),
        ("HUIYING_DEBUG", "maybe"),
        ("HUIYING_TIME_ZONE", "Mars/Base"),
        ("HUIYING_LANGUAGE", "fr"),
        ("HUIYING_FETCH_ALLOW", "10.0.0"),
        ("HUIYING_SALT_DAYS", "0"),
        ("DATABASE_URL", "mysql://x"),
    ],
)
def test_a_bad_value_is_named_with_what_is_accepted(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read({name: value})
    accepted = next(setting.accepted for setting in SETTINGS if setting.name == name)
    assert f"{name}={value}" in str(caught.value) and accepted in str(caught.value)


def test_a_misspelt_setting_is_not_ignored() -> None:
    with pytest.raises(BadSetting, match="HUIYING_PROT"):
        read({"HUIYING_PROT": "8600"})


def test_the_secret_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "state")
    assert secret_key(tmp_path / "state") == first and len(first) > 60
    assert stat.S_IMODE((tmp_path / "state" / "secret_key").stat().st_mode) == 0o600


def test_posts_are_kept_by_default_no_longer_than_any_source_may_ask() -> None:
    from huiying.config.environment import LONGEST_RETENTION
    from huiying.listen.sources.rules.archive import LONGEST_RETENTION_DAYS

    assert LONGEST_RETENTION == LONGEST_RETENTION_DAYS
    assert read({"HUIYING_RETENTION_DAYS": "30"})["HUIYING_RETENTION_DAYS"] == 30
    for text in ("0", "1097", "long"):
        with pytest.raises(BadSetting, match="1 to 1096"):
            read({"HUIYING_RETENTION_DAYS": text})
