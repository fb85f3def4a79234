"""A citation may be written in several languages."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KINDS = ("Clock", "Cadence")


def copy(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Keep what was cited: a plain text stays a plain text."""
    for kind in KINDS:
        for row in apps.get_model("clocks", kind).objects.exclude(citation="").only("pk", "citation").iterator():
            row.citation_words = row.citation
            row.save(update_fields=["citation_words"])


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]

    operations = [
        *(migrations.AddField(kind, "citation_words", models.JSONField(blank=True, default=str)) for kind in KINDS),
        migrations.RunPython(copy, elidable=True),
        *(migrations.RemoveField(kind, "citation") for kind in KINDS),
        *(migrations.RenameField(kind, "citation_words", "citation") for kind in KINDS),
    ]
