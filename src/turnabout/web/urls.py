"""Every page, collected from the modules named after their noun."""

from django.conf import settings

from turnabout.web import (
    accounts,
    cards,
    dev,
    entities,
    home,
    links,
    matching,
    messages,
    morning,
    passkeys,
    people,
    people_import,
    proposals,
    suggestions,
)

handler400 = "turnabout.web.errors.bad_request"
handler404 = "turnabout.web.errors.not_found"
handler500 = "turnabout.web.errors.server_error"

urlpatterns = [
    *accounts.urls,
    *cards.urls,
    *links.urls,
    *messages.urls,
    *passkeys.urls,
    *home.urls,
    *morning.urls,
    *matching.urls,
    *proposals.urls,
    *suggestions.urls,
    *people_import.urls,
    *people.urls,
    *entities.urls,
]

if settings.DEMO:
    urlpatterns += dev.urls
