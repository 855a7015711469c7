# A static binary, certificates, a user without a name or a home.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=0.1.0 TARGETOS=linux TARGETARCH=amd64
RUN VERSION=$VERSION sh scripts/dist.sh binary $TARGETOS/$TARGETARCH /esaudit

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /esaudit /esaudit
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/esaudit"]
