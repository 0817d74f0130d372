"""The mail server, as the sender sees it: a mail was taken, may be taken later, or never will be."""

import smtplib
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection

TOO_LARGE = 552


class TryLater(Exception):
    """The mail was not taken now. `is_server_away`: no other mail would be taken either."""

    def __init__(self, reason: str, *, is_server_away: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_server_away = is_server_away


class RefusedForGood(Exception):
    """The server will never take this mail; the reason is its own answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Post:
    """One connection for many mails, opened with the first and again when the server hung up between two."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def send(self, mail: EmailMessage) -> None:
        was_open = self._is_open
        try:
            try:
                self._deliver(mail)
            except smtplib.SMTPServerDisconnected:
                if not was_open:
                    raise
                self._close()
                self._deliver(mail)
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise _meaning_of(error) from error

    def _deliver(self, mail: EmailMessage) -> None:
        if not self._is_open:
            self._connection.open()
            self._is_open = True
        self._connection.send_messages([mail])

    def _close(self) -> None:
        self._is_open = False
        try:
            self._connection.close()
        except (smtplib.SMTPException, OSError):
            return  # it is gone already


def _meaning_of(error: Exception) -> TryLater | RefusedForGood:
    """Read the server's answer: 5xx about this mail is for good; all else, and every failure to talk, is for now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _about_this_mail(code, answer)
    if isinstance(error, smtplib.SMTPDataError):
        return _about_this_mail(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == TOO_LARGE:
        return _about_this_mail(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        return TryLater(_text(error.smtp_code, error.smtp_error), is_server_away=True)
    return TryLater(str(error) or type(error).__name__, is_server_away=True)


def _about_this_mail(code: int, answer: bytes | str) -> TryLater | RefusedForGood:
    reason = _text(code, answer)
    return RefusedForGood(reason) if code >= 500 else TryLater(reason, is_server_away=False)


def _text(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {words}"
