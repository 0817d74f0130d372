import time

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from turnabout.core import jobs


def count(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from small_site_done")
        return HttpResponse(str(cursor.fetchone()[0]))


def enqueue(request: HttpRequest, name: str, number: int) -> HttpResponse:
    with transaction.atomic():
        jobs.enqueue(
            f"tests.project.small_site.jobs.{name}",
            lock=request.GET.get("lock"),
            once="once" in request.GET,
            number=number,
        )
    return HttpResponse("enqueued")


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(2)
    return HttpResponse("finished")


urlpatterns = [path("", count), path("slow/", slow), path("<str:name>/<int:number>/", enqueue)]
