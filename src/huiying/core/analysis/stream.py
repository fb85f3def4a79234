"""The fold of a stream into stories, all that its users need: ``features`` -> ``route`` -> ``step`` -> ``merge``; see ``fold``.

It loads the compiled kernel (a second); the other modules of this package do without.
"""

from .features import features
from .fold import advance, new_state, prepare, step
from .kernel import is_compiled
from .resources import DEFAULT, Resources
from .schema import ASSIGNMENTS, FEATURES, MERGES, POSTS, SERIES, STORIES, Results
from .shards import merge, route
from .state import BadState, State

__all__ = [
    "ASSIGNMENTS",
    "DEFAULT",
    "FEATURES",
    "MERGES",
    "POSTS",
    "SERIES",
    "STORIES",
    "BadState",
    "Resources",
    "Results",
    "State",
    "advance",
    "features",
    "is_compiled",
    "merge",
    "new_state",
    "prepare",
    "route",
    "step",
]
