"""The demo's life up to a stage, in one transaction: enrolling, matched, running or closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction

from turnabout.core.marks import DEMO
from turnabout.core.models import Mark
from turnabout.insights import services as insights
from turnabout.matching import services as matching
from turnabout.matching.models import Proposal, Run
from turnabout.notifications import notices
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.project.demo import cast, enrolling, people, programme, running, words
from turnabout.project.demo.cast import Member

MENTORS_OF_ALL = 440 / 938  # as many as in the programme whose size this is


class Stage(StrEnum):
    ENROLLING = "enrolling"
    MATCHED = "matched"
    RUNNING = "running"
    CLOSED = "closed"


WEEKS_SINCE_OPENING = {Stage.ENROLLING: 2, Stage.MATCHED: 6, Stage.RUNNING: 21, Stage.CLOSED: 36}
WEEKS_SINCE_PUBLISHING = {Stage.RUNNING: 15, Stage.CLOSED: 30}


@dataclass(frozen=True, kw_only=True)
class Demo:
    cohort: Cohort
    members: list[Member]


class NotEmpty(Exception):
    """The database holds people already; a demo never mixes with them."""


def what_is_kept(*, stage: str, seed: int, people: int) -> str:
    """Which demo this is, as the database remembers it."""
    return f"stage={stage} seed={seed} people={people}"


@transaction.atomic
def build(stage: Stage, *, seed: int, people_wanted: int, now: datetime) -> Demo:
    """Draw, write and live through everything; the same arguments give the same rows."""
    if Person.objects.exists():
        raise NotEmpty
    Mark.objects.update_or_create(name=DEMO, defaults={"value": what_is_kept(stage=stage, seed=seed, people=people_wanted)})
    mentors = round(people_wanted * MENTORS_OF_ALL)
    opened_at = now - timedelta(weeks=WEEKS_SINCE_OPENING[stage])
    world = people.build(seed=seed, mentors=mentors, mentees=people_wanted - mentors, now=opened_at)
    staff = programme.organisers(now=opened_at)
    starts_at = (
        now - timedelta(weeks=WEEKS_SINCE_PUBLISHING.get(stage, 0)) + timedelta(days=0 if stage in WEEKS_SINCE_PUBLISHING else 21)
    )
    cohort = programme.open_round(world, staff, opened_at=opened_at, starts_at=starts_at)
    enrolling.invite_everybody(world, cohort, seed=seed, opened_at=opened_at, is_over=stage != Stage.ENROLLING)
    _take_stock()
    pairs: list[Pair] = []
    if stage != Stage.ENROLLING:
        pairs = _match(stage, cohort, staff, seed=seed, now=now)
    members = cast.of(world, staff, cohort, pairs, now=now)
    _speak(pairs, cohort, now=now)
    return Demo(cohort=Cohort.objects.get(pk=cohort.pk), members=members)


def _match(stage: Stage, cohort: Cohort, staff: programme.Organisers, *, seed: int, now: datetime) -> list[Pair]:
    """A real matching round; at the later stages it went out, and whoever is left over waits on a second board."""
    weeks = WEEKS_SINCE_PUBLISHING.get(stage)
    published_at = now if weeks is None else now - timedelta(weeks=weeks)
    board = _solve(cohort, staff, seed=seed, now=published_at)
    _take_stock()
    if weeks is None:
        return []
    pairs = running.live(board, running.Life(now=now, published_at=published_at, seed=seed, is_over=stage == Stage.CLOSED))
    _take_stock()
    insights.refresh_all(on=now.date())
    if stage == Stage.RUNNING:
        cohort.refresh_from_db()
        _solve(cohort, staff, seed=seed, now=now - timedelta(days=1))
    return pairs


def _take_stock() -> None:
    """Tell the database how much it holds: after so many new rows it would plan for empty tables, and search for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _solve(cohort: Cohort, staff: programme.Organisers, *, seed: int, now: datetime) -> Run:
    run = Run.objects.create(cohort=cohort, by=staff.olu, created_at=now, seed=seed, is_breadth_first=True)
    Cohort.objects.filter(pk=cohort.pk, state=Cohort.State.ENROLLING).update(state=Cohort.State.MATCHING)
    return matching.solve_run(run, now=now)


def _speak(pairs: list[Pair], cohort: Cohort, *, now: datetime) -> None:
    """What Mia and Sol wrote, and the questions that are open now, so that their mails can be read."""
    hers = next(
        (pair for pair in pairs if pair.mentor.person.given_name == "Mia" and pair.mentor.person.family_name == "Okafor"), None
    )
    if hers is not None:
        words.write(hers, now=now)
    waiting = Proposal.objects.with_people().filter(run__cohort=cohort, state=Proposal.State.ASKING_MENTOR)[:12]
    readers = [
        (row.mentor.person.account, row, f"proposal.asked:{row.pk}:mentor") for row in waiting if row.mentor.person.account
    ]
    notices.write_all("proposal.asked", readers, now=now, cohort=cohort)
