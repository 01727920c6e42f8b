"""How the web server runs, under `make run` and in the container."""

import os

from coalition.settings import LOG_FORMAT, LOG_FORMATTERS

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = 8
graceful_timeout = 10
loglevel = "warning"
logconfig_dict = {
    "formatters": {"generic": LOG_FORMATTERS[LOG_FORMAT]},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": ["error_console"]}},
}
control_socket_disable = True  # else it writes into the home folder
