"""Stories are opened, joined, merged and closed; texts enter and leave the window."""

from __future__ import annotations

import numpy as np

from .kernel import compiled
from .matching import ROW, inverse_length, row_of
from .window import (
    F64,
    HAND,
    HEAD,
    I32,
    I64,
    N_LENGTH,
    N_NEXT,
    N_STORIES,
    S_ALIASES,
    S_FIRST,
    S_FOUNDER,
    S_FRESH,
    S_ID,
    S_LAST,
    S_MEDOID,
    S_NORM,
    S_OPEN,
    S_POSTS,
    S_SUPPORT,
    S_TAGGED,
    S_TEXTS,
    T_COUNT,
    T_NORM,
    T_SEQ,
    T_SUPPORT,
    U16,
    U32,
    U64,
    WAYS,
)

#: Rounds of the hand over the rows that a story survives without a post.
CHANCES = 2
_COUNT_MAX = 65_535


@compiled
def name_of(row: int, home: U32) -> int:
    """Return the name of a story: its row and the generation of its tenancy."""
    return row | (int(home[row]) >> 16) << 16


@compiled
def _free(row: int, story: I64, home: U32) -> None:
    generation = ((int(home[row]) >> 16) + 1) & 0xFFFF
    home[row] = row | max(generation, 1) << 16
    story[row, S_OPEN] = story[row, S_ALIASES] = 0


@compiled
def _close(row: int, story: I64, home: U32, closed: I64, ends: I64) -> None:
    """Free a row, and those of the stories that were merged into it."""
    root = int(home[row]) & ROW
    if root != row:
        story[root, S_ALIASES] -= 1
    else:
        closed[ends[1]] = story[row, S_ID]
        ends[1] += 1
        if story[row, S_ALIASES] > 0:
            for each in range(len(story)):
                if int(home[each]) & ROW == row and each != row:
                    _free(each, story, home)
    _free(row, story, home)


@compiled
def _claim_row(counters: I64, story: I64, home: U32, closed: I64, ends: I64) -> int:
    """Return a free row: the hand goes round, and a story without a post for two rounds is closed."""
    rows = len(story)
    row = 0
    for _step in range((CHANCES + 1) * rows + 1):
        row = int(counters[HAND])
        counters[HAND] = (row + 1) % rows
        if story[row, S_OPEN] == 0:
            return row
        root = int(home[row]) & ROW
        if story[root, S_FRESH] == 0:
            break
        if root == row:
            story[row, S_FRESH] -= 1
    _close(row, story, home, closed, ends)
    return row


@compiled
def open_story(seq: int, ts: int, counters: I64, story: I64, home: U32, closed: I64, ends: I64) -> int:
    """Open a story with its first post and return its row."""
    row = _claim_row(counters, story, home, closed, ends)
    story[row, S_ID] = story[row, S_FOUNDER] = story[row, S_MEDOID] = seq
    story[row, S_OPEN] = 1
    story[row, S_TAGGED] = 0
    story[row, S_FRESH] = CHANCES
    story[row, S_FIRST] = story[row, S_LAST] = ts
    story[row, S_POSTS] = story[row, S_TEXTS] = story[row, S_NORM] = story[row, S_SUPPORT] = 0
    return row


@compiled
def count_post(row: int, ts: int, story: I64) -> None:
    """Add a post to its story."""
    story[row, S_POSTS] += 1
    story[row, S_FIRST] = min(story[row, S_FIRST], ts)
    story[row, S_LAST] = max(story[row, S_LAST], ts)
    story[row, S_FRESH] = CHANCES


@compiled
def evict_text(slot: int, text: I64, text_terms: I32, tally: I64, ring: U16) -> None:
    """Forget the text in a slot: of each of its terms it is the oldest posting, where it still is one."""
    mask = ring.shape[1] - 1
    for place in range(text[slot, T_COUNT]):
        term = text_terms[slot, place]
        length = tally[term, N_LENGTH]
        if length > 0 and ring[term, (tally[term, N_NEXT] - length) & mask] == slot:
            tally[term, N_LENGTH] = length - 1
    text[slot, T_COUNT] = 0


@compiled
def enter_text(
    name: int,
    seq: int,
    norm: int,
    terms: I32,
    weights: I64,
    counters: I64,
    text: I64,
    names: U32,
    inverse: F64,
    text_terms: I32,
    tally: I64,
    ring: U16,
) -> int:
    """Put a text into the window and its terms into the postings; return its slot."""
    slot = int(counters[HEAD])
    counters[HEAD] = (slot + 1) % len(text)
    evict_text(slot, text, text_terms, tally, ring)
    text[slot, T_SEQ], names[slot], text[slot, T_NORM] = seq, name, norm
    text[slot, T_SUPPORT], text[slot, T_COUNT] = 0, len(terms)
    inverse[slot] = inverse_length(norm)
    cap = ring.shape[1]
    for place in range(len(terms)):
        term = terms[place]
        text_terms[slot, place] = term
        if weights[place] > 0:
            ring[term, tally[term, N_NEXT] & (cap - 1)] = slot
            tally[term, N_NEXT] += 1
            tally[term, N_LENGTH] = min(tally[term, N_LENGTH] + 1, cap)
    return slot


@compiled
def add_terms(row: int, terms: I32, weights: I64, story: I64, home: U32, story_inverse: F64, tally: I64, ring: U32, counts: U16) -> None:
    """Add a text's terms to its story's, and bring the length of the story's centroid up to date."""
    cap = ring.shape[1]
    norm = 0
    for place in range(len(terms)):
        weight = int(weights[place])
        if weight == 0:
            continue
        term = terms[place]
        following = int(tally[term, N_STORIES])
        own, times = -1, 0
        for step in range(max(following - cap, 0), following):
            at = step & (cap - 1)
            if row_of(int(ring[term, at]), home) == row:
                times += int(counts[term, at])
                own = at
        if own < 0:
            own = following & (cap - 1)
            ring[term, own] = name_of(row, home)
            counts[term, own] = 0
            tally[term, N_STORIES] = following + 1
        if counts[term, own] < _COUNT_MAX:
            counts[term, own] += 1
        norm += weight * (2 * times + 1)
    story[row, S_NORM] += norm
    story_inverse[row] = inverse_length(story[row, S_NORM])
    story[row, S_TEXTS] += 1


@compiled
def sweep(tally: I64, ring: U32, counts: U16, home: U32) -> None:
    """Take closed stories out of the rings of all terms, so that they hold no room and no bytes."""
    cap = ring.shape[1]
    names = np.zeros(cap, np.uint32)
    times = np.zeros(cap, np.uint16)
    for term in range(len(tally)):
        following = int(tally[term, N_STORIES])
        kept = 0
        for step in range(max(following - cap, 0), following):
            at = step & (cap - 1)
            if row_of(int(ring[term, at]), home) >= 0:
                names[kept] = ring[term, at]
                times[kept] = counts[term, at]
                kept += 1
        for place in range(kept):
            ring[term, place] = names[place]
            counts[term, place] = times[place]
        tally[term, N_STORIES] = kept


@compiled
def merge_story(row: int, into: int, dot: int, story: I64, home: U32, story_inverse: F64) -> None:
    """Merge a story into another one; its row stays as an alias, the id of the older one names both. ``dot``: their shared weight."""
    if story[row, S_ALIASES] > 0:
        for each in range(len(story)):
            if int(home[each]) & ROW == row:
                home[each] = into | (int(home[each]) >> 16) << 16
    home[row] = into | (int(home[row]) >> 16) << 16
    story[into, S_ALIASES] += 1 + story[row, S_ALIASES]
    story[into, S_ID] = min(story[into, S_ID], story[row, S_ID])
    story[into, S_POSTS] += story[row, S_POSTS]
    story[into, S_TEXTS] += story[row, S_TEXTS]
    story[into, S_TAGGED] += story[row, S_TAGGED]
    story[into, S_FIRST] = min(story[into, S_FIRST], story[row, S_FIRST])
    story[into, S_LAST] = max(story[into, S_LAST], story[row, S_LAST])
    story[into, S_NORM] += story[row, S_NORM] + 2 * dot
    story_inverse[into] = inverse_length(story[into, S_NORM])
    story[into, S_FRESH] = CHANCES


@compiled
def find_key(key: int, bucket: int, keys: U64) -> int:
    """Return the place of a match key in its bucket, or -1."""
    for way in range(WAYS):
        if keys[bucket, way] == key:
            return way
    return -1


@compiled
def keep_key(key: int, bucket: int, way: int, seq: int, name: int, keys: U64, known: I64) -> None:
    """Put a match key to the front of its bucket, from place ``way`` or as a new one."""
    for place in range(way if way >= 0 else WAYS - 1, 0, -1):
        keys[bucket, place] = keys[bucket, place - 1]
        known[bucket, 2 * place] = known[bucket, 2 * place - 2]
        known[bucket, 2 * place + 1] = known[bucket, 2 * place - 1]
    keys[bucket, 0] = key
    known[bucket, 0], known[bucket, 1] = seq, name
