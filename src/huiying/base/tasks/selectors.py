"""Reads of tasks and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PERSON_NAME, Seats, unit_name
from huiying.base.clocks.selectors import clocks_reading
from huiying.base.sharing.selectors import comments_reading, files_reading
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Counting, Reading, Together, read_together

from .models import OrderEntry, Task, group_words
from .rules import OrderState, TaskState

_SOONEST = F("due_at").asc(nulls_last=True)
_NEVER = datetime.max.replace(tzinfo=UTC)
_NAMED = {"owner": PERSON_NAME, "unit": ("name_zh", "name_en")}
#: cards of one column; what is beyond them is in the list.
COLUMN_CARDS = 20
#: tasks of one tree that its page shows.
TREE_ROWS = 200
BOARD_STATES = (TaskState.TODO, TaskState.DOING, TaskState.BLOCKED, TaskState.DONE)


def task(task_id: int) -> Task:
    """Return one task with its people; raises NotThere."""
    found = Task.objects.select_related("owner", "deputy", "unit", "parent", "issuer").filter(pk=task_id).first()
    if found is None:
        raise NotThere(_("There is no task %(id)s.") % {"id": task_id})
    return found


def tasks_of(subject: tuple[str, object]) -> list[Task]:
    """Return a subject's tasks, soonest due first."""
    return list(_tasks_of(subject).select_related("owner", "unit").order_by(_SOONEST, "pk"))


def tasks_reading(subject: tuple[str, object]) -> Reading:
    """Return the same as a part of a larger reading."""
    return Reading(_tasks_of(subject), related=_NAMED, order=_by_due)


def _by_due(task: Task) -> tuple[datetime, int]:
    return task.due_at or _NEVER, task.pk


def _tasks_of(subject: tuple[str, object]) -> QuerySet[Task]:
    return Task.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))


def tasks_of_person(person_id: int) -> list[Task]:
    """Return a person's open tasks, soonest due first."""
    return list(open_tasks().filter(owner_id=person_id))


def open_tasks() -> QuerySet[Task]:
    """Return all open tasks, soonest due first, without a due time last."""
    return Task.objects.filter(_open()).select_related("owner", "unit").order_by(_SOONEST, "pk")


def _open() -> Q:
    return Q(still_open=1)


def all_tasks() -> QuerySet[Task]:
    """Return every task, newest first."""
    return Task.objects.select_related("owner", "unit").order_by("-created_at", "-pk")


def overdue_count(at: datetime) -> int:
    """Return how many open tasks are late."""
    return Task.objects.filter(_open(), late_at__lt=at).count()


@dataclass(frozen=True)
class Wanted:
    """Which tasks a page shows: whose, of which group or department, of which kind, about what."""

    show: str = "mine"
    group: str = ""
    unit_id: int | None = None
    kind: str = ""
    state: str = ""
    subject: str = ""

    def narrowed(self, tasks: QuerySet[Task], person_id: int | None, seats: Seats, now: datetime) -> QuerySet[Task]:
        """Return the tasks of these that are wanted."""
        subject_kind, _colon, subject_id = self.subject.partition(":")
        narrow = Q()
        if self.show == "mine":
            narrow &= Q(owner_id=person_id)
        if self.show == "groups":
            narrow &= Q(group__in=sorted(seats.groups)) | (Q(unit_id=seats.unit_id) if seats.unit_id else Q())
            narrow &= Q() if seats.groups or seats.unit_id else Q(pk=None)
        if self.show == "overdue":
            narrow &= Q(still_open=1, late_at__lt=now)
        if self.show == "issued":
            narrow &= Q(issuer_id=person_id)
        for column, value in {"group": self.group, "unit_id": self.unit_id, "state": self.state, "subject_kind": subject_kind}.items():
            narrow &= Q(**{column: value}) if value else Q()
        narrow &= Q(subject_id=subject_id) if subject_id else Q()
        if self.kind:
            narrow &= ~Q(order_state="") if self.kind == "order" else Q(order_state="")
        return tasks.filter(narrow)


def listed(wanted: Wanted, person_id: int | None, seats: Seats, now: datetime) -> QuerySet[Task]:
    """Return the rows of the list: open ones by their due time, all of them newest first."""
    shows_all = wanted.show == "all" or wanted.state in (TaskState.DONE, TaskState.CANCELLED)
    return wanted.narrowed(all_tasks() if shows_all else open_tasks(), person_id, seats, now)


@dataclass(frozen=True)
class Column:
    """One column of the board: the first cards of a state, and how many there are in all."""

    state: TaskState
    cards: list[Task]
    n: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.n - len(self.cards)


def board(wanted: Wanted, person_id: int | None, seats: Seats, now: datetime) -> list[Column]:
    """Return the columns of the board in one query: open cards soonest due first, done ones newest first."""
    parts: dict[str, Reading | Counting] = {}
    for state in BOARD_STATES:
        of_state = wanted.narrowed(Task.objects.filter(state=state.value), person_id, seats, now)
        is_done = state == TaskState.DONE
        first = of_state.order_by("-done_at", "-pk") if is_done else of_state.order_by(_SOONEST, "pk")
        cards = Task.objects.filter(pk__in=first.values("pk")[:COLUMN_CARDS])
        parts[state.value] = Reading(cards, related=_NAMED, order=_by_done if is_done else _by_due, newest_first=is_done)
        parts[f"{state.value}.n"] = Counting(of_state)
    found = read_together(parts)
    return [Column(state, found.rows[state.value], found.counts[f"{state.value}.n"]) for state in BOARD_STATES]


def _by_done(task: Task) -> tuple[datetime, int]:
    return task.done_at or datetime.min.replace(tzinfo=UTC), task.pk


def task_papers(task: Task) -> Together:
    """Return what the page of a task shows, in one query."""
    root, subject = task.root_id or task.pk, ("task", task.pk)
    tree = Task.objects.filter(pk__in=Task.objects.filter(Q(pk=root) | Q(root_id=root)).order_by("pk").values("pk")[:TREE_ROWS])
    return read_together(
        {
            "tree": Reading(tree, related=_NAMED),
            "awaited": Reading(Task.objects.filter(blocks=task), related=_NAMED),
            "awaiting": Reading(Task.objects.filter(blocked_by=task), related=_NAMED),
            "entries": Reading(OrderEntry.objects.filter(task=task), order=lambda entry: (entry.at, entry.pk)),
            "clocks": clocks_reading(subject),
            "files": files_reading(subject),
            "comments": comments_reading(subject),
        }
    )


@dataclass(frozen=True)
class Branch:
    """One task in its tree; how deep it lies."""

    task: Task
    level: int

    @property
    def indent(self) -> int:
        """How far it is moved in: what lies deeper than four would leave a phone no room."""
        return min(self.level, 4)


def branches(tree: list[Task]) -> list[Branch]:
    """Return a tree as lines, each part under what it is a part of."""
    parts: dict[int | None, list[Task]] = {}
    known = {each.pk for each in tree}
    for each in sorted(tree, key=_by_due):
        parts.setdefault(each.parent_id if each.parent_id in known else None, []).append(each)
    lines: list[Branch] = []
    waiting = [(each, 0) for each in reversed(parts.get(None, []))]
    while waiting:
        each, level = waiting.pop()
        lines.append(Branch(each, level))
        waiting += [(part, level + 1) for part in reversed(parts.get(each.pk, []))]
    return lines


@dataclass(frozen=True)
class DepartmentLine:
    """How the orders of one group or department were carried out; numbers of orders, never of people."""

    name: str
    n: int
    open: int
    late: int
    receipts_missed: int
    answers_missed: int
    reminders: int


def departments(since: datetime, now: datetime, groups: frozenset[str] | None = None) -> list[DepartmentLine]:
    """Return the orders issued since a time by group and department, in the order of their names; ``groups`` shows only those."""
    counted = [state.value for state in OrderState if state != OrderState.WITHDRAWN]
    orders = Task.objects.filter(order_state__in=counted, created_at__gte=since, exercise=False)
    if groups is not None:
        orders = orders.filter(group__in=sorted(groups))
    rows = orders.values("group", "unit_id", "unit__name_zh", "unit__name_en").annotate(
        n=Count("pk"),
        open=Count("pk", filter=_open()),
        late=Count("pk", filter=_open() & Q(late_at__lt=now)),
        receipts_missed=Count("pk", filter=Q(receipt_missed=True)),
        answers_missed=Count("pk", filter=Q(answer_missed=True)),
        reminded=Sum("reminders"),
    )
    lines = [
        DepartmentLine(
            _department(row["group"], row["unit__name_zh"], row["unit__name_en"]),
            row["n"],
            row["open"],
            row["late"],
            row["receipts_missed"],
            row["answers_missed"],
            row["reminded"] or 0,
        )
        for row in rows.order_by()
    ]
    return sorted(lines, key=lambda line: line.name)


def _department(group: str, name_zh: str | None, name_en: str | None) -> str:
    names = [group_words(group) if group else "", unit_name(name_zh, name_en or "") if name_zh else ""]
    return " · ".join(name for name in names if name) or _("given to persons")
