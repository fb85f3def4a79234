"""Analysis, pure: no Django, clock, database or I/O. The fold over ticks of the intake log is in ``stream``."""
