"""What went wrong with the database, in one sentence with its remedy."""

from turnabout.core.errors import CommandError


class DatabaseProblem(CommandError):
    """The database cannot serve; the message says what to do about it."""
