# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary=:all: -r /tmp/requirements.txt
# The renderer of books as machine code. The compiler stays in this layer.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /tmp
COPY requirements-press.txt /tmp/requirements-press.txt
COPY masterplan/__init__.py masterplan/compiling.py /tmp/masterplan/
RUN /opt/venv/bin/pip install --require-hashes --only-binary=:all: --target /tmp/tools -r /tmp/requirements-press.txt \
    && PYTHONPATH=/tmp/tools /opt/venv/bin/python -m masterplan.compiling

FROM python:3.11-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin smartcity \
    && install -d -o smartcity -g smartcity /data /data/media /data/var /app
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/opt/static \
    MEDIA_ROOT=/data/media \
    SMARTCITY_VAR=/data/var
ENV SMARTCITY_MODE=production
# Static files are part of the image. Collecting them asks for settings that this layer does not keep.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" SITE_URL=https://localhost \
    ALLOWED_HOSTS=localhost DATABASE_URL=postgres://none REDIS_URL=redis://none SMARTCITY_VAR=/tmp/build \
    python manage.py collectstatic --noinput --verbosity 0
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "smartcity.wsgi", "--config", "deploy/gunicorn.py"]
