"""What templates use to draw the product: icons, stylesheets, scripts and components with a body."""

from functools import cache
from pathlib import Path

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()

STATIC = Path(__file__).resolve().parent.parent / "static"
FOUNDATIONS = ("reset", "tokens", "base", "layout", "utilities")

# These point along the line of reading, so they turn round in a right-to-left page.
DIRECTIONAL = frozenset({"arrow-left", "arrow-right", "chevron-left", "chevron-right", "log-out", "undo-2"})


@cache
def drawing(name: str, size: int) -> SafeString:
    """The inline SVG of one icon; icons are decoration, the words beside them say it."""
    classes = "icon icon-turns" if name in DIRECTIONAL else "icon"
    svg = lucide(name, size=size, aria_hidden="true", focusable="false", stroke_width="1.75", **{"class": classes})
    return mark_safe(svg)  # noqa: S308 -- drawn by the icon package from its own files; name and size are ours


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """One icon: `{% icon "calendar" %}`. Always put words beside it."""
    return drawing(str(name), int(size))


@cache
def stylesheet_paths() -> tuple[str, ...]:
    """The foundations in their order, then every component's file."""
    components = sorted(path.name for path in (STATIC / "css" / "components").glob("*.css"))
    return (*(f"css/{name}.css" for name in FOUNDATIONS), *(f"css/components/{name}" for name in components))


@register.simple_tag
def stylesheets() -> SafeString:
    """Links to every stylesheet; layers make their order harmless, so a new file needs no registration."""
    screen = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in stylesheet_paths()))
    return format_html('{}\n<link rel="stylesheet" href="{}" media="print">', screen, static("css/print.css"))


@cache
def script_paths() -> tuple[str, ...]:
    """Every small script of ours; each only improves what already works without it."""
    return tuple(f"js/{path.name}" for path in sorted((STATIC / "js").glob("*.js")))


@register.simple_tag
def scripts() -> SafeString:
    """Deferred module scripts, so nothing waits for them."""
    return format_html_join("\n", '<script type="module" src="{}"></script>', ((static(path),) for path in script_paths()))


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, name: str, **parameters: object) -> SafeString:
    """A component with a body: `{% component "card" title=title %}...{% endcomponent %}`.

    The body reaches components/<name>.html as `content`. The parameters are the component's own,
    listed in web/README.md, which is why any keyword is taken here.
    """
    markup = context.template.engine.get_template(f"components/{name}.html") if context.template else None
    if markup is None:
        raise template.TemplateSyntaxError("A component is drawn only inside a template.")
    with context.push(content=content, **parameters):
        return markup.render(context)
