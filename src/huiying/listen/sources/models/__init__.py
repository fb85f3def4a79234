"""Sources, what they said (the intake log), and what could not be read."""

from .archive import EvidenceHold, HeldPost, PageSnapshot, PurgeRun, SubjectRequest
from .calibration import CalibrationItem, CalibrationRound, CalibrationStandard, OutsideItem
from .files import TakenFile
from .posts import AuthorSalt, FirstReport, IntakeCursor, IntakeTick, Post, Quarantine
from .source import Canary, Delivery, HubLease, Outage, Source, SourceHour

__all__ = [
    "AuthorSalt",
    "CalibrationItem",
    "CalibrationRound",
    "CalibrationStandard",
    "Canary",
    "Delivery",
    "EvidenceHold",
    "FirstReport",
    "HeldPost",
    "HubLease",
    "IntakeCursor",
    "IntakeTick",
    "Outage",
    "OutsideItem",
    "PageSnapshot",
    "Post",
    "PurgeRun",
    "Quarantine",
    "Source",
    "SourceHour",
    "SubjectRequest",
    "TakenFile",
]
