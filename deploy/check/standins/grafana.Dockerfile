# In the place of grafana/grafana, of which no package is to be had: only what surrounds it is
# shown, its user, its mounts, its secret and its health address. Not shown: Grafana.
ARG BASE
FROM ${BASE}
RUN install --directory --owner=472 /var/lib/grafana
COPY serve.py /serve.py
USER 472
CMD ["python3", "/serve.py"]
