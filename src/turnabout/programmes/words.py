"""The words a programme uses on screen for its two sides, its places of work and the kind of mentoring."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from turnabout.programmes.models import Programme


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Ready to put into a sentence; the capital forms begin one."""

    mentor: str
    mentors: str
    mentee: str
    mentees: str
    entity: str
    entities: str
    kind: str

    @property
    def Mentor(self) -> str:
        return _capital(self.mentor)

    @property
    def Mentors(self) -> str:
        return _capital(self.mentors)

    @property
    def Mentee(self) -> str:
        return _capital(self.mentee)

    @property
    def Mentees(self) -> str:
        return _capital(self.mentees)

    @property
    def Entity(self) -> str:
        return _capital(self.entity)

    @property
    def Entities(self) -> str:
        return _capital(self.entities)

    def of(self, role: str) -> str:
        return self.mentor if role == "mentor" else self.mentee

    def titled(self, role: str) -> str:
        return self.Mentor if role == "mentor" else self.Mentee

    def many(self, role: str) -> str:
        return self.mentors if role == "mentor" else self.mentees


def words_for(programme: Programme) -> Words:
    """The programme's own words; those that ship with the product are translated, others stay as typed."""
    mentor, mentors = _both_numbers(programme.mentor_word)
    mentee, mentees = _both_numbers(programme.mentee_word)
    entity, entities = _both_numbers(programme.entity_word)
    return Words(
        mentor=mentor,
        mentors=mentors,
        mentee=mentee,
        mentees=mentees,
        entity=entity,
        entities=entities,
        kind=kind_of(programme.words),
    )


def kind_of(words: str) -> str:
    kinds = {
        Programme.Words.REVERSE: _("reverse mentoring"),
        Programme.Words.MUTUAL: _("mutual mentoring"),
        Programme.Words.RECIPROCAL: _("reciprocal mentoring"),
        Programme.Words.PEER: _("peer mentoring"),
        Programme.Words.UPWARD: _("upward mentoring"),
    }
    return kinds[Programme.Words(words)]


def _both_numbers(word: str) -> tuple[str, str]:
    """One and many: a word that ships with the product, or "guide | guides" as a programme lead types it."""
    shipped = {
        "mentor": (_("mentor"), _("mentors")),
        "mentee": (_("mentee"), _("mentees")),
        "business": (_("business"), _("businesses")),
        "site": (_("site"), _("sites")),
        "country": (_("country"), _("countries")),
        "store": (_("store"), _("stores")),
    }
    one, _bar, many = (part.strip() for part in word.partition("|"))
    if one in shipped and not many:
        return shipped[one]
    return one, many or f"{one}s"


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
