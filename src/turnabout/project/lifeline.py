"""Processes that end when the one that started them is gone, however it went."""

import contextlib
import os
import signal
import threading
import time

SUPERVISOR = "TURNABOUT_SUPERVISOR"  # its process number, set for what it starts
LOOK_EVERY = 1.0
GRACE_SECONDS = 30.0


def end_with_supervisor() -> None:
    """Stop cleanly when the supervisor dies; nothing happens without one."""
    number = os.environ.get(SUPERVISOR, "")
    if number.isdecimal():
        end_with(int(number))


def end_with(parent: int) -> None:
    """Stop this process cleanly once ``parent`` is no longer its parent."""
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def end_after(seconds: float) -> None:
    """Leave by force if the clean way out takes too long; unfinished jobs are taken up again."""
    threading.Thread(target=_leave_after, args=(seconds,), name="last-way-out", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    with contextlib.suppress(ProcessLookupError):
        os.kill(os.getpid(), signal.SIGTERM)
    _leave_after(GRACE_SECONDS)


def _leave_after(seconds: float) -> None:
    time.sleep(seconds)
    os._exit(1)
