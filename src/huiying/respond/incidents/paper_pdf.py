"""A paper as PDF, set by Typst where the extra ``pdf`` is installed; without it the page itself prints well."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotNow

from .paper import Paper

#: Tried in this order; Typst takes the first that the machine has.
FONTS = [
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "FangSong",
    "STFangsong",
    "Songti SC",
    "SimSun",
    "Noto Sans CJK SC",
    "Libertinus Serif",
]

# The words of the paper reach Typst as data, never as markup: nothing a person wrote is run.
_TEMPLATE = """#let paper = json(bytes(sys.inputs.paper))
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "1 / 1")
#set text(font: paper.fonts, lang: paper.lang, region: paper.region, size: 12pt)
#set par(justify: true)
#set document(title: paper.title)
#if paper.mark != "" { align(center, strong(paper.mark)) }
#align(center, text(size: 18pt, weight: "bold", paper.title))
#for fact in paper.facts [#strong(fact.at(0)): #fact.at(1) #linebreak()]
#for part in paper.sections {
  heading(level: 1, outlined: false, part.heading)
  for line in part.paragraphs { par(line) }
  for each in part.tables {
    table(columns: each.heads.len() * (1fr,), stroke: 0.4pt, table.header(..each.heads.map(head => text(size: 9pt, strong(head)))),
      ..each.rows.flatten().map(cell => text(size: 9pt, cell)))
  }
}
#if paper.foot != "" { text(size: 9pt, paper.foot) }
"""


def pdf_of(paper: Paper, language: str) -> bytes:
    """Return the paper as a PDF file; raises NotNow with the way without it where Typst is not installed."""
    try:
        import typst
    except ImportError:
        raise NotNow(_("This installation has no PDF writer: install huiying[pdf], or print the page and choose “Save as PDF”.")) from None
    lang, _dash, region = language.partition("-")
    said = {
        "title": paper.title,
        "mark": paper.mark,
        "foot": paper.foot,
        "facts": paper.facts,
        "fonts": FONTS,
        "lang": lang,
        "region": "TW" if region.lower() == "hant" else "CN",
        "sections": [
            {
                "heading": heading,
                "paragraphs": [line for text in part.paragraphs for line in text.splitlines() if line.strip()],
                "tables": [{"heads": table.heads, "rows": table.rows} for table in part.tables],
            }
            for heading, part in paper.numbered(language)
        ],
    }
    made = typst.compile(_TEMPLATE.encode(), sys_inputs={"paper": json.dumps(said, ensure_ascii=False)})
    assert isinstance(made, bytes)
    return made
