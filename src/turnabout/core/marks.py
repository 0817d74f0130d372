"""Facts about this database itself."""

from turnabout.core.models import Mark

DEMO = "demo"


def is_demo_database() -> bool:
    """Whether everybody in here is invented, so that mails may be shown and anybody may be anybody."""
    return Mark.objects.filter(name=DEMO).exists()
