# In the place of caddy: Debian's package, an older release of the same major version. Not shown:
# a certificate from a public authority.
ARG BASE
FROM ${BASE}
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends caddy \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /data /config /srv
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
