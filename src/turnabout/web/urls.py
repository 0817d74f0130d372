"""Every page, collected from the modules named after their noun."""

from django.conf import settings

from turnabout.web import (
    accounts,
    agreements,
    cards,
    certificates,
    charters,
    cohorts,
    dev,
    enrolments,
    entities,
    home,
    invitations,
    links,
    matching,
    messages,
    morning,
    notes,
    offices,
    overview,
    pairs,
    passkeys,
    people,
    people_import,
    places,
    preparation,
    programme_page,
    programmes,
    proposals,
    registration,
    scheduling,
    stories,
    suggestions,
    surveys,
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
    *pairs.urls,
    *notes.urls,
    *agreements.urls,
    *scheduling.urls,
    *surveys.urls,
    *stories.urls,
    *certificates.urls,
    *people_import.urls,
    *people.urls,
    *charters.urls,
    *cohorts.urls,
    *enrolments.urls,
    *invitations.urls,
    *offices.urls,
    *overview.urls,
    *places.urls,
    *preparation.urls,
    *programme_page.urls,
    *programmes.urls,
    *registration.urls,
    *entities.urls,
]

if settings.DEMO:
    urlpatterns += dev.urls
