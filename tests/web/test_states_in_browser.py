"""Pages that say much only when they are asked something: by day and by night, at a desk and on a telephone."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOON, Cast
from tests.web.looking import Looker, Visit
from tests.web.readers import session_of
from tests.web.scenes import a_board_to_ask
from turnabout.matching import scenarios, services
from turnabout.matching.models import Proposal, Run
from turnabout.people import jobs
from turnabout.people.models import DirectoryImport

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# A name twice, a line that leads in a circle, an address that is none, and a person of nowhere.
FILE = b"""EmployeeNumber,Name,Manager,Company,Mail
A1,Ada Byron,A2,Paris,ada@example.test
A2,Bo Lind,A1,Paris,not-an-address
A2,Bo Lind,,Paris,bo@example.test
,Nobody,,,
"""


@pytest.fixture
def site(live_server: Any, settings: Any, clock_at: Any) -> str:
    settings.SITE_URL = live_server.url
    return str(live_server.url)


def by_day_and_by_night(visits: list[Visit]) -> list[Visit]:
    return [*visits, *(replace(one, name=f"{one.name}, the other way round", is_dark=True, is_close=False) for one in visits)]


def a_scenario(cast: Cast, board: Run) -> Run:
    values: Any = {"name": "Anybody", "objective": "best-total", "is_breadth_first": False, "seed": 1, "rules": {}}
    return services.solve_run(scenarios.start_scenario(board, by=cast.olu, now=NOON, **values), now=NOON)


def test_answers_of_a_matching_round_are_for_everybody(looker: Looker, site: str) -> None:
    cast = Cast()
    board = a_board_to_ask(cast)
    other = a_scenario(cast, board)
    olu, of_round = session_of(cast.olu), f"/rounds/{cast.cohort.pk}/matching/"
    suggestion, lone = Proposal.objects.filter(run=board).first(), cast.cohort.enrolments.get(person__given_name="Lone")
    assert suggestion is not None
    pages = {
        "why not, at a cost": f"/matching/{board.pk}/why-not/?mentor=Mia&mentee=Noor+Berg",
        "why not, a pair of the plan": f"/matching/{board.pk}/why-not/?mentor=Mia&mentee=Sol",
        "why not, several of the name": f"/matching/{board.pk}/why-not/?mentor=Costa&mentee=Berg",
        "why not, nobody of the name": f"/matching/{board.pk}/why-not/?mentor=Zzz&mentee=",
        "people without a partner": f"/matching/{board.pk}/alone/",
        "who else for one": f"/matching/{board.pk}/person/{lone.pk}/",
        "who else for two": f"/suggested/{suggestion.pk}/",
        "figures and the floor": f"/matching/{board.pk}/figures/",
        "the proof": f"/matching/{board.pk}/proof/",
        "scenarios of a round": of_round,
        "scenarios side by side": f"{of_round}compare/?run={board.pk}&run={other.pk}",
        "publish": f"/matching/{board.pk}/publish/",
    }
    visits = [Visit(name=name, path=path, session=olu) for name, path in pages.items()]
    assert looker.look(site, by_day_and_by_night(visits)) == {}


def test_file_of_people_with_mistakes_is_for_everybody(looker: Looker, site: str) -> None:
    cast = Cast()
    olu = session_of(cast.olu)
    client = Client()
    client.cookies["sessionid"] = olu
    client.post("/people/import/", {"people": SimpleUploadedFile("people.csv", FILE)})
    done = DirectoryImport.objects.get()
    at = f"/people/import/{done.pk}/"
    form = client.get(f"{at}columns/").context["form"]
    client.post(
        f"{at}columns/", {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    )
    jobs.check_import(import_id=done.pk)
    assert "Rows with something to correct" in client.get(at).content.decode()
    visits = [Visit(name=name, path=path, session=olu) for name, path in {"columns": f"{at}columns/", "preview": at}.items()]
    assert looker.look(site, by_day_and_by_night(visits)) == {}
