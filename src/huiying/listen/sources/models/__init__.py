"""Sources, what they said (the intake log), and what could not be read."""

from .posts import AuthorSalt, FirstReport, IntakeCursor, IntakeTick, Post, Quarantine
from .source import Source

__all__ = ["AuthorSalt", "FirstReport", "IntakeCursor", "IntakeTick", "Post", "Quarantine", "Source"]
