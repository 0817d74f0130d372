"""Files of people are checked and written by the worker."""

from turnabout.core import clock, jobs
from turnabout.people import services
from turnabout.people.models import DirectoryImport


@jobs.job()
def check_import(import_id: int) -> None:
    services.run_check(DirectoryImport.objects.select_related("by").get(pk=import_id), now=clock.now)


@jobs.job()
def write_import(import_id: int) -> None:
    services.run_write(DirectoryImport.objects.select_related("by").get(pk=import_id), now=clock.now)


@jobs.periodic("17 * * * *")
def clear_old_files() -> None:
    services.clear_old_files(now=clock.now())
