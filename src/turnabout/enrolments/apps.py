from django.apps import AppConfig


class EnrolmentsConfig(AppConfig):
    name = "turnabout.enrolments"
    label = "enrolments"
