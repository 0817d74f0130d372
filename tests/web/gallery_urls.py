"""The product's addresses with the gallery among them, as in a demo."""

from turnabout.web import gallery, urls

handler404 = urls.handler404
urlpatterns = [*urls.urlpatterns, *gallery.urls]
