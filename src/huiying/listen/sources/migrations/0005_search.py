"""The full-text index is made again: folded spelling, stems and filter signs; an index nothing uses goes."""

from django.db import migrations


def make_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS sources_post_words")
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE sources_post_words USING fts5(words, signs, content='', columnsize=0, tokenize='ascii')"
        )
        # sixteen segments of a size before they are merged: each word is written half as often as with the usual four
        schema_editor.execute("INSERT INTO sources_post_words(sources_post_words, rank) VALUES ('automerge', 16)")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE TABLE sources_post_words (seq bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute("CREATE INDEX sources_post_words_gin ON sources_post_words USING gin (words)")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'sources_post' AND indexname LIKE '%%item_key%%like'")
            for (name,) in cursor.fetchall():  # keys are compared whole, never by their beginning
                schema_editor.execute(f'DROP INDEX "{name}"')
    _index_again(apps.get_model("sources", "Post"))


def _index_again(post_model):
    from huiying.listen.sources.words import index_posts

    after = 0
    while posts := list(post_model.objects.filter(seq__gt=after, erased_at=None).order_by("seq")[:5000]):
        index_posts(posts)
        after = posts[-1].seq


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS sources_post_words")


class Migration(migrations.Migration):
    dependencies = [("sources", "0004_archive")]
    operations = [migrations.RunPython(make_index, drop_index)]
