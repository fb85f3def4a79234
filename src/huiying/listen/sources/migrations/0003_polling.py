"""Sources get a connector with options and a cursor, a legal ground, and a health that is kept."""

import hashlib
import json

import django.db.models.deletion
from django.db import migrations, models


def keep_what_is_known(apps, schema_editor):
    source_model = apps.get_model("sources", "Source")
    source_model.objects.filter(connector="file").update(connector="replay")
    for source in source_model.objects.filter(connector="feed").iterator():
        source.cursor = {key: value for key, value in (("etag", source.etag), ("last_modified", source.last_modified)) if value}
        text = json.dumps([source.url, {}], ensure_ascii=False, sort_keys=True)
        source.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:32]
        source.save(update_fields=["cursor", "fingerprint"])


def give_back(apps, schema_editor):
    source_model = apps.get_model("sources", "Source")
    source_model.objects.filter(connector="replay").update(connector="file")
    for source in source_model.objects.filter(connector="feed").iterator():
        source.etag, source.last_modified = source.cursor.get("etag", "")[:200], source.cursor.get("last_modified", "")[:100]
        source.save(update_fields=["etag", "last_modified"])


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_full_text")]
    operations = [
        migrations.RemoveConstraint(model_name="source", name="one_source_per_feed"),
        migrations.RemoveConstraint(model_name="source", name="one_source_per_name"),
        migrations.RenameField("source", "kind", "connector"),
        migrations.AlterField("source", "connector", models.CharField(max_length=20)),
        migrations.AddField("source", "cursor", models.JSONField(blank=True, default=dict)),
        migrations.AddField("source", "fingerprint", models.CharField(blank=True, max_length=32)),
        migrations.RunPython(keep_what_is_known, give_back),
        migrations.CreateModel(
            name="Canary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_at", models.DateTimeField(db_index=True)),
                ("stored_at", models.DateTimeField(null=True)),
                ("found_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_id", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HubLease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hub", models.TextField()),
                ("topic", models.TextField()),
                ("callback_key", models.CharField(max_length=64, unique=True)),
                ("secret", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("wanted", "to be asked"),
                            ("asked", "asked"),
                            ("verified", "pushes to us"),
                            ("denied", "denied"),
                            ("leaving", "being ended"),
                            ("ended", "ended"),
                        ],
                        default="wanted",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("last_delivery_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("detail", models.TextField(blank=True)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SourceHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateTimeField()),
                ("polls", models.PositiveIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("items", models.PositiveIntegerField(default=0)),
                ("stored", models.PositiveIntegerField(default=0)),
                ("repeated", models.PositiveIntegerField(default=0)),
                ("quarantined", models.PositiveIntegerField(default=0)),
                ("lag_p50", models.PositiveIntegerField(null=True)),
                ("lag_p90", models.PositiveIntegerField(null=True)),
            ],
        ),
        migrations.RemoveField(
            model_name="source",
            name="etag",
        ),
        migrations.RemoveField(
            model_name="source",
            name="last_modified",
        ),
        migrations.AddField(
            model_name="source",
            name="legal_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("public", "lawfully public information, within reason (PIPL 13 (6), 27)"),
                    ("duty", "statutory duty (PIPL 13 (3))"),
                    ("interest", "public interest supervision (PIPL 13 (5))"),
                    ("emergency", "public health or emergency (PIPL 13 (4))"),
                    ("contract", "own service contract (PIPL 13 (2))"),
                    ("consent", "consent of the person (PIPL 13 (1))"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="moved_times",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="source",
            name="moved_to",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="source",
            name="options",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="source",
            name="public_key",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="source",
            name="purpose",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="source",
            name="region",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="source",
            name="retention_days",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="rhythm_seconds",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="secrets",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="source",
            name="terms_checked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="terms_url",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="source",
            name="topic",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name="source",
            name="state",
            field=models.CharField(
                choices=[("active", "active"), ("paused", "paused"), ("gone", "gone for good")], default="active", max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fingerprint", ""), _negated=True),
                fields=("connector", "fingerprint", "exercise"),
                name="one_source_per_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fingerprint", ""), ("url", "")), fields=("name", "exercise"), name="one_source_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("public_key", ""), _negated=True), fields=("public_key",), name="one_source_per_public_key"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="source",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="sources.source"),
        ),
        migrations.AddField(
            model_name="hublease",
            name="source",
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="lease", to="sources.source"),
        ),
        migrations.AddField(
            model_name="outage",
            name="source",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="outages", to="sources.source"),
        ),
        migrations.AddField(
            model_name="sourcehour",
            name="source",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="sources.source"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["at"], name="delivery_at"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("source", "message_id"), name="one_delivery_per_message"),
        ),
        migrations.AddIndex(
            model_name="outage",
            index=models.Index(fields=["source", "-began_at"], name="outage_of_source"),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("source", "code"), name="one_open_outage_per_code"
            ),
        ),
        migrations.AddIndex(
            model_name="sourcehour",
            index=models.Index(fields=["start"], name="source_hour_start"),
        ),
        migrations.AddConstraint(
            model_name="sourcehour",
            constraint=models.UniqueConstraint(fields=("source", "start"), name="one_row_per_source_hour"),
        ),
    ]
