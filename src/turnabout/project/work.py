"""The worker: takes jobs from the database until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import psycopg_pool
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate import App, PsycopgConnector
from procrastinate import exceptions as procrastinate_errors
from procrastinate.contrib.django import DjangoApp, app, connector_params
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from turnabout.project import lifeline

MISSED_HEARTBEATS = 4  # then a worker is taken for dead
POLLING_SECONDS = 2.0
SECONDS_TO_FINISH = 25.0
SECONDS_TO_LEAVE = 29.0
SECONDS_FOR_CONNECTION = 10.0
LONGEST_PAUSE = 2.0
MOST_ATTEMPTS = 10

DATABASE_AWAY = (
    procrastinate_errors.ConnectorException,
    psycopg.OperationalError,
    psycopg_pool.PoolTimeout,
    OperationalError,
    InterfaceError,
)


def seconds_without_heartbeat() -> float:
    """How long a worker may be silent before others take up its jobs."""
    return float(settings.HEARTBEAT_SECONDS * MISSED_HEARTBEATS)


def work_until_stopped(*, concurrency: int) -> None:
    """Work until SIGTERM or Ctrl-C, then finish what is under way within 30 seconds.

    A job that does not finish in time, or was under way when a worker was
    killed, is taken up again once its worker's heartbeat has stopped.
    """
    asyncio.run(_work(concurrency=concurrency))


def work_until_idle() -> None:
    """Do the jobs that are due and come back."""

    async def once() -> None:
        async with _worker_app(concurrency=1) as worker:
            await _take_up_stalled(worker)
            await worker.run_worker_async(wait=False, concurrency=1, delete_jobs="successful", listen_notify=False)

    asyncio.run(once())


async def _work(*, concurrency: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    # One thread a job, so that no more database connections stay open than needed.
    loop.set_default_executor(ThreadPoolExecutor(max_workers=concurrency + 1))
    with _signals_set(stopped):
        pause = 1.0
        while not stopped.is_set():
            try:
                async with _worker_app(concurrency=concurrency) as worker:
                    pause = 1.0
                    await _run(worker, stopped, concurrency=concurrency)
            except DATABASE_AWAY as error:
                print(
                    f"worker: the database does not answer ({type(error).__name__}); trying again in {pause:.0f} s.", flush=True
                )
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopped.wait(), pause)
                pause = min(pause * 2, LONGEST_PAUSE)


async def _run(worker: App, stopped: asyncio.Event, *, concurrency: int) -> None:
    await _take_up_stalled(worker)
    running = asyncio.create_task(
        worker.run_worker_async(
            concurrency=concurrency,
            delete_jobs="successful",
            fetch_job_polling_interval=POLLING_SECONDS,
            install_signal_handlers=False,
            listen_notify=not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"),
            shutdown_graceful_timeout=SECONDS_TO_FINISH,
            stalled_worker_timeout=seconds_without_heartbeat(),
            update_heartbeat_interval=float(settings.HEARTBEAT_SECONDS),
        )
    )
    stopping = asyncio.create_task(stopped.wait())
    tending = asyncio.create_task(_tend(worker))
    try:
        await asyncio.wait({running, stopping, tending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        for side in (stopping, tending):
            side.cancel()
        await asyncio.gather(stopping, tending, return_exceptions=True)


async def _tend(worker: App) -> None:
    """Look for the jobs of killed workers.

    Here and not in a job: a job could die holding the lock that keeps the next one from running.
    """
    while True:
        await asyncio.sleep(seconds_without_heartbeat() / 2)
        await _take_up_stalled(worker)


async def _take_up_stalled(worker: App) -> None:
    manager = worker.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds_without_heartbeat()):
        if job.attempts < MOST_ATTEMPTS:
            await manager.retry_job(job)
        else:  # it takes its worker down each time
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)


class _Jobs(JobManager):
    async def retry_job(self, job: Job, *arguments: Any, **options: Any) -> None:
        """Try again later, unless the same job waits already: then this one makes room for it."""
        try:
            await super().retry_job(job, *arguments, **options)
        except procrastinate_errors.UniqueViolation:
            await self.finish_job(job, status=Status.ABORTED, delete_job=False)


@contextlib.asynccontextmanager
async def _worker_app(*, concurrency: int) -> AsyncIterator[App]:
    """An app of the worker's own.

    The one that features use keeps Django's connection, so that a job which
    enqueues another does so in its own transaction.
    """
    await sync_to_async(_reach_database)()
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=concurrency + 2, timeout=SECONDS_FOR_CONNECTION)
    worker = DjangoApp(connector=connector, import_paths=app.import_paths)
    worker.job_manager = _Jobs(connector)
    worker.tasks = app.tasks
    worker.periodic_registry = app.periodic_registry
    async with worker.open_async():
        yield worker


def _reach_database() -> None:
    """Connect once the ordinary way: it starts the embedded server and fails early."""
    close_old_connections()
    connection.ensure_connection()


@contextlib.contextmanager
def _signals_set(stopped: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(signal_number)  # the second one leaves at once
        lifeline.end_after(SECONDS_TO_LEAVE)
        stopped.set()

    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop)
    yield
