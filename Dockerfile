# Two stages: one with the tools to build, one with only what runs. The image runs as a user without rights, writes
# only to /data, and starts with the shipped configuration; for one of your own, mount it and set WATCHER_CONFIG.
FROM python:3.11-slim AS build
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY watcher ./watcher
COPY config ./config
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --uid 1000 --create-home --home-dir /data watcher
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH XDG_DATA_HOME=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER watcher
WORKDIR /data
VOLUME /data
# Healthy while the daemon holds the database and its feeds are asked: a poll of anything within the last day.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["watcher", "health"]
ENTRYPOINT ["watcher"]
CMD ["run"]
