"""The values a grade or a warning is judged by; ``None`` means nobody knows, never zero."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

#: Categorical values from weakest to strongest, as scheme files spell them.
AUTHORITY_ATTENTION = ("none", "sector_superior", "provincial_or_municipal", "central")
OFFLINE_IMPACT = ("none", "complaints_or_local_break", "gathering_injury_or_wide_break", "deaths_or_public_order")
HARM_IF_BELIEVED = ("none", "money_or_time", "health_or_safety_behaviour", "danger_to_life")
MEDIA_TIERS = ("self_media_or_forum", "ordinary_local", "main_local_or_provincial", "central_or_foreign")

#: Categorical factor -> its values from weakest to strongest.
CATEGORIES = {
    "authority_attention": AUTHORITY_ATTENTION,
    "offline_impact": OFFLINE_IMPACT,
    "harm_if_rumour_believed": HARM_IF_BELIEVED,
}


class FactorError(ValueError):
    """A factor has a name or a value that no scheme knows."""


@dataclass(frozen=True, slots=True)
class FactorTable:
    """What is known about one story or incident at one moment.

    Counts are posts, reads or people in the last 1 or 24 hours; ``growth_ratio_1h`` is the last
    hour over the story's own usual hour; ``growing_chance`` (0..1) that new voices came faster in the
    last half hour than in the one before; ``media_tier_max`` is 0 (self-media, forum) to 3
    (central or foreign media). The three categorical fields take the values of ``CATEGORIES``.

    >>> FactorTable(posts_1h=12).missing()[:2]
    ('posts_24h', 'copies_24h')
    """

    posts_1h: int | None = None
    posts_24h: int | None = None
    copies_24h: int | None = None
    reads_24h: int | None = None
    reposts_24h: int | None = None
    video_plays_24h: int | None = None
    comments_24h: int | None = None
    growth_ratio_1h: float | None = None
    growing_chance: float | None = None
    distinct_sources_24h: int | None = None
    authors_24h: int | None = None
    questions_24h: int | None = None
    media_tier_max: int | None = None
    authority_attention: str | None = None
    duration_hours: float | None = None
    offline_impact: str | None = None
    harm_if_rumour_believed: str | None = None

    def __post_init__(self) -> None:
        for name in FACTOR_NAMES:
            _check(name, getattr(self, name))

    def value(self, name: str) -> float | None:
        """Return the factor as a number, a category as its place on the scale, or None when missing."""
        if name not in FACTOR_NAMES:
            raise FactorError(f"No factor is called {name!r}: use one of {', '.join(FACTOR_NAMES)}.")
        value = getattr(self, name)
        if isinstance(value, str):
            return float(CATEGORIES[name].index(value))
        return None if value is None else float(value)

    def missing(self) -> tuple[str, ...]:
        """Return the names of the factors nobody knows, in field order."""
        return tuple(name for name in FACTOR_NAMES if getattr(self, name) is None)

    def with_values(self, **values: int | float | str | None) -> FactorTable:
        """Return a copy with some factors replaced, for example by what a person assessed."""
        return replace(self, **values)  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, int | float | str]:
        """Return the known factors only, ready for JSON."""
        return {name: getattr(self, name) for name in FACTOR_NAMES if getattr(self, name) is not None}


FACTOR_NAMES: tuple[str, ...] = tuple(field.name for field in fields(FactorTable))


def _check(name: str, value: object) -> None:
    """Refuse a value no scheme could compare: wrong category, negative or not a number."""
    if value is None:
        return
    if name in CATEGORIES:
        if value not in CATEGORIES[name]:
            raise FactorError(f"{name} is {value!r}: use one of {', '.join(CATEGORIES[name])}.")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FactorError(f"{name} is {value!r}: a number is needed.")
    elif not 0 <= value < float("inf"):
        raise FactorError(f"{name} is {value!r}: a finite number from 0 up is needed.")
    elif name == "media_tier_max" and value not in range(len(MEDIA_TIERS)):
        raise FactorError(f"media_tier_max is {value!r}: use 0 to 3.")
