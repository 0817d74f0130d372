"""Quiet hours: a mail that is not urgent arrives in its reader's own working day.

The sender asks each time it picks a notice up, so what was held at night, put off by the mail server or left over
from a restart keeps to the hours alike.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.conf import settings

from turnabout.notifications.content import urgent_from, zone_of_reader
from turnabout.notifications.models import Notice
from turnabout.people.models import Person
from turnabout.scheduling.public_holidays import public_holidays
from turnabout.scheduling.queries import OFFICE, weekly_hours

LONGEST_WAIT = timedelta(days=4)  # for a working day; after it, the hours of any day will do


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """A reader's working days, as far as they are known: weekdays (0 is Monday) and the holidays of their country."""

    zone: tzinfo
    weekdays: frozenset[int] = frozenset(OFFICE)
    days_off: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.days_off


def sending_time(notice: Notice, *, now: datetime) -> datetime:
    """The moment from which the notice may go out; now itself, inside its reader's hours or when it is urgent."""
    if settings.MAIL_HOURS is None:
        return now
    urgent = urgent_from(notice)
    if urgent is not None and urgent <= now:
        return now
    calm = next_opening(settings.MAIL_HOURS, _week_of(notice, now=now), now=now, since=notice.created_at)
    return calm if urgent is None else min(calm, urgent)


def next_opening(hours: tuple[time, time], week: Week, *, now: datetime, since: datetime) -> datetime:
    """The first moment, now or later, inside these hours of a working day; of any day, after a long wait since `since`."""
    begin, end = hours
    day = now.astimezone(week.zone).date()
    while True:
        moment = max(now, datetime.combine(day, begin, tzinfo=week.zone).astimezone(UTC))
        is_open = moment < datetime.combine(day, end, tzinfo=week.zone)
        if is_open and (week.is_working_day(day) or moment - since > LONGEST_WAIT):
            return moment
        day += timedelta(days=1)


def longest_wait(notice: Notice) -> timedelta:
    """How long quiet hours may keep a notice from being tried at all."""
    return timedelta() if urgent_from(notice) == notice.created_at else LONGEST_WAIT + timedelta(days=1)


def _week_of(notice: Notice, *, now: datetime) -> Week:
    zone, person = zone_of_reader(notice), _person_of(notice)
    if person is None:
        return Week(zone=zone)
    return Week(
        zone=zone,
        weekdays=frozenset(weekly_hours(person.weekly_hours)),
        days_off=public_holidays(person.entity.country if person.entity else "", (now.year, now.year + 1)),
    )


def _person_of(notice: Notice) -> Person | None:
    return notice.person if notice.account is None else getattr(notice.account, "person", None)
