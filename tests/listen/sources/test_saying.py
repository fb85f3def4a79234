"""What the readers of core say in English is said in the language of whoever reads it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from huiying.core.collectors.contract import BadOption
from huiying.listen.sources.saying import ACCEPTED, DELIVERIES, ITEMS, PLACES, in_words, is_known
from huiying.listen.sources.wording import error_words, option_words

READERS = Path("src/huiying/core/collectors")


def calls(project: Path, name: str) -> Iterator[ast.Call]:
    """Yield every call of a name in the readers."""
    for file in sorted((project / READERS).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def sentence(node: ast.expr) -> str | None:
    """Return a written sentence, any value in it as a 7; None for one that is made elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "7" for part in node.values)
    return None


def test_every_reason_of_the_readers_has_its_words(project: Path) -> None:
    said = {text for call in calls(project, "Unreadable") if call.args and (text := sentence(call.args[0]))}
    assert len(said) > 20 and not {text for text in said if not is_known(text)}


def test_every_refusal_of_a_table_has_its_words(project: Path) -> None:
    said = {text for call in calls(project, "BadFeed") if not call.keywords and call.args and (text := sentence(call.args[0]))}
    assert len(said) > 10 and not {text for text in said if not is_known(text)}


def test_every_code_of_a_failed_fetch_has_its_sentence(project: Path) -> None:
    codes = {text for call in calls(project, "FetchError") if call.args and (text := sentence(call.args[0]))}
    with translation.override("en"):
        assert len(codes) > 20 and not {code for code in codes if "failed: x" in error_words(f"{code} x")}


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_sentence_is_translated_with_its_values(language: str) -> None:
    with translation.override(language):
        for text in (*ITEMS, *DELIVERIES, *ACCEPTED, *PLACES):
            said = text % dict.fromkeys(re.findall(r"%\((\w+)\)s", text), "7") if "%(" in text else text
            assert in_words(said) != said


def test_a_reason_is_said_in_the_language_of_the_page() -> None:
    with translation.override("zh-hans"):
        assert in_words("Sheet1, row 3") == "Sheet1 第 3 行"
        assert in_words("'昨天' is not a time (it is relative, and the moment of receipt is not known)").startswith("'昨天' 不是时间")
        assert "JSON" in error_words("unreadable not JSON: x") and "不是" in error_words("unreadable not JSON: x")
        assert "整数" in option_words(BadOption("pages", "x", "a whole number"))
        assert in_words("something new") == "something new"
