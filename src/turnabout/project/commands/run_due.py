"""`turnabout run-due`: everything periodic, once, now, and the jobs that wait; for cron, without a worker."""

import argparse

from turnabout.project import django_setup


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="turnabout run-due", description="Run every periodic job once, then the jobs that are due, and come back."
    )
    parser.add_argument("--only-periodic", action="store_true", help="leave the jobs that wait to the worker")
    options = parser.parse_args(argv)
    django_setup.set_up()
    failed = run_periodic()
    if not options.only_periodic:
        from turnabout.project import work

        work.work_until_idle()
    return 1 if failed else 0


def run_periodic() -> list[str]:
    """Run each periodic job; one that fails does not keep the others from running."""
    import logging

    from turnabout.core import jobs

    failed = []
    for name, function in sorted(jobs.PERIODIC.items()):
        try:
            function()
        except Exception:
            logging.getLogger(__name__).exception("The periodic job %s failed.", name)
            print(f"{name}: failed, see the log.", flush=True)
            failed.append(name)
    return failed
