"""How the web server runs, under `make run` and in the container."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = 8
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True  # else it writes into the home folder
