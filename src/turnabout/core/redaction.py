"""What logs never hold: the secrets that stand in the addresses of links and cards."""

import logging
import re

SECRET_ADDRESS = re.compile(r"/(l|card|sign-in/link)/[^/\s?\"']+")


class WithoutTokens(logging.Filter):
    """Put on every handler: whoever reads the log cannot follow a link that somebody else was sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        safe = SECRET_ADDRESS.sub(r"/\1/(hidden)", message)
        if safe != message:
            record.msg, record.args = safe, ()
        return True
