"""Stopping long work from outside, while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def stopped_at_the_next_step() -> Iterator[None]:
    """Somebody presses "stop" as soon as something counts as being worked out."""

    def press(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith('UPDATE "core_progress"') or sql.startswith('INSERT INTO "core_progress"'):
            with connection.cursor() as cursor:
                cursor.cursor.execute("update core_progress set is_cancel_asked = true where state = 'running'")
        return result

    with connection.execute_wrapper(press):
        yield
