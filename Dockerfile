# syntax=docker/dockerfile:1
# Two stages: the Go toolchain builds one static binary, the image holds
# nothing else but certificates and time zones (both are inside the binary's
# needs: Stripe and SMTP are spoken to over TLS).
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
# The commit, which .dockerignore keeps out: docker build --build-arg REVISION=$(git rev-parse HEAD)
ARG REVISION
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/atmacena/cocare/internal/cli.revision=${REVISION}" -o /out/cocare ./cmd/cocare
# The data folder must belong to the user that runs the server.
RUN mkdir -p /out/data/media

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/cocare /usr/local/bin/cocare
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV COCARE_DATA_DIR=/data COCARE_ADDR=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
USER nonroot
ENTRYPOINT ["cocare"]
CMD ["serve"]
