"""What a pair writes is unreadable without the keys, and the keys are never in the database."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg import sql


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


def opens_what_is_stored() -> bool:
    """Whether the keys are those that this database was written with: one text of each encrypted column is tried."""
    columns = [
        (sql.Identifier(model._meta.db_table), sql.Identifier(field.attname))
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]
    one = sql.SQL("select {1} from {0} where length({1}) > 0 limit 1")
    with connection.cursor() as cursor:
        for table, column in columns:
            cursor.execute(one.format(table, column))
            row = cursor.fetchone()
            try:
                if row is not None:
                    decrypt(bytes(row[0]))
            except InvalidToken:
                return False
    return True


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
