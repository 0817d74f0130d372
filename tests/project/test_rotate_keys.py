"""`turnabout rotate-keys`: the old key can go, and nobody notices."""

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from tests import factories
from turnabout.core import crypto
from turnabout.core.errors import CommandError
from turnabout.project import doctor
from turnabout.project.commands import rotate_keys
from turnabout.scheduling.models import Session

PLACES = crypto.Column(table="scheduling_session", name="place")


def stored() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("select place from scheduling_session order by id")
        return [bytes(row[0]) for row in cursor.fetchall()]


def places() -> list[str]:
    return list(Session.objects.order_by("pk").values_list("place", flat=True))


def test_after_a_rotation_everything_opens_without_the_old_key(cast, settings, capsys):
    old, fresh = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    for number, place in enumerate(("Room 1", "", "Room 3"), 1):
        factories.session(cast.mia_and_sol, number, place=place)
    settings.ENCRYPTION_KEYS = [fresh, old]
    factories.session(cast.mia_and_sol, 4, place="Room 4")
    kept = stored()[3]
    rotate_keys.rotate_all()
    assert "scheduling_session.place: 2 written again, 1 were under the first key\n" in capsys.readouterr().out
    assert stored()[3] == kept
    settings.ENCRYPTION_KEYS = [fresh]
    assert (places(), doctor.texts()) == (["Room 1", "", "Room 3", "Room 4"], "readable")


def test_a_rotation_that_was_stopped_goes_on_where_it_was(cast, settings):
    old, fresh = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    for number in (1, 2, 3):
        factories.session(cast.mia_and_sol, number, place=f"Room {number}")
    settings.ENCRYPTION_KEYS = [fresh, old]
    assert next(crypto.rotate_column(PLACES, size=2)).changed == 2
    assert places() == ["Room 1", "Room 2", "Room 3"]
    *_, found = crypto.rotate_column(PLACES, size=2)
    assert (found.changed, found.kept) == (1, 2)


def test_texts_that_no_key_opens_are_left_alone_and_counted(cast, settings):
    old, fresh = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    factories.session(cast.mia_and_sol, place="Room 1")
    settings.ENCRYPTION_KEYS = [fresh]
    with pytest.raises(CommandError, match="none of the keys opens 1 of the texts"):
        rotate_keys.rotate_all()
    settings.ENCRYPTION_KEYS = [fresh, old]
    assert places() == ["Room 1"]
