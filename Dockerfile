FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH VAR_DIR=/var/lib/coalition
WORKDIR /app

COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt \
 && useradd --system --uid 10001 --home-dir /var/lib/coalition --create-home coalition

COPY . .
RUN python -m compileall -q coalition members goals tasks comms

USER 10001
VOLUME /var/lib/coalition
EXPOSE 8000
STOPSIGNAL SIGTERM
# The host name must be one that is answered.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "\
import os, urllib.parse, urllib.request as r; \
host = urllib.parse.urlsplit(os.environ.get('SITE_URL', 'http://localhost')).hostname; \
r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=4)"]
CMD ["gunicorn", "coalition.wsgi", "--bind", "0.0.0.0:8000"]
