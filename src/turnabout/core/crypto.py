"""What a pair writes is unreadable without the keys, and the keys are never in the database."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in keys])


def encrypt(text: str) -> bytes:
    return _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode())


def decrypt(token: bytes) -> str:
    return _box(tuple(settings.ENCRYPTION_KEYS)).decrypt(bytes(token)).decode()


def rotate(token: bytes) -> bytes:
    """The same text under the first key."""
    return _box(tuple(settings.ENCRYPTION_KEYS)).rotate(bytes(token))


if TYPE_CHECKING:
    _TextStoredAsBytes = models.BinaryField[str, str]
else:
    _TextStoredAsBytes = models.BinaryField


class EncryptedTextField(_TextStoredAsBytes):
    """Text in Python, ciphertext in PostgreSQL; it cannot be searched or compared there, by design."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["blank"] = True
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        return b"" if value in ("", None) else encrypt(str(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return connection.Database.Binary(value)

    def from_db_value(self, value: Any, expression: object, connection: object) -> str:
        return decrypt(bytes(value)) if value else ""

    def get_default(self) -> str:
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("What a pair writes is not serialised.")

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
