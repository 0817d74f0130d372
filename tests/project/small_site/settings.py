import os
from pathlib import Path

from turnabout.core import database

VAR_DIR = Path(os.environ["TURNABOUT_VAR"])
DATABASES = {"default": database.django_settings(os.environ.get("DATABASE_URL", ""), checkout=VAR_DIR.parent, var=VAR_DIR)}
SECRET_KEY = "only for tests " * 4
INSTALLED_APPS = ["procrastinate.contrib.django", "tests.project.small_site"]
ROOT_URLCONF = "tests.project.small_site.urls"
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
HEARTBEAT_SECONDS = 1
