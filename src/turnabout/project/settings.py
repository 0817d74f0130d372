"""All settings in one file: safe for a laptop as they are, overridden by environment variables.

docs/reference/settings.md is generated from the help texts below.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF

from turnabout.core import database
from turnabout.project import catalogues, env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env.text("TURNABOUT_VAR", str(BASE_DIR / "var"), help="Folder for keys, logs and the embedded database."))

DEMO = env.flag(
    "TURNABOUT_DEMO", False, help="Show the developer pages under /dev/. Works only on a demo database and a loopback address."
)
DEBUG = env.flag("TURNABOUT_DEBUG", False, help="Django's debug mode. Never on a server that people use.")
SITE_URL = env.text(
    "TURNABOUT_URL", "http://127.0.0.1:8000", help="The address people use; links in mails begin with it."
).rstrip("/")
ALLOWED_HOSTS = env.words("TURNABOUT_HOSTS", "127.0.0.1,localhost,[::1]", help="Host names the server answers to.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
IS_HTTPS = SITE_URL.startswith("https://")

SECRET_KEY = env.kept_secret(
    "TURNABOUT_SECRET_KEY",
    VAR_DIR / "keys" / "secret_key",
    secrets.token_urlsafe(50),
    help="Signs sessions. Made once and kept under the var folder when not set.",
)
ENCRYPTION_KEYS = env.kept_secret(
    "TURNABOUT_ENCRYPTION_KEYS",
    VAR_DIR / "keys" / "encryption_keys",
    Fernet.generate_key().decode(),
    help="Comma-separated keys for what pairs write; the first encrypts, all decrypt; `turnabout rotate-keys` changes to a new first one. Keep them out of database backups.",
).split(",")

DATABASE_URL = env.secret(
    "DATABASE_URL", help="PostgreSQL 15 or later, as postgresql://user:password@host:port/name. Empty: Turnabout runs its own."
)
DATABASES: dict[str, Any] = {"default": database.django_settings(DATABASE_URL, checkout=BASE_DIR, var=VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "lucide",
    "procrastinate.contrib.django",
    "turnabout.core",
    "turnabout.accounts",
    "turnabout.people",
    "turnabout.blueprints",
    "turnabout.programmes",
    "turnabout.enrolments",
    "turnabout.pairs",
    "turnabout.matching",
    "turnabout.scheduling",
    "turnabout.notes",
    "turnabout.surveys",
    "turnabout.stories",
    "turnabout.insights",
    "turnabout.notifications",
    "turnabout.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "turnabout.web.assets.middleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; their length is blurred and their tokens masked, against guessing by length
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "turnabout.web.middleware.no_nul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "turnabout.web.middleware.account",
    "turnabout.web.sessions.session_limits",
    "turnabout.web.middleware.refusals",
    "turnabout.web.middleware.private_pages",
]

ROOT_URLCONF = "turnabout.web.urls"
WSGI_APPLICATION = "turnabout.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "turnabout.web.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["sign_in_name", "email"]},
    },
]
LOGIN_URL = "sign_in"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"  # a link in a mail must arrive signed in
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "turnabout.web.errors.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
BEHIND_PROXY = env.flag(
    "TURNABOUT_BEHIND_PROXY",
    False,
    help="Trust X-Forwarded-Proto and the last address of X-Forwarded-For, as the reverse proxy in front sets them.",
)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
# Whether every neighbouring subdomain is served by HTTPS alone is not this server's to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "turnabout.web.uploads.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
IMPORT_MAX_BYTES = (
    env.number("TURNABOUT_IMPORT_MAX_MB", 20, help="Largest people file that can be imported, in megabytes.") * 1_000_000
)
MATCHING_MEMORY_MB = max(
    0,
    env.number(
        "TURNABOUT_MATCHING_MEMORY_MB",
        0,
        help="Most memory that solving a large matching round may take, in megabytes; 0 sets no limit.",
    ),
)

ANSWER_CODES_KEPT_DAYS = env.number(
    "TURNABOUT_ANSWER_CODES_KEPT_DAYS",
    425,
    help="Days after the end of a round until nobody can tell any more whose answers are whose, 60 to 800; the last follow-up comes after 365.",
)
if not 60 <= ANSWER_CODES_KEPT_DAYS <= 800:
    raise env.BadSetting("TURNABOUT_ANSWER_CODES_KEPT_DAYS is not between 60 and 800: write a number of days such as 425.")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), *catalogues.offered(catalogues.FOLDER)]
LOCALE_PATHS = [catalogues.FOLDER]
TIME_ZONE = env.text("TURNABOUT_TIME_ZONE", "UTC", help="Time zone of people for whom none is known, such as Europe/Paris.")
USE_TZ = True

EMAIL_HOST = env.text("TURNABOUT_SMTP_HOST", "", help="Mail server. Empty: mails wait in the product until one is set.")
EMAIL_PORT = env.number("TURNABOUT_SMTP_PORT", 25, help="Port of the mail server.")
EMAIL_HOST_USER = env.text("TURNABOUT_SMTP_USER", "", help="User name for the mail server, if it asks for one.")
EMAIL_HOST_PASSWORD = env.secret("TURNABOUT_SMTP_PASSWORD", help="Password for the mail server, if it asks for one.")
EMAIL_USE_TLS = env.flag("TURNABOUT_SMTP_STARTTLS", False, help="Encrypt mail with STARTTLS; a server without it gets no mail.")
EMAIL_USE_SSL = env.flag("TURNABOUT_SMTP_TLS", False, help="Encrypt mail with TLS from the first byte.")
EMAIL_TIMEOUT = env.number("TURNABOUT_SMTP_TIMEOUT", 20, help="Seconds to wait for the mail server.")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env.text(
    "TURNABOUT_MAIL_FROM", "Turnabout <turnabout@localhost>", help="Sender of every mail and organiser of every invitation."
)
MAIL_HOURS = env.hours(
    "TURNABOUT_MAIL_HOURS",
    "07:00-19:00",
    help="When mails that are not urgent arrive: these hours of a working day, each reader's own. Empty: at any time. A demo sends at once.",
)

CLOCK_FILE = env.text(
    "TURNABOUT_CLOCK_FILE", "", help="For demos and tests only: a file with the moment that the product takes for now."
)

HEARTBEAT_SECONDS = max(
    1,
    env.number(
        "TURNABOUT_HEARTBEAT",
        5,
        help="Seconds between a worker's signs of life, the same for all workers; after four missed ones another takes up its jobs.",
    ),
)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_tokens": {"()": "turnabout.core.redaction.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]}},
    "root": {
        "handlers": ["console"],
        "level": env.text("TURNABOUT_LOG_LEVEL", "WARNING", help="How much is logged: DEBUG, INFO, WARNING, ERROR."),
    },
}

if DEMO and not any(SITE_URL.startswith(f"http://{host}") for host in ("127.0.0.1", "localhost", "[::1]")):
    raise env.BadSetting("TURNABOUT_DEMO=1 works only while TURNABOUT_URL is a loopback address: unset one of the two.")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turnabout.project.settings")
