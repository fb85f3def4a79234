"""Pages of the programme room, one module a subject."""
