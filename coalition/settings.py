"""Settings, read from the environment; without any, an embedded installation in var/."""

import ipaddress
import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
try:
    # Codes, keys and mail lie there: it is nobody else's business.
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"VAR_DIR cannot be made: {error}") from error
# By name: browsers give passkeys to names only, not to numbers.
_here = f"http://localhost:{env('PORT', default='8000')}"
SITE_URL = env("SITE_URL", default=_here).rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured("SITE_URL must be an address like https://example.org.")
SITE_HOST = _site.hostname


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


PRODUCTION = not _is_loopback(SITE_HOST)
HTTPS = _site.scheme == "https"
REDIS_URL = env("REDIS_URL", default="")
EMBEDDED = not REDIS_URL  # no broker: `manage.py work` walks the schedule itself
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[SITE_HOST] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"],
)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# Whoever reaches a machine of their own may use it; in public each start is a tenant
# to answer for, so that somebody decides.
STARTING = env("STARTING", default="closed" if PRODUCTION else "open")
if STARTING not in {"open", "closed"}:
    raise ImproperlyConfigured("STARTING must be open or closed.")
OPERATOR = env("OPERATOR", default="")
DEMO = env.bool("DEMO", default=not PRODUCTION)


def _local_secret() -> str:
    """Return the secret of an embedded installation, made on first use."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(60))
        with suppress(FileExistsError):  # of two that start at once, one wins
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = env("SECRET_KEY", default="") or ("" if PRODUCTION else _local_secret())
GUESSABLE = {"postgres", "password", "coalition", "changeme", "secret"}
SECRET_KEY_LENGTH, SECRET_KEY_MIX = 50, 10  # characters at least, in production
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Applications ---------------------------------------------------------------
INSTALLED_APPS = [
    "coalition.apps.CoalitionConfig",
    "members",
    "goals",
    "tasks",
    "comms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]
MIDDLEWARE = [
    "coalition.common.tracing.TraceMiddleware",
    # Around all others, so that no answer goes without their headers.
    "csp.middleware.CSPMiddleware",
    "coalition.common.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coalition.common.middleware.HtmxRedirectMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "members.middleware.CoalitionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "coalition.web.middleware.RecentSignInMiddleware",
    "coalition.common.middleware.NotAllowedPageMiddleware",
]
ROOT_URLCONF = "coalition.urls"
WSGI_APPLICATION = "coalition.wsgi.application"
_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coalition.web.context.chrome",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _loaders
                    if DEBUG
                    else [("django.template.loaders.cached.Loader", _loaders)],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "coalition.templatetags.logos",
                "coalition.templatetags.ui",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "coalition.common.forms.PageRenderer"

# Data -----------------------------------------------------------------------
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Recursive triggers: else REPLACE would delete what is append-only, unasked.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
    "PRAGMA recursive_triggers=ON;",
}
DATABASE_URL = env("DATABASE_URL", default="")
DATABASES = {
    "default": env.db_url_config(
        DATABASE_URL or f"sqlite:///{VAR_DIR}/coalition.sqlite3"
    )
}
_database = DATABASES["default"]
SQLITE = _database["ENGINE"].endswith("sqlite3")
_database["CONN_MAX_AGE"] = 60
_database["CONN_HEALTH_CHECKS"] = True
if SQLITE:
    _database["OPTIONS"] = {**_SQLITE_OPTIONS, **_database.get("OPTIONS", {})}
    Path(_database["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database: rate limits hold, and pages answer, when Redis is down.
CACHES = {
    "default": env.cache_url("CACHE_URL", default="dbcache://cache?max_entries=10000"),
    # Beside the database: pages read there how far an unfinished transaction is.
    "progress": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "progress",
    },
}

# Accounts -------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "coalition.web.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # else a password cannot sign in
ACCOUNT_EMAIL_VERIFICATION = "none"  # a mailed code or link proves the address
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
SIGN_IN_SECONDS = 0.5  # an answer takes that long, whether an address is known or not
ACCOUNT_RATE_LIMITS = {
    # A code to begin with, and the coalitions of one account.
    "start_code": "10/h/ip,3/10m/key",
    "start": "5/d/user",
    "again": "5/10m/user",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "coalition.web.adapters.SignInForm",
    "request_login_code": "coalition.web.adapters.SignInCodeForm",
    "confirm_login_code": "coalition.web.adapters.SignInCodeGuessForm",
    "reset_password": "coalition.web.adapters.LostPasswordForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
# Rate limits count the client that the proxy saw, not the proxy itself.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Coalition"
MFA_FORMS = {
    "add_webauthn": "coalition.web.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "coalition.web.passkeys.PasskeyForm",
    "login_webauthn": "coalition.web.passkeys.PasskeySignInForm",
    "reauthenticate_webauthn": "coalition.web.passkeys.PasskeyAgainForm",
}
USERSESSIONS_TRACK_ACTIVITY = False

# Sessions, cookies, headers -------------------------------------------------
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Not in a cookie of their own: they name people, and end with the session.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "coalition.web.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# The host decides about its subdomains and the browsers' preload list, not we.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Language and time ----------------------------------------------------------
LANGUAGE_CODE = "en"
# Each by its own name, so that whoever looks for it can read it.
LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = "coalition.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files ---------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
UPLOAD_MAX_SIZE = 5 * 1024 * 1024  # of all files of a form; the rest is not kept
FILE_UPLOAD_HANDLERS = [
    "coalition.common.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail -----------------------------------------------------------------------
EMAIL_URL = env("EMAIL_URL", default="")
MAILBOX_MODE = not EMAIL_URL  # mail stays in a local mailbox, shown at /mailbox/
MAILBOX_DIR = VAR_DIR / "mailbox"
if EMAIL_URL:
    _email = env.email_url("EMAIL_URL")
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
    EMAIL_PORT = _email.get("EMAIL_PORT") or 25
    EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
    EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
    EMAIL_USE_TLS = bool(_email.get("EMAIL_USE_TLS"))
    EMAIL_USE_SSL = bool(_email.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 60
MAIL_DOMAIN = env("MAIL_DOMAIN", default=SITE_HOST if PRODUCTION else "localhost")
MAIL_FROM = env("MAIL_FROM", default=f"updates@{MAIL_DOMAIN}")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
# Mail to reply+…@ this domain is handed to `manage.py receive_mail`; unset: none is.
MAIL_REPLY_ADDRESS = env("MAIL_REPLY_ADDRESS", default="")
# The sender in the envelope gets a part of its own per message, by which a report that
# comes back is known; unset: MAIL_FROM.
MAIL_BOUNCE_ADDRESS = env("MAIL_BOUNCE_ADDRESS", default="")
# Whose webhooks are answered; unset: nobody's. The keys that this provider signs with
# are read as django-anymail names them.
MAIL_PROVIDER = env("MAIL_PROVIDER", default="")
MAIL_WEBHOOK_SECRET = env("MAIL_WEBHOOK_SECRET", default="")
MAIL_METADATA_HEADER = env("MAIL_METADATA_HEADER", default="")
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_")
} | {"WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET}
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=900)
MAIL_UNCERTAIN_DELAY_SECONDS = env.int("MAIL_UNCERTAIN_DELAY_SECONDS", default=1800)
# Who tries it out on their own machine waits for nothing.
MAIL_RATE_PER_MINUTE = env.int("MAIL_RATE_PER_MINUTE", default=300 if PRODUCTION else 0)
MAIL_DOMAIN_RATE_PER_MINUTE = env.int(
    "MAIL_DOMAIN_RATE_PER_MINUTE", default=60 if PRODUCTION else 0
)
MAIL_IDEMPOTENCY_HEADER = env("MAIL_IDEMPOTENCY_HEADER", default="")

# Background work ------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 60
CELERY_TASK_TIME_LIMIT = 16 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ROUTES = {"comms.jobs.ring_fast": {"queue": "fast"}}
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "ring": {"task": "comms.jobs.ring", "schedule": 60, "options": {"expires": 55}},
    "ring_fast": {
        "task": "comms.jobs.ring_fast",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "delete_coalitions": {
        "task": "coalition.web.jobs.delete_coalitions",
        "schedule": 600,
        "options": {"expires": 500},
    },
    "forget_logos": {
        "task": "members.jobs.forget_logos",
        "schedule": 3600,
        "options": {"expires": 3000},
    },
    "tend_check_ins": {
        "task": "tasks.jobs.tend_check_ins",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "forget": {
        "task": "coalition.web.jobs.forget",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    # In embedded mode nobody rings for it.
    "work_imports": {
        "task": "members.jobs.work_imports",
        "schedule": 2 if EMBEDDED else 60,
        "options": {"expires": 55},
    },
}

LOG_LEVEL = env("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING").upper()
LOG_FORMAT = env("LOG_FORMAT", default="json" if PRODUCTION else "plain")
if LOG_FORMAT not in {"json", "plain"}:
    raise ImproperlyConfigured("LOG_FORMAT must be json or plain.")
LOG_FORMATTERS = {
    "plain": {
        "class": "coalition.common.logs.DiscreetFormatter",
        "format": "{levelname} {name}: {message}",
        "style": "{",
    },
    "json": {"class": "coalition.common.logs.JsonFormatter"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": LOG_FORMATTERS,
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Without handlers of their own, whose lines would tell all.
        "django": {"handlers": []},
        "django.server": {"handlers": []},
        "celery": {"level": "WARNING"},
    },
}


WEBHOOK_SECRET_LENGTH = 24  # characters at least, user name and all


def _webhook_problem() -> tuple[bool, str]:
    user, colon, password = MAIL_WEBHOOK_SECRET.partition(":")
    whole = bool(user and colon and password)
    long_enough = len(MAIL_WEBHOOK_SECRET) >= WEBHOOK_SECRET_LENGTH
    weak = bool(MAIL_WEBHOOK_SECRET or MAIL_PROVIDER) and not (whole and long_enough)
    return (weak, "MAIL_WEBHOOK_SECRET must be user:password, random and long.")


def _mail_problems() -> list[tuple[bool, str]]:
    relay = urlsplit(EMAIL_URL)
    in_the_open = relay.scheme == "smtp" and not _is_loopback(relay.hostname or "")
    return [
        (not EMAIL_URL, "EMAIL_URL must name your mail server."),
        (
            bool(EMAIL_URL) and relay.scheme not in {"smtp", "smtp+tls", "smtp+ssl"},
            "EMAIL_URL must name a real mail server.",
        ),
        (in_the_open, "EMAIL_URL must start with smtp+tls:// or smtp+ssl://."),
        _webhook_problem(),
    ]


def _refuse_unsafe_production() -> None:
    """Refuse to start in public with a value that would harm somebody."""
    long_enough = len(SECRET_KEY) >= SECRET_KEY_LENGTH
    mixed = len(set(SECRET_KEY)) >= SECRET_KEY_MIX
    guessable = {*GUESSABLE, _database.get("USER")}
    problems = [
        (
            any(len(key) < SECRET_KEY_LENGTH for key in SECRET_KEY_FALLBACKS),
            "SECRET_KEY_FALLBACKS must be keys of 50 characters or more, too.",
        ),
        (DEBUG, "DEBUG must be off."),
        (not HTTPS, "SITE_URL must start with https://."),
        (
            not (long_enough and mixed),
            "SECRET_KEY must be set, random, 50 characters or more.",
        ),
        ("*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must name your hosts, not *."),
        (
            not SQLITE and _database.get("PASSWORD") in guessable,
            "DATABASE_URL has a default password.",
        ),
        *_mail_problems(),
    ]
    if found := [text for bad, text in problems if bad]:
        raise ImproperlyConfigured("Unsafe to start: " + " ".join(found))


if PRODUCTION:
    _refuse_unsafe_production()
