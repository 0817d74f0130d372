"""What templates use to draw the product: icons, stylesheets, scripts and components with a body."""

from functools import cache

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_htmx.jinja import htmx_script
from lucide.templatetags.lucide import lucide

from turnabout.core.text import grouped
from turnabout.web import assets

register = template.Library()

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


@register.filter(name="grouped")
def grouped_figure(figure: object) -> object:
    """A figure as people read it: `{{ score|grouped }}`; words in its place stay as they are."""
    return grouped(figure) if isinstance(figure, int) else figure


@register.filter
def initials(name: object) -> str:
    """First letters of the first and last word of a name, or the first alone where it is one word."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def stylesheets() -> SafeString:
    """One link; in debug mode one for each file, so that a change is seen at the next reload."""
    paths = [static(name) for name in assets.stylesheets()] if settings.DEBUG else [assets.bundles()["css"].path]
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', ((path,) for path in paths))


@register.simple_tag
def scripts() -> SafeString:
    """The same for scripts, htmx first; deferred, so nothing waits for them."""
    if not settings.DEBUG:
        return format_html('<script src="{}" defer></script>', assets.bundles()["js"].path)
    modules = ((static(name),) for name in assets.scripts())
    ours = format_html_join("\n  ", '<script type="module" src="{}"></script>', modules)
    return format_html("{}\n  {}", htmx_script(), ours)


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, name: str, /, **parameters: object) -> SafeString:
    """A component with a body: `{% component "card" title=title %}...{% endcomponent %}`.

    The body reaches components/<name>.html as `content`; the page's own variables stay outside, so a page
    that happens to have a `title` gives none away. The parameters are the component's own, listed in
    web/README.md, which is why any keyword is taken here.
    """
    markup = context.template.engine.get_template(f"components/{name}.html") if context.template else None
    if markup is None:
        raise template.TemplateSyntaxError("A component is drawn only inside a template.")
    kept = {name: context.get(name) for name in ("csrf_token", "request")}
    return markup.render(context.new({**kept, **parameters, "content": content}))
