"""Every page, with those that only a demo has."""

from turnabout.web import dev, urls

handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
urlpatterns = [*urls.urlpatterns, *dev.urls]
