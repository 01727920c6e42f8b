# Two stages: what builds stays behind. Every package is pinned by its hash.
FROM python:3.12-slim-trixie AS build

ENV PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv \
 && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY . .
# Settings without a SITE_URL are those of a machine of its own: nothing secret is needed here.
RUN VAR_DIR=/tmp/var STATIC_ROOT=/static python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q coalition members goals tasks comms

FROM python:3.12-slim-trixie

# pg_dump and pg_restore of PostgreSQL 17, as the server in docker-compose.yml is: for manage.py backup.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/coalition --create-home coalition \
 && chmod 700 /var/lib/coalition

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH \
    VAR_DIR=/var/lib/coalition STATIC_ROOT=/static
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY --from=build /app /app

USER 10001
VOLUME /var/lib/coalition
EXPOSE 8000
STOPSIGNAL SIGTERM
# The host name must be one that is answered.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "\
import os, urllib.parse, urllib.request as r; \
host = urllib.parse.urlsplit(os.environ.get('SITE_URL', 'http://localhost')).hostname; \
r.urlopen(r.Request('http://127.0.0.1:8000/healthz/ready', headers={'Host': host}), timeout=4)"]
CMD ["gunicorn", "coalition.wsgi", "--bind", "0.0.0.0:8000"]
