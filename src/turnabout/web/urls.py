"""Every page, collected from the modules named after their noun."""

from django.conf import settings

from turnabout.web import accounts, home, links

handler400 = "turnabout.web.errors.bad_request"
handler404 = "turnabout.web.errors.not_found"
handler500 = "turnabout.web.errors.server_error"

urlpatterns = [
    *accounts.urls,
    *links.urls,
    *home.urls,
]

if settings.DEMO:
    pass
