from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "turnabout.web"
    label = "web"

    def ready(self) -> None:
        from django.core.checks import register

        from turnabout.web import checks, form_words

        form_words.install()
        register(checks.every_page_says_who_may_open_it)
