# syntax=docker/dockerfile:1
FROM node:22-trixie-slim AS node

FROM rust:1.95-slim-trixie AS build
# gcc, make and perl build the bundled SQLite, libpq and OpenSSL; Node.js bundles the browser assets.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev make perl \
    && rm -rf /var/lib/apt/lists/*
COPY --from=node /usr/local/bin/node /usr/local/bin/
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /brevduva
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/brevduva/target \
    --mount=type=cache,target=/root/.npm \
    cargo build --release --locked && cp target/release/brevduva /usr/local/bin/

FROM debian:trixie-slim
# The certificates are needed to speak TLS with the relay.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data brevduva \
    && install -d -o brevduva /data
COPY --from=build /usr/local/bin/brevduva /usr/local/bin/
USER 10001
WORKDIR /data
VOLUME /data
ENV BREVDUVA_BIND=0.0.0.0:8080 \
    BREVDUVA_DATABASE_URL=sqlite:///data/brevduva.sqlite
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["brevduva"]
CMD ["serve"]
