"""The organisation, its units and groups, and the people who work in it."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .rules import GROUP_LABELS, ORGANISATION_TYPE_LABELS, ROLE_LABELS, GroupKind, OrganisationType, Role


class Organisation(models.Model):
    """The body that owns this installation; exactly one row."""

    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    type = models.CharField(max_length=40, choices=[(t.value, ORGANISATION_TYPE_LABELS[t]) for t in OrganisationType])
    hotline = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)


class Unit(models.Model):
    """A department of the organisation."""

    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")


class Person(AbstractUser):
    """Somebody who signs in; ``is_demo`` people exist only inside a demo installation."""

    display_name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=10, default="zh-hans")
    is_demo = models.BooleanField(default=False)

    REQUIRED_FIELDS = ["display_name"]

    #: Roles that came with the session of a request; None when the person was read otherwise.
    roles_read: frozenset[str] | None = None

    def __str__(self) -> str:
        return self.display_name or self.username


class RoleGrant(models.Model):
    """One role of one person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=[(r.value, ROLE_LABELS[r]) for r in Role])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="one_grant_per_role")]


class Session(AbstractBaseSession):
    """One signed-in browser."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")


class Group(models.Model):
    """A standing group of R16-R28, with head and deputy."""

    kind = models.CharField(max_length=40, choices=[(k.value, GROUP_LABELS[k]) for k in GroupKind], unique=True)
    head = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="heads")
    deputy = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="deputises")
    members = models.ManyToManyField(Person, blank=True, related_name="member_of")


class SignInLink(models.Model):
    """A one-time link: only the hash of its secret is stored, used once, for a short while."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
