"""All settings of the product. Every value that differs between installations is an environment variable, listed in README.md.

Without any variable the product runs embedded: SQLite and Valkey under var/, bound to 127.0.0.1.
"""

import hashlib
import logging
import os
import tempfile
from pathlib import Path

import environ
import structlog
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# embedded: one machine, this computer only. production: behind a proxy, with PostgreSQL and Redis.
MODE = env.str("SMARTCITY_MODE", default="embedded")
if MODE not in {"embedded", "production"}:
    raise ImproperlyConfigured("SMARTCITY_MODE must be 'embedded' or 'production'.")
PRODUCTION = MODE == "production"
DEBUG = env.bool("SMARTCITY_DEBUG", default=False)

VAR_DIR = Path(env.str("SMARTCITY_VAR", default=str(BASE_DIR / "var")))

# --- secret key: made once per embedded installation, demanded in production -------------------------------------
MIN_SECRET_KEY = 50


def _embedded_secret_key() -> str:
    """Reads var/secret_key, or makes it (mode 0600) on the first start."""
    from django.core.management.utils import get_random_secret_key

    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key() + get_random_secret_key())
    return path.read_text().strip()


def _secret_key() -> str:
    if PRODUCTION:
        key = env.str("SECRET_KEY", default="")
        if len(key) < MIN_SECRET_KEY or "change" in key.lower() or "insecure" in key.lower() or len(set(key)) < 12:
            raise ImproperlyConfigured(
                f"SECRET_KEY must be a random text of at least {MIN_SECRET_KEY} characters. "
                "Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
            )
        return key
    return env.str("SECRET_KEY", default="") or _embedded_secret_key()


SECRET_KEY = _secret_key()

if PRODUCTION:
    if missing := [
        name for name in ("DATABASE_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS") if not env.str(name, "")
    ]:
        raise ImproperlyConfigured(f"Production needs {', '.join(missing)}.")
    if not env.str("DATABASE_URL").startswith("postgres"):
        raise ImproperlyConfigured("Production needs PostgreSQL: DATABASE_URL=postgres://user:password@host/name")
    if DEBUG:
        raise ImproperlyConfigured("SMARTCITY_DEBUG shows settings to everybody; production refuses it.")

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if PRODUCTION else [])
INTERNAL_IPS: list[str] = []

INSTALLED_APPS = [
    "accounts",
    "regions",
    "bimtek",
    "masterplan",
    "smartcity",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.forms",  # the form renderer below finds the widgets' templates through it
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "django_structlog",
]

MIDDLEWARE = [
    "smartcity.proxy.client_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "smartcity.request_log.RequestLog",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "smartcity.urls"
WSGI_APPLICATION = "smartcity.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "bimtek.views.notices.unread",
            ],
        },
    }
]

# --- database ----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'smartcity.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Masterplan Smart City] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.AskResetForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.FirstPasswordForm",
}
# A whole office shares one address: wrong passwords are counted by axes per account and address, not per address here.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": None,
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "120/m/ip",
}
USERSESSIONS_TRACK_ACTIVITY = False  # reading a page must not write a row
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "accounts.adapter.account_tried"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # 15 minutes, however often somebody goes on trying
AXES_LOCKOUT_TEMPLATE = "429.html"
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if PRODUCTION else 0)  # see smartcity.proxy
SESSION_ENGINE = "smartcity.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "smartcity.views.csrf_failure"

# --- language, time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False

# --- files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))  # never served: files go through a view
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # On one machine nothing is gained by compressing, and brotli would hold up the first start for half a minute.
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_BYTES = 10 * 1024 * 1024
ARCHIVE_MAX_BYTES = env.int("ARCHIVE_MAX_BYTES", default=4 * 1024**3)  # of one region's archive, unpacked
ARCHIVE_TRUSTED_KEYS = env.list("ARCHIVE_TRUSTED_KEYS", default=[])  # public keys of other installations

# --- forms -------------------------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"


# --- queue -------------------------------------------------------------------------------------------------------
def _embedded_broker() -> str:
    """A socket in var/, or a short name in the temporary folder: the system allows about a hundred characters."""
    path = VAR_DIR / "valkey.sock"
    if len(str(path)) > 100:
        mark = hashlib.sha256(str(VAR_DIR).encode()).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"smartcity-{os.getuid()}-{mark}" / "valkey.sock"
    return f"redis+socket://{path}"


CELERY_BROKER_URL = env.str("REDIS_URL", default=_embedded_broker())
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_QUEUES = [  # the reconciler does not wait behind sixty chapters; one exchange for both would send all to both
    Queue("work", Exchange("work"), routing_key="work"),
    Queue("upkeep", Exchange("upkeep"), routing_key="upkeep"),
]
CELERY_TASK_ROUTES = {
    "regions.tasks.reconcile": {"queue": "upkeep"},
    "bimtek.tasks.remind_packets": {"queue": "upkeep"},
    "bimtek.tasks.send_letters": {"queue": "upkeep"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = env.int("JOB_SECONDS", default=900)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # a render goes on while the broker restarts
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * CELERY_TASK_TIME_LIMIT,  # above the longest task, or it would be given out twice
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,  # a frozen broker costs a request two seconds, not for ever
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
RECONCILE_SECONDS = env.float("RECONCILE_SECONDS", default=15.0)
CELERY_BEAT_SCHEDULE = {
    "reconcile-jobs": {"task": "regions.tasks.reconcile", "schedule": RECONCILE_SECONDS, "options": {"expires": 30}},
    "remind-packets": {"task": "bimtek.tasks.remind_packets", "schedule": 1800.0, "options": {"expires": 1200}},
    "send-letters": {"task": "bimtek.tasks.send_letters", "schedule": 60.0, "options": {"expires": 50}},
}
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)
JOB_RETRY_SECONDS = env.int("JOB_RETRY_SECONDS", default=5)  # the first rest after a fault; the next is four times it
JOB_MAX_ATTEMPTS = env.int(
    "JOB_MAX_ATTEMPTS", default=3
)  # after which a job that kills its worker is given up and named
QUEUE_STALE_SECONDS = env.int("QUEUE_STALE_SECONDS", default=600)  # /sehat/siap is red when a job waits longer
RENDER_MEMORY_MB = env.int("RENDER_MEMORY_MB", default=2048)
RENDER_SECONDS = env.int("RENDER_SECONDS", default=600)
UNIT_STORE_MB = env.int("UNIT_STORE_MB", default=4096)
UNIT_STORE_DAYS = env.int("UNIT_STORE_DAYS", default=90)

# --- mail --------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Masterplan Smart City <noreply@localhost>")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20

# --- headers -----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        # the hash is the one style sheet that the prose editor writes into the page
        "style-src": [SELF, NONCE, "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],  # the preview of the book; every other page refuses to be framed
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^sehat/"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line a request, when it is answered
LOWEST = logging.getLevelNamesMapping()[LOG_LEVEL.upper()]
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(LOWEST))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
