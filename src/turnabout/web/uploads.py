"""Uploads: what is larger than any file we take is passed over while it arrives, never kept."""

from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

OTHER_FIELDS = 1_000_000  # bytes of a form besides its file


class Limited(FileUploadHandler):
    """First of the upload handlers: skips a file over IMPORT_MAX_BYTES, so that the page can say so."""

    is_too_large = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:
        self.is_too_large = content_length > settings.IMPORT_MAX_BYTES + OTHER_FIELDS

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            self._skip()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.IMPORT_MAX_BYTES + OTHER_FIELDS:
            self._skip()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _skip(self) -> NoReturn:
        raise SkipFile
