"""System checks of the installation itself; each message ends with the repair."""

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


def register_checks() -> None:
    register(encryption_keys_are_usable)


def encryption_keys_are_usable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        for key in settings.ENCRYPTION_KEYS:
            Fernet(key.strip())
    except ValueError:
        return [
            Error(
                "TURNABOUT_ENCRYPTION_KEYS holds a key that cannot be used.",
                hint="Each key is 32 bytes in URL-safe base64; `turnabout doctor` prints a fresh one.",
                id="turnabout.E001",
            )
        ]
    return []
