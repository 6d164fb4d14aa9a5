#!/bin/bash
# Starts the server as the official image does: variables with a dot are settings, and
# ELASTIC_PASSWORD becomes the first password of the user elastic.
set -euo pipefail
export ES_HOME=/usr/share/elasticsearch ES_PATH_CONF=/usr/share/elasticsearch/config
export ES_TMPDIR=/tmp ES_DISTRIBUTION_TYPE=docker ES_JAVA_HOME=$JAVA_HOME JAVA_TYPE=ES_JAVA_HOME
export JAVA=$JAVA_HOME/bin/java
paths=(-Des.path.home="$ES_HOME" -Des.path.conf="$ES_PATH_CONF"
       -Des.distribution.type="$ES_DISTRIBUTION_TYPE" -Des.java.type="$JAVA_TYPE")

keystore() {
  "$JAVA" -Xmx64m -Dcli.name=keystore -Dcli.script=elasticsearch-keystore \
    -Dcli.libs=lib/tools/keystore-cli "${paths[@]}" \
    -cp "$ES_HOME/lib/*:$ES_HOME/lib/cli-launcher/*" \
    org.elasticsearch.launcher.CliToolLauncher "$@"
}

if [[ -n ${ELASTIC_PASSWORD:-} && ! -f $ES_PATH_CONF/elasticsearch.keystore ]]; then
  keystore create --silent
  printf '%s' "$ELASTIC_PASSWORD" | keystore add --stdin --silent bootstrap.password
fi
unset ELASTIC_PASSWORD
echo "network.host: 0.0.0.0" > "$ES_PATH_CONF/elasticsearch.yml"
# The server itself takes variables as settings, being told that it is in a container. The module
# of ingest.geoip is not part of what Maven has, so its setting is not known here.
exec env --unset=ingest.geoip.downloader.enabled "$JAVA" \
  -Xms64m -Xmx64m -XX:+UseSerialGC "${paths[@]}" \
  -cp "$ES_HOME/lib/tools/server-launcher/*" org.elasticsearch.server.launcher.ServerLauncher
