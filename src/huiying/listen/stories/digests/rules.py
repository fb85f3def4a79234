"""When a story is read again, and how much of it."""

from __future__ import annotations

#: Stories below so many posts are read by people, not summed up.
POSTS_LEAST = 5
#: Texts of a story that are read, the newest, and besides them those repeated most often; bounds a digest to half a second.
TEXTS_MOST, REPEATED_MOST = 400, 20
#: Copies that are counted with them, the newest.
COPIES_MOST = 4_000
#: Texts of a story whose mood is counted in one round, the newest not counted yet: a third of a second.
MOOD_TEXTS_MOST = 4_000
#: Hours of a story's mood that are drawn, the newest.
HOURS_MOST = 72
#: Days of a stream that small stories' moods are drawn to.
PRIOR_DAYS = 7
#: Posts after the first that are read for rumour-likeness, the earliest.
REPLIES_MOST = 200
#: Texts of everything else that a story's phrases are held against.
BACKGROUND_TEXTS = 1_500
#: Stories looked at in one round, those with the latest posts, and read in one round: two seconds of a core a minute, six in a surge.
STORIES_LOOKED_AT, STORIES_READ = 200, 12
#: A story is read again when it grew by this share.
GROWTH = 0.1


def is_stale(posts: int, posts_read: int, *, same_format: bool) -> bool:
    """Return whether a digest made at ``posts_read`` posts no longer stands for a story of ``posts``.

    >>> is_stale(100, 95, same_format=True), is_stale(105, 95, same_format=True), is_stale(100, 100, same_format=False)
    (False, True, True)
    """
    return not same_format or posts > posts_read * (1 + GROWTH)
