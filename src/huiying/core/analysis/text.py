"""The folding of texts, which searches use too: see ``core/formats/folding.py``."""

from huiying.core.formats.folding import BREAK, Codes, fold, fold_joined

__all__ = ["BREAK", "Codes", "fold", "fold_joined"]
