"""Django, set up for the commands that need it; those of the engine never come here."""

import os

import django

from turnabout.core.errors import CommandError
from turnabout.project.env import BadSetting


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turnabout.project.settings")
    try:
        django.setup()
    except BadSetting as error:
        raise CommandError(str(error)) from None
