"""The full-text index of posts: our own two-character words, kept by each database's own means."""

from django.db import migrations


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE sources_post_words USING fts5(words, content='', tokenize='unicode61 remove_diacritics 0')"
        )
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE TABLE sources_post_words (seq bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute("CREATE INDEX sources_post_words_gin ON sources_post_words USING gin (words)")


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS sources_post_words")


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
