"""The ways the product says no. Doors translate each once: a message on a page, a problem document in the API."""


class Refused(Exception):
    """Something the domain does not do now; the text is one full translated sentence that says what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(Refused):
    """This account may not do this to this object."""


class NotPossible(Refused):
    """Nobody can do this to this object in its present state."""


class CommandError(Exception):
    """A command line that cannot be carried out; the text says why and what to do."""
