"""Background work: rows in PostgreSQL, written in the caller's transaction, safe to run twice."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import close_old_connections, transaction
from procrastinate import RetryStrategy
from procrastinate import exceptions as procrastinate_errors
from procrastinate.contrib.django import app

Function = TypeVar("Function", bound=Callable[..., None])

PERIODIC: dict[str, Callable[[], None]] = {}
RETRY = RetryStrategy(max_attempts=10, wait=5, exponential_wait=3)


def _name(function: Callable[..., None]) -> str:
    return f"{function.__module__.removeprefix('turnabout.')}.{function.__name__}"


def _with_fresh_connection(function: Callable[..., None]) -> Callable[..., None]:
    """A worker's threads live long: a connection that the server closed meanwhile is not used again."""

    @functools.wraps(function)
    def run(**ids: Any) -> None:
        if not transaction.get_connection().in_atomic_block:
            close_old_connections()
        function(**ids)

    return run


def job(*, queue: str = "default") -> Callable[[Function], Function]:
    """Declare a job: ids in, one service called. It may run twice, after a crash or a retry."""

    def register(function: Function) -> Function:
        app.task(name=_name(function), queue=queue, retry=RETRY)(_with_fresh_connection(function))
        return function

    return register


def periodic(cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare a job on a schedule; it finds its own work from the clock, so a late run loses nothing."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        name = _name(function)

        def run(timestamp: int) -> None:
            _with_fresh_connection(function)()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, lock=name)(run))
        PERIODIC[name] = function
        return function

    return register


def enqueue(name: str, *, lock: str | None = None, once: bool = False, **ids: Any) -> None:
    """Write a job row in the current transaction. Jobs of one `lock` run one after another;
    `once` leaves it at one waiting job of that lock."""
    task = app.configure_task(name, lock=lock, queueing_lock=lock if once else None)
    try:
        with transaction.atomic():
            task.defer(**ids)
    except procrastinate_errors.AlreadyEnqueued:
        return
