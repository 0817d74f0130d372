"""What logs never hold: the secrets that stand in the addresses of links and cards, and the values a database quotes."""

import logging
import re
from collections.abc import Iterator

SECRET_ADDRESS = re.compile(r"/(l|card|sign-in/link)/[^/\s?\"']+")

# "DETAIL:  Key (email)=(mia@example.org) already exists." and whatever follows, up to the next exception of the chain.
QUOTED_VALUES = re.compile(r"\bDETAIL:.*?(?=\n\n(?:The above exception was|During handling of)|\Z)", re.DOTALL)

HIDDEN = "(values hidden)"


class WithoutTokens(logging.Filter):
    """Put on every handler: whoever reads the log cannot follow a link that somebody else was sent, nor meet personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        quoted = list(_quoted_values(record))
        message = record.getMessage()
        safe = _safe(message, quoted)
        if safe != message:
            record.msg, record.args = safe, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _safe(record.exc_text, quoted)
        return True


def _safe(text: str, quoted: list[str]) -> str:
    for value in quoted:
        text = text.replace(value, HIDDEN)
    return SECRET_ADDRESS.sub(r"/\1/(hidden)", QUOTED_VALUES.sub(HIDDEN, text))


def _quoted_values(record: logging.LogRecord) -> Iterator[str]:
    """The same, as the driver holds it: a database may speak another language than English."""
    error = record.exc_info[1] if record.exc_info else None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        diagnosis = getattr(error, "diag", None)
        yield from filter(None, (getattr(diagnosis, name, None) for name in ("message_detail", "context")))
        error = error.__cause__ or error.__context__
