"""Which language the product speaks to somebody."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant


def spoken_to(locale: str) -> str:
    """Theirs, or the nearest there is a catalogue for; English words are never announced as another language."""
    try:
        return get_supported_language_variant(locale)
    except LookupError:
        return settings.LANGUAGE_CODE
