from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from turnabout.accounts.models import Account
from turnabout.core.text import folded

NINE_TO_FIVE = {str(day): ["09:00", "17:00"] for day in range(5)}


def nine_to_five() -> dict[str, list[str]]:
    """Weekday (0 is Monday) -> start and end in the person's own time."""
    return dict(NINE_TO_FIVE)


class Entity(models.Model):
    """A business unit or legal company."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    sort_key = models.CharField(max_length=200, editable=False)

    class Meta:
        indexes = [models.Index(fields=["sort_key"], name="people_entity_by_name")]
        verbose_name_plural = "entities"

    def save(self, **kwargs: Any) -> None:
        self.sort_key = folded(self.name)
        super().save(**kwargs)


class PersonQuerySet(models.QuerySet["Person"]):
    def present(self) -> Self:
        return self.filter(state=Person.State.PRESENT)

    def in_entities(self, entity_ids: frozenset[int] | None) -> Self:
        """People of these entities; None stands for all entities."""
        return self if entity_ids is None else self.filter(entity_id__in=entity_ids)

    def matching_text(self, text: str) -> Self:
        return self.filter(search_key__contains=folded(text)) if text.strip() else self


class Person(models.Model):
    """A human in the directory, who may never sign in."""

    class State(models.TextChoices):
        PRESENT = "present"
        LEFT = "left"

    class Line(models.TextChoices):
        """What is known of the person's reporting line; unknown is not the same as none."""

        UNKNOWN = "unknown"
        KNOWN = "known"
        HEAD = "head"

    employee_number = models.CharField(max_length=60, unique=True)
    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    job_title = models.CharField(max_length=160, blank=True)
    grade = models.SmallIntegerField(null=True, blank=True)
    grade_label = models.CharField(max_length=60, blank=True)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="people", null=True, blank=True)
    unit = models.CharField(max_length=160, blank=True)
    function = models.CharField(max_length=160, blank=True)
    hired_on = models.DateField(null=True, blank=True)
    in_profession_since = models.DateField(null=True, blank=True)
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="reports", null=True, blank=True)
    line = models.CharField(max_length=8, choices=Line.choices, default=Line.UNKNOWN)
    languages = models.JSONField(default=dict, blank=True)  # ISO 639 code -> level 1 (basic) to 4 (mother tongue)
    time_zone = models.CharField(max_length=60, blank=True)
    weekly_hours = models.JSONField(default=nine_to_five, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PRESENT)
    left_on = models.DateField(null=True, blank=True)
    account = models.OneToOneField(Account, on_delete=models.SET_NULL, related_name="person", null=True, blank=True)
    sort_key = models.CharField(max_length=260, editable=False)
    search_key = models.CharField(max_length=600, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(manager=F("id")), name="nobody_manages_themselves"),
            CheckConstraint(condition=~Q(line="known") | Q(manager__isnull=False), name="a_known_line_has_a_manager"),
            UniqueConstraint(
                fields=["email"], condition=~Q(email="") & Q(state="present"), name="an_address_belongs_to_one_person"
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="people_person_by_name"),
            models.Index(fields=["entity", "sort_key"], name="people_person_by_entity"),
            models.Index(fields=["state", "sort_key", "id"], name="people_person_by_state"),
            models.Index(fields=["entity"], condition=Q(line="unknown", state="present"), name="people_person_without_line"),
        ]
        verbose_name_plural = "people"

    def save(self, **kwargs: Any) -> None:
        self.set_keys()
        super().save(**kwargs)

    def set_keys(self) -> None:
        """Compute what lists sort and search by; bulk paths call it themselves."""
        self.sort_key = folded(f"{self.family_name} {self.given_name}")[:260] or folded(self.employee_number)
        self.search_key = folded(f"{self.name} {self.employee_number} {self.email} {self.job_title}")[:600]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.employee_number

    @property
    def first_name(self) -> str:
        return self.given_name or self.name

    @property
    def zone(self) -> str:
        """The person's IANA time zone, else their entity's, else UTC."""
        return self.time_zone or (self.entity.time_zone if self.entity else "") or "UTC"

    def years_of_service(self, on: date) -> float | None:
        return None if self.hired_on is None else (on - self.hired_on).days / 365.25

    def years_in_profession(self, on: date) -> float | None:
        return None if self.in_profession_since is None else (on - self.in_profession_since).days / 365.25


class Delegation(models.Model):
    """An assistant keeps one person's diary: dates only, never what the pair writes."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="delegations")
    assistant = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="delegations")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person", "assistant"], condition=Q(ended_at__isnull=True), name="an_assistant_is_named_once"
            ),
        ]


class DirectoryImport(models.Model):
    """One file of people: looked at, mapped, checked, then written whole or not at all."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKING = "checking"
        CHECKED = "checked"
        WRITING = "writing"
        DONE = "done"
        FAILED = "failed"

    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    outline = models.JSONField(default=dict)  # its columns and first rows, see people/directory/outline.py; goes with the content
    encoding = models.CharField(max_length=40, blank=True)
    separator = models.CharField(max_length=4, blank=True)
    is_full_export = models.BooleanField(default=False)
    mapping = models.JSONField(default=dict)  # see people/mapping.py
    report = models.JSONField(default=dict)  # counts, errors, what is left out, what cannot be checked
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class SavedMapping(models.Model):
    """How columns of a file became fields last time, offered again for a file with the same columns."""

    columns_hash = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()
