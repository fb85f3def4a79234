"""Settings, addresses and start-up checks."""

from .sqlite import use_wheel

use_wheel()
