"""Rule sets: written, replayed over past weeks, approved by two people, in force."""
