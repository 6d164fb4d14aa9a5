# In the place of prom/prometheus and prom/alertmanager: Debian's packages of the same programs,
# older releases of them. PROGRAM is the package's command, FOLDER where it keeps its data.
ARG BASE
FROM ${BASE}
ARG PACKAGE
ARG PROGRAM
ARG FOLDER
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ${PACKAGE} \
 && rm -rf /var/lib/apt/lists/* \
 && ln -s "$(command -v ${PROGRAM})" /program \
 && install --directory --owner=65534 ${FOLDER}
USER 65534
ENTRYPOINT ["/program"]
