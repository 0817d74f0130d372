"""What a pair writes is unreadable without the keys, and the keys are never in the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
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


def is_under_first_key(token: bytes) -> bool:
    try:
        _box((settings.ENCRYPTION_KEYS[0],)).decrypt(bytes(token))
    except InvalidToken:
        return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One encrypted column of the database."""

    table: str
    name: str

    def query(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(table=sql.Identifier(self.table), column=sql.Identifier(self.name))


def encrypted_columns() -> list[Column]:
    return [
        Column(table=model._meta.db_table, name=field.attname)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]


@dataclass(kw_only=True, slots=True)
class Rotated:
    """What became of the texts of one column so far."""

    changed: int = 0
    kept: int = 0  # under the first key already
    unreadable: int = 0  # no key opens them; they are left as they are


def rotate_column(column: Column, *, size: int = 1000) -> Iterator[Rotated]:
    """Bring a column under the first key, one transaction for every `size` rows, with the count so far after each.

    It may be stopped and begun again at any time, while people write: a row is locked while it changes.
    """
    found, last = Rotated(), 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            page = column.query(
                "select id from {table} where id > %s and length({column}) > 0 order by id limit %s for no key update"
            )
            cursor.execute(page, [last, size])
            rows = [row[0] for row in cursor.fetchall()]
            for row in rows:
                _rotate_one(column, row, found)
        if not rows:
            return
        last = rows[-1]
        yield found


def _rotate_one(column: Column, row: int, found: Rotated) -> None:
    """Row by row, since one text may be a whole matching of thousands of people."""
    with connection.cursor() as cursor:
        cursor.execute(column.query("select {column} from {table} where id = %s"), [row])
        token = bytes(cursor.fetchone()[0])
        if is_under_first_key(token):
            found.kept += 1
            return
        try:
            fresh = rotate(token)
        except InvalidToken:
            found.unreadable += 1
            return
        cursor.execute(column.query("update {table} set {column} = %s where id = %s"), [fresh, row])
        found.changed += 1


def opens_what_is_stored() -> bool:
    """Whether the keys are those that this database was written with: one text of each encrypted column is tried."""
    with connection.cursor() as cursor:
        for column in encrypted_columns():
            cursor.execute(column.query("select {column} from {table} where length({column}) > 0 limit 1"))
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
