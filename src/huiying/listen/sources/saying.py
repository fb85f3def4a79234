"""Say in the reader's language what the readers of ``core`` say in English about a file, a feed or a setting.

Core knows no languages: its reasons are sentences with values in them. Each has its pattern here, and a test finds every
one of them in the source of the readers; a sentence without a pattern stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

#: What one item could not be read for.
ITEMS = (
    noop("neither title nor text"),
    noop("neither text nor title"),
    noop("an item is not an object"),
    noop("the delivery ends or breaks inside this item"),
    noop("the delivery ends inside this item"),
    noop("the line is not a JSON object"),
    noop("the record is not a JSON object"),
    noop("not JSON: %(detail)s"),
    noop("not CSV: %(detail)s"),
    noop("a quotation mark is opened and not closed"),
    noop("the line is longer than %(limit)s bytes"),
    noop("has %(cells)s cells, the header names %(columns)s"),
    noop("the column of %(field)s is empty or missing"),
    noop("%(value)s is not a time"),
    noop("%(value)s is not a time (it is relative, and the moment of receipt is not known)"),
    noop("%(value)s is not a time (it lies ahead of its receipt)"),
    noop("%(value)s is not a time (it names no number)"),
    noop("%(value)s is not a time (day and month cannot be told apart)"),
    noop("%(value)s is not a time (too long)"),
    noop("%(value)s is not a text"),
    noop("only the first %(limit)s items of one delivery are read"),
    noop("only the first %(limit)s items of one list are read"),
    noop("only the first %(limit)s rows of a fetched table are read: use the drop folder"),
    noop("only the first %(limit)s addresses are read"),
    noop("of the files of the index only the newest %(limit)s are watched"),
    noop("of the addresses with a date only the newest %(limit)s are watched"),
    noop("of the addresses without a date only the first %(limit)s are watched"),
    noop("the address has no title"),
    noop("not a web address: %(value)s"),
    noop("the file is cut or damaged after %(count)s addresses: %(detail)s"),
    noop("%(count)s more faults of this kind"),
    noop("nothing matches the selector of the text, %(value)s"),
    noop("more than %(limit)s elements: name the text by a CSS selector"),
    noop("no main text was found"),
    noop("a status is not an object"),
    noop("a status without id, content or account"),
    noop("a frame that is no text"),
    noop("an event without a time"),
    noop("a commit without author or key"),
    noop("a post without text"),
    noop("the message has more than %(limit)s parts inside each other"),
    noop("the message cannot be read (%(detail)s)"),
    noop("the message is encrypted"),
    noop("the message says nothing"),
    noop("a report about a delivery (bounce), not a letter"),
    noop("an automatic reply, not a letter"),
    noop("a circular or an automatic reply, not a letter"),
    noop("sent by a machine, not by a person"),
)
#: What a whole file or feed could not be read for.
DELIVERIES = (
    noop("%(name)s: it unpacks to more than %(limit)s MB: split it, or save it as CSV."),
    noop("%(name)s: it unpacks to more than %(limit)s times its size: no table does, it is refused."),
    noop("%(name)s: it is larger than %(limit)s MB: split it, or unpack it and save it as CSV."),
    noop("%(name)s: the zip file is damaged (%(detail)s)."),
    noop("%(name)s: the compressed file is damaged (%(detail)s)."),
    noop("%(name)s: it holds %(count)s files, at most %(limit)s are read."),
    noop("%(name)s: it holds %(count)s workbooks, at most %(limit)s are read: split it."),
    noop("%(name)s: the name %(entry)s in it leads out of the folder: it is refused."),
    noop("%(name)s: %(entry)s in it is locked with a password: pack it without one."),
    noop("%(name)s: %(entry)s in it is packed again: unpack it first."),
    noop("The column %(name)s holds a person's data: it is never read."),
    noop("The table has no column %(name)s for %(field)s: it has %(columns)s."),
    noop("The table has %(count)s columns, at most %(limit)s are read: delete the columns that hold no posts."),
    noop("The table names no column of text in its first rows: name one of %(columns)s, or say which column is what."),
    noop("%(name)s: the file is empty."),
    noop("%(name)s: cannot be opened (%(detail)s)."),
    noop("%(name)s: no line of it begins a JSON object: give a JSONL or CSV file, plain or gzipped, or a workbook."),
    noop("%(name)s: this is a web page or XML under a table's name: open it and save it as .xlsx or CSV."),
    noop("%(name)s: this is not a text file of posts: give a JSONL or CSV file, plain or gzipped, or a workbook."),
    noop("%(name)s: the workbook is larger than %(limit)s MB: save it as CSV, which may be of any size."),
    noop("more than %(limit)s elements deep"),
    noop("The body is not JSON: %(detail)s."),
    noop("The list holds no record."),
    noop("The list holds %(count)s records, at most %(limit)s are taken in one call: send several."),
    noop("The path %(value)s of the mapping leads to no list in the body."),
)
#: What a setting may be.
ACCEPTED = (
    noop("text"),
    noop("a whole number"),
    noop("true or false"),
    noop("a list of texts"),
    noop("%(kind)s is required"),
    noop("accepted are %(names)s"),
    noop("no options"),
    noop("from %(least)s to %(most)s"),
    noop("from %(least)s"),
    noop("a list needs the CSS selector of its links, such as ul.news a"),
    noop("a CSS selector, such as div.article p"),
    noop("a name such as Asia/Shanghai or Europe/London"),
    noop("a zone name such as Asia/Shanghai or Europe/Paris"),
    noop("a name such as Asia/Shanghai"),
    noop("nothing: the sender is given an address of ours"),
    noop("a secret or a token is required"),
    noop("at least %(limit)s characters without spaces"),
    noop("the address of the instance alone; the route is an option"),
    noop("a path that begins with one slash, such as /weibo/user/1195230310"),
    noop("letters and digits without spaces, such as 停水 or watermain"),
    noop("a word or #hashtag of at least two characters, no account"),
    noop("a name of at most 200 characters"),
    noop("imaps://HOST (TLS from the start), or imap://HOST (STARTTLS), without a user name in it"),
    noop("an http or https address without user name or password"),
    noop("nothing (the files are uploaded or dropped), or an address of a table with https://"),
    noop("utf-8, gb18030, big5 or another name of an encoding"),
    noop("%(value)s is not one of the fields %(fields)s, a colon and a column name"),
    noop("at most %(limit)s characters"),
    noop("line %(line)s: YAML or JSON text (%(detail)s)"),
    noop("YAML or JSON text (%(detail)s)"),
    noop("an object with some of %(names)s"),
    noop("an object with %(names)s"),
    noop("a title or a text is required"),
    noop("a path, or an object with %(names)s"),
    noop("exactly one of path, value, template"),
    noop("a JMESPath expression, such as data.list (%(detail)s)"),
    noop("a JMESPath expression, such as data.list"),
    noop("text with names in braces out of %(names)s"),
)

#: Where an item stands in its delivery.
PLACES = (
    noop("line %(number)s"),
    noop("row %(number)s"),
    noop("item %(number)s"),
    noop("record %(number)s"),
    noop("event %(number)s"),
    noop("status %(number)s"),
    noop("message %(number)s"),
    noop("%(name)s, row %(number)s"),
    noop("%(name)s, line %(number)s"),
)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return each sentence with the pattern that finds its values; the longest words first, so that the most exact one wins."""
    sentences = sorted((*ITEMS, *DELIVERIES, *ACCEPTED, *PLACES), key=lambda text: -len(re.sub(r"%\(\w+\)s", "", text)))
    return [(re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(text)), re.DOTALL), text) for text in sentences]


def in_words(said: str) -> str:
    """Return what a reader said in the language of whoever reads it; what has no pattern stays as it is."""
    for pattern, text in _patterns():
        if (found := pattern.fullmatch(said)) is not None:
            values = found.groupdict()
            if "kind" in values:
                values["kind"] = in_words(values["kind"])
            return _(text) % values if values else _(text)
    return said


def is_known(said: str) -> bool:
    """Return whether a sentence has its pattern."""
    return any(pattern.fullmatch(said) for pattern, _text in _patterns())
