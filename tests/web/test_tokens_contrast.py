"""Words on their surfaces: at least 4.5:1 in both themes, and 3:1 for what only has to be seen."""

import math
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "src/turnabout/web/static/css/tokens.css"
LIGHT, DARK = 0, 1
SURFACES = ("surface", "surface-raised", "surface-quiet")
TONES = ("mentor", "mentee", "good", "watch", "bad")

WORDS = [
    *((ink, surface) for surface in SURFACES for ink in ("ink", "ink-quiet", "link", "bad-ink", "mentor-ink", "mentee-ink")),
    *((f"{tone}-ink", f"{tone}-surface") for tone in TONES),
    *(("ink", f"{tone}-surface") for tone in TONES),
    *(("ink-quiet", f"{tone}-surface") for tone in ("mentor", "mentee")),
    *(
        (
            ("action-ink", "action"),
            ("action-ink", "action-hover"),
            ("danger-ink", "danger"),
            ("ink", "mentor-line"),
        )
    ),
]
# Borders of controls, marks, bars and the ring around what has the focus.
SHAPES = [
    *(
        (shape, surface)
        for surface in ("surface", "surface-raised")
        for shape in ("line-strong", "focus", "mentor", "mentee", "good", "watch", "bad", "action")
    ),
]


def declarations() -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", TOKENS.read_text(encoding="utf-8")))


def colour(name: str, theme: int) -> tuple[float, float, float]:
    """Lightness, chroma and hue of a token in a theme, whatever it refers to."""
    value = declarations()[name].strip()
    pair = re.fullmatch(r"light-dark\((.+)\)", value)
    if pair:
        value = re.split(r",(?![^(]*\))", pair[1])[theme].strip()
    reference = re.fullmatch(r"var\(--([a-z0-9-]+)\)", value)
    if reference:
        return colour(reference[1], theme)
    numbers = re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", value)
    assert numbers, f"--{name} is {value}: write it as oklch(L C H), var(--ramp) or light-dark() of the two."
    return float(numbers[1]), float(numbers[2]), float(numbers[3])


def linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    """OKLCH to linear sRGB, cut to what a screen can show. Source: Ottosson, "A perceptual color space", 2020."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, channel)) for channel in channels)


def luminance(name: str, theme: int) -> float:
    red, green, blue = linear_rgb(*colour(name, theme))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    lighter, darker = sorted((luminance(one, theme), luminance(other, theme)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    white, black = linear_rgb(1, 0, 0), linear_rgb(0, 0, 0)
    assert [round(channel, 3) for channel in (*white, *black)] == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "surface"), WORDS)
def test_words_can_be_read(ink, surface, theme):
    measured = contrast(ink, surface, theme)
    assert measured >= 4.5, f"--{ink} on --{surface} has {measured:.2f}:1; change a ramp in tokens.css."


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "surface"), SHAPES)
def test_shapes_can_be_seen(shape, surface, theme):
    measured = contrast(shape, surface, theme)
    assert measured >= 3, f"--{shape} on --{surface} has {measured:.2f}:1; change a ramp in tokens.css."


def test_every_name_that_a_stylesheet_uses_is_a_token():
    styles = TOKENS.parent
    used = set()
    for path in styles.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        own = set(re.findall(r"--([a-z0-9-]+):", text))
        used |= set(re.findall(r"var\(--([a-z0-9-]+)", text)) - own
    known = set(declarations()) | {
        "side",
        "arc",
        "bar",
    }  # set by side.css, meter.css and chart.css on their own roots
    assert sorted(used - known) == []
