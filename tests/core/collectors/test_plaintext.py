"""Take the text out of markup."""

from __future__ import annotations

import pytest

from huiying.core.collectors.plaintext import literal, one_line, plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One\n two</p>", "One two"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol>", "1. a\n2. b\n- c\n3. d"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a b\n1 2"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<script>x</script><style>y</style>z<!-- c --><noscript>n</noscript>", "zn"),
        ("<p hidden>x</p><p style='Display : none'>y</p>z", "z"),
        ("<iframe src=x>a</iframe><svg><title>t</title></svg>b", "b"),
        ("<img alt='甲'>一<img alt='乙'>", "甲\n一"),
        ("好<img alt='[doge]'>好<img alt='😀'>", "好[doge]好😀"),
        ("<img src=x>a", "a"),
        ("AT&amp;T &copy; &#8212; &nbsp;x", "AT&T © — x"),
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;", "a\nb"),
        ("<p>Write &lt;p&gt;a&lt;/p&gt; here</p>", "Write <p>a</p> here"),
        ("1 < 2 and 3 > 2 <3 <中文>", "1 < 2 and 3 > 2 <3 <中文>"),
        ("cut <a href='http", "cut"),
        ("a<", "a<"),
        ("<![CDATA[a]]>", "a"),
        ("<a title='x>y'>b</a>", "b"),
        ("\x93q\x94 \x85", "“q” …"),
        ("a\u200b\ufeffb\u00adc\x00", "abc"),
        ("a\u3000\u00a0\u2003b", "a b"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("", ""),
        ("<p></p>", ""),
        ("<div>" * 5000 + "deep", "deep"),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_words_that_are_said_to_be_plain_stay_as_they_are() -> None:
    assert literal("Why <b> is not enough") == "Why <b> is not enough"
    assert literal("<p>But this is markup</p>") == "But this is markup"


def test_a_title_is_one_line() -> None:
    assert one_line(" a\n b\t c ") == "a b c"
