"""Stories are opened, joined, merged and closed; texts enter and leave the window."""

from __future__ import annotations

import math

from .kernel import compiled
from .matching import row_of
from .window import HEAD, I32, I64, ROW_HEAD, WAYS, Outcome, Window

#: Passes of the row hand that a story survives without a post.
_CHANCES = 2
_COUNT_MAX = 65_535


@compiled
def name_of(row: int, window: Window) -> int:
    """Return the name of a story's present tenancy of its row."""
    return row | int(window.stories.generation[row]) << 16


@compiled
def close_story(row: int, window: Window, out: Outcome) -> None:
    """Free a row, and those of the stories that were merged into it."""
    stories = window.stories
    if stories.root[row] == row:
        out.closed[out.ends[1]] = stories.id[row]
        out.ends[1] += 1
        if stories.aliases[row] > 0:
            for each in range(len(stories.root)):
                if stories.root[each] == row and each != row:
                    _free(each, window)
    else:
        stories.aliases[stories.root[row]] -= 1
    _free(row, window)


@compiled
def _free(row: int, window: Window) -> None:
    stories = window.stories
    generation = (int(stories.generation[row]) + 1) & 0xFFFF
    stories.generation[row] = generation if generation > 0 else 1
    stories.is_open[row] = 0
    stories.root[row] = row
    stories.aliases[row] = 0


@compiled
def claim_row(window: Window, out: Outcome) -> int:
    """Return a free row: the hand goes round, and a story without a post for two rounds is closed."""
    stories = window.stories
    rows = len(stories.id)
    row = 0
    for _step in range((_CHANCES + 1) * rows + 1):
        row = window.counters[ROW_HEAD]
        window.counters[ROW_HEAD] = (row + 1) % rows
        if stories.is_open[row] == 0:
            return row
        root = stories.root[row]
        if stories.is_fresh[root] == 0:
            break
        if root == row:
            stories.is_fresh[row] -= 1
    close_story(row, window, out)
    return row


@compiled
def open_story(seq: int, ts: int, window: Window, out: Outcome) -> int:
    """Open a story with its first post and return its row."""
    stories = window.stories
    row = claim_row(window, out)
    stories.id[row] = seq
    stories.is_open[row] = 1
    stories.root[row] = row
    stories.first[row] = ts
    stories.last[row] = ts
    stories.posts[row] = 0
    stories.texts[row] = 0
    stories.norm[row] = 0
    stories.founder[row] = seq
    stories.medoid[row] = seq
    stories.medoid_support[row] = 0
    stories.aliases[row] = 0
    return row


@compiled
def count_post(row: int, ts: int, window: Window) -> None:
    """Add a post to its story."""
    stories = window.stories
    stories.posts[row] += 1
    stories.first[row] = min(stories.first[row], ts)
    stories.last[row] = max(stories.last[row], ts)
    stories.is_fresh[row] = _CHANCES


@compiled
def _evict(slot: int, window: Window) -> None:
    """Forget the text in a slot: of each of its terms it is the oldest posting, where it still is one."""
    texts, index = window.texts, window.index
    mask = index.texts.shape[1] - 1
    for place in range(texts.count[slot]):
        term = texts.terms[slot, place]
        length = index.texts_length[term]
        if length > 0 and index.texts[term, (index.texts_next[term] - length) & mask] == slot:
            index.texts_length[term] = length - 1
    texts.count[slot] = 0


@compiled
def enter_text(row: int, seq: int, norm: int, terms: I32, count: int, weights: I64, window: Window) -> int:
    """Put a text into the window and its terms into the postings; return its slot."""
    texts, index = window.texts, window.index
    slot = window.counters[HEAD]
    window.counters[HEAD] = (slot + 1) % len(texts.seq)
    _evict(slot, window)
    texts.seq[slot] = seq
    texts.story[slot] = name_of(row, window)
    texts.norm[slot] = norm
    texts.inverse[slot] = 1.0 / math.sqrt(norm) if norm > 0 else 0.0
    texts.support[slot] = 0
    texts.count[slot] = count
    cap = index.texts.shape[1]
    for place in range(count):
        term = terms[place]
        texts.terms[slot, place] = term
        if weights[place] > 0:
            index.texts[term, index.texts_next[term] & (cap - 1)] = slot
            index.texts_next[term] += 1
            index.texts_length[term] = min(index.texts_length[term] + 1, cap)
    return slot


@compiled
def add_terms(row: int, terms: I32, count: int, weights: I64, window: Window) -> None:
    """Add a text's terms to its story's, and bring the length of the story's centroid up to date."""
    stories, index = window.stories, window.index
    cap = index.stories.shape[1]
    stories.texts[row] += 1
    for place in range(count):
        weight = weights[place]
        if weight == 0:
            continue
        term = terms[place]
        following = index.stories_next[term]
        own, times = -1, 0
        for step in range(max(following - cap, 0), following):
            at = step & (cap - 1)
            if row_of(index.stories[term, at], window) == row:
                times += int(index.counts[term, at])
                own = at
        if own < 0:
            own = following & (cap - 1)
            index.stories[term, own] = name_of(row, window)
            index.counts[term, own] = 0
            index.stories_next[term] = following + 1
        if index.counts[term, own] < _COUNT_MAX:
            index.counts[term, own] += 1
        stories.norm[row] += weight * (2 * times + 1)


@compiled
def merge_story(row: int, into: int, dot: int, window: Window) -> None:
    """Merge a story into another one; the rows stay, the id of the older one names both. ``dot``: their shared weights."""
    stories = window.stories
    if stories.aliases[row] > 0:
        for each in range(len(stories.root)):
            if stories.root[each] == row:
                stories.root[each] = into
    stories.root[row] = into
    stories.aliases[into] += 1 + stories.aliases[row]
    stories.id[into] = min(stories.id[into], stories.id[row])
    stories.posts[into] += stories.posts[row]
    stories.texts[into] += stories.texts[row]
    stories.first[into] = min(stories.first[into], stories.first[row])
    stories.last[into] = max(stories.last[into], stories.last[row])
    stories.norm[into] += stories.norm[row] + 2 * dot
    stories.is_fresh[into] = _CHANCES


@compiled
def find_key(key: int, bucket: int, window: Window) -> int:
    """Return the place of a match key in its bucket, or -1."""
    for way in range(WAYS):
        if window.keys.key[bucket, way] == key:
            return way
    return -1


@compiled
def keep_key(key: int, bucket: int, way: int, seq: int, story: int, window: Window) -> None:
    """Put a match key to the front of its bucket, from place ``way`` or as a new one."""
    keys = window.keys
    for place in range(way if way >= 0 else WAYS - 1, 0, -1):
        keys.key[bucket, place] = keys.key[bucket, place - 1]
        keys.seq[bucket, place] = keys.seq[bucket, place - 1]
        keys.story[bucket, place] = keys.story[bucket, place - 1]
    keys.key[bucket, 0] = key
    keys.seq[bucket, 0] = seq
    keys.story[bucket, 0] = story
