"""Keep the catalogues: one a room, Simplified Chinese written by people, Traditional derived by OpenCC.

    python tools/messages.py update [ROOM ...]   add new msgids, drop unused ones, derive zh_Hant
    python tools/messages.py check               exit 1 when a msgid is missing or untranslated
    python tools/messages.py compile             write the .mo files

Templates are turned to Python by Django's own ``templatize``, so no gettext program is needed.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent / "src" / "huiying"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def rooms() -> list[Path]:
    """Return every folder that owns a catalogue: the rooms of the four database floors, and cli."""
    found = [
        path for floor in ("base", "listen", "respond", "learn") for path in sorted((ROOT / floor).iterdir()) if (path / "apps.py").exists()
    ]
    return [*found, ROOT / "config"]


def messages_of(room: Path) -> Catalog:
    """Extract the msgids of a room's Python files and templates."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    catalog = Catalog(locale="zh_Hans")
    sources = [*sorted(room.rglob("*.py")), *sorted(room.rglob("templates/**/*.html")), *sorted(room.rglob("templates/**/*.txt"))]
    for path in sources:
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else templatize(text, origin=str(path))
        for _line, message, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
            flags = ["python-format"] if PLACEHOLDER.search(message if isinstance(message, str) else message[0]) else []
            catalog.add(message, context=context, flags=flags)
    return catalog


def path_of(room: Path, language: str) -> Path:
    """Return where a room's catalogue of one language lies."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def stored(room: Path, language: str) -> Catalog:
    """Read a stored catalogue, empty when there is none."""
    path = path_of(room, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(fresh: Catalog, old: Catalog, language: str) -> Catalog:
    """Return the fresh msgids with what the old catalogue says about them."""
    result = Catalog(locale=language, fuzzy=False, charset="utf-8")
    result.header_comment = ""
    for message in sorted((m for m in fresh if m.id), key=lambda m: str(m.id)):
        known = old.get(message.id[0] if isinstance(message.id, (list, tuple)) else message.id, context=message.context)
        string = known.string if known is not None else ("" if isinstance(message.id, str) else ("",))
        result.add(message.id, string, context=message.context, flags=message.flags)
    return result


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue without dates or places, so that only words change in a diff."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalog, no_location=True, omit_header=True, sort_output=True, width=0)
    lines = ("Content-Type: text/plain; charset=utf-8", f"Language: {catalog.locale}", "Plural-Forms: nplurals=1; plural=0;")
    head = 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"
    path.write_text(head + buffer.getvalue().decode().lstrip(), encoding="utf-8")


def update(room: Path) -> int:
    """Bring a room's catalogues up to date; return how many msgids still lack Chinese."""
    fresh = messages_of(room)
    if not any(message.id for message in fresh):
        return 0
    simplified = merged(fresh, stored(room, "zh_Hans"), "zh_Hans")
    write(simplified, path_of(room, "zh_Hans"))
    write(traditional(simplified), path_of(room, "zh_Hant"))
    return len(untranslated(simplified))


def traditional(simplified: Catalog) -> Catalog:
    """Derive the Traditional catalogue from the Simplified one."""
    from opencc_pyo3 import OpenCC

    convert = OpenCC("s2tw").convert
    result = Catalog(locale="zh_Hant", fuzzy=False, charset="utf-8")
    for message in simplified:
        if message.id:
            string = convert(message.string) if isinstance(message.string, str) else tuple(convert(part) for part in message.string or ())
            result.add(message.id, string, context=message.context, flags=message.flags)
    return result


def untranslated(catalog: Catalog) -> list[str]:
    """Return the msgids without Chinese, or whose placeholders differ from it."""
    missing = []
    for message in catalog:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        if not all(strings) or any(set(PLACEHOLDER.findall(text)) - wanted for text in strings):
            missing.append(ids[0])
    return missing


def clashes() -> list[str]:
    """Return the msgids that rooms translate differently: Django merges all catalogues, so one would win unseen."""
    seen: dict[tuple[str | None, str], tuple[str, object]] = {}
    faults = []
    for room in rooms():
        for message in stored(room, "zh_Hans"):
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            if not msgid:
                continue
            name, string = seen.setdefault((message.context, msgid), (room.name, message.string))
            if string != message.string:
                faults.append(f"{msgid}: {name} says {string}, {room.name} says {message.string}; agree, or give one a context")
    return faults


def check() -> list[str]:
    """Return every fault of every catalogue, as ``room: msgid``."""
    faults = clashes()
    for room in rooms():
        fresh = messages_of(room)
        for language in ("zh_Hans", "zh_Hant"):
            complete = merged(fresh, stored(room, language), language)
            faults += [f"{room.parent.name}/{room.name} {language}: {msgid}" for msgid in untranslated(complete)]
    return faults


def compile_all() -> int:
    """Write every .mo beside its .po; return how many."""
    count = 0
    for path in sorted(ROOT.rglob("locale/*/LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            catalog = read_po(source, locale=path.parts[-3])
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)
        count += 1
    return count


def main(arguments: list[str]) -> int:
    """Run one of the three verbs; return the exit status."""
    verb, names = (arguments[0] if arguments else ""), arguments[1:]
    if verb == "update":
        chosen = [ROOT / name for name in names] or rooms()
        for room in chosen:
            print(f"{room.relative_to(ROOT)}: {update(room)} without Chinese")
        return 0
    if verb == "check":
        faults = check()
        print("\n".join(faults) or "all catalogues are complete")
        return 1 if faults else 0
    if verb == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
