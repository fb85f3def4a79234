"""An official paper as plain parts: the page, the document and the print all show this one (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field

_HAN = "一二三四五六七八九十"


@dataclass(frozen=True)
class Table:
    """Rows under their headings."""

    heads: list[str]
    rows: list[list[str]]

    @property
    def named_rows(self) -> list[list[tuple[str, str]]]:
        """The rows, each cell with its heading: a narrow page shows them one below the other."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Section:
    """One numbered part; ``key`` says which, so that a page may add a picture to it."""

    key: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Paper:
    """Title, who reports, when, to whom, and the parts."""

    title: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    mark: str = ""
    foot: str = ""

    def numbered(self, language: str) -> list[tuple[str, Section]]:
        """Return the parts with their headings numbered as the language does.

        >>> paper = Paper("简报", [], [Section("basics", "基本情况")])
        >>> paper.numbered("zh-hans")[0][0], paper.numbered("en")[0][0]
        ('一、基本情况', '1. 基本情况')
        """
        is_chinese = language.startswith("zh")
        return [
            (f"{_HAN[place]}、{part.heading}" if is_chinese else f"{place + 1}. {part.heading}", part)
            for place, part in enumerate(self.sections)
        ]
