"""A code that a telephone's camera reads, drawn as inline SVG without styles."""

import segno
from django.utils.safestring import SafeString, mark_safe


def drawing(text: str) -> SafeString:
    """Black on white in both themes, since cameras need the contrast."""
    svg = segno.make(text, error="m").svg_inline(
        omitsize=True, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 -- drawn by the code library; the text is only ever encoded into squares
