import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def move(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give each snapshot its own row."""
    snapshot = apps.get_model("stories", "AnalysisSnapshot")
    for row in apps.get_model("stories", "AnalysisState").objects.filter(state__isnull=False):
        snapshot.objects.create(position=row, state=bytes(row.state))


class Migration(migrations.Migration):
    dependencies = [("stories", "0004_digest")]

    operations = [
        migrations.CreateModel(
            name="AnalysisSnapshot",
            fields=[
                (
                    "position",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="snapshot",
                        serialize=False,
                        to="stories.analysisstate",
                    ),
                ),
                ("state", models.BinaryField()),
            ],
        ),
        migrations.RunPython(move, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="analysisstate", name="state"),
    ]
