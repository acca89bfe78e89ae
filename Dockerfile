# livefilter's images: one static binary on an empty base, for a user without rights, for a read-only root.
#
#   docker build -t livefilter .                          xds-server
#   docker build --target ua-echo -t ua-echo .            the local upstream of docker-compose.yaml
#   docker build --platform linux/amd64,linux/arm64 .     any platform: Go cross-compiles, nothing is emulated
#   docker build --target filter -o . .                   filter.wasm, for those who change filter/
#
# The filter is embedded in xds-server (internal/builtin/filter.wasm): TinyGo is needed for the last one alone.

FROM --platform=$BUILDPLATFORM golang:1.26 AS source
WORKDIR /src
# A named volume takes over the owner and the mode of the folder that it is mounted on: ua-echo writes its CA to certs, and
# `xds-server certs` to tls, as whichever user docker-compose.yaml is told. No two containers write to one of these volumes.
RUN mkdir -p /etc/livefilter/config /etc/livefilter/certs && cd /etc/livefilter && \
    mkdir -p -m 0777 tls/ca tls/server tls/envoy tls/envoy-2 tls/envoy-3
COPY go.mod go.sum ./
COPY internal internal
COPY cmd cmd
ARG TARGETOS TARGETARCH
ENV CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH

FROM source AS build-ua-echo
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags='-s -w' -o /out/ ./cmd/ua-echo

FROM source AS build-xds-server
ARG VERSION=
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags="-s -w -X github.com/livefilter/livefilter/internal/version.release=${VERSION-}" -o /out/ ./cmd/xds-server

FROM scratch AS base
ARG VERSION= REVISION=
LABEL org.opencontainers.image.source="https://github.com/livefilter/livefilter" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=source /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY LICENSE THIRD_PARTY.txt /licenses/
COPY --from=source --chown=65532:65532 /etc/livefilter /etc/livefilter
USER 65532:65532
WORKDIR /etc/livefilter

FROM base AS ua-echo
LABEL org.opencontainers.image.title="ua-echo" \
      org.opencontainers.image.description="A TLS server whose answers show what arrived"
COPY --from=build-ua-echo /out/ua-echo /usr/local/bin/
EXPOSE 18443
HEALTHCHECK --interval=2s --timeout=5s --retries=5 \
    CMD ["/usr/local/bin/ua-echo", "healthcheck", "--ca", "certs/ca.pem"]
ENTRYPOINT ["/usr/local/bin/ua-echo"]
CMD ["--address", ":18443", "--ca-out", "certs/ca.pem"]

# The official TinyGo is built on another LLVM than scripts/tinygo.sh takes: its module works the same and has other
# bytes, so `make filter-check` wants the one that `make filter` builds.
FROM --platform=$BUILDPLATFORM tinygo/tinygo:0.41.1 AS filter-build
USER root
WORKDIR /src
COPY . .
RUN printf '#!/bin/sh\ncommand -v tinygo\n' >scripts/tinygo.sh && scripts/build-filter.sh /filter.wasm

FROM scratch AS filter
COPY --from=filter-build /filter.wasm /

FROM base AS xds-server
LABEL org.opencontainers.image.title="livefilter" \
      org.opencontainers.image.description="A control plane that changes Envoy's Wasm filters live"
COPY --from=build-xds-server /out/xds-server /usr/local/bin/
# 18000 for Envoys (gRPC), with the --tls flags: without them it is the container's own alone. 18001 for health (HTTP);
# status is for `docker exec … xds-server status`, or --admin-token-file.
EXPOSE 18000 18001
HEALTHCHECK --interval=2s --timeout=5s --retries=5 CMD ["/usr/local/bin/xds-server", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/xds-server"]
CMD ["serve", "--config", "config/livefilter.yaml", "--admin-address", ":18001", "--admin-public", "health"]
