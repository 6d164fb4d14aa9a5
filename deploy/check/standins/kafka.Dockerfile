# In the place of apache/kafka: the same broker from its published jars, as the same user, on
# the same paths, set by the same variables. Not shown: that image's own scripts.
ARG BASE
FROM ${BASE}
RUN useradd --uid 1000 --create-home appuser \
 && install --directory --owner=appuser /opt/kafka/config /opt/kafka/logs /var/lib/kafka/data
COPY kafka /opt/kafka
COPY entry.py /entry.py
USER appuser
CMD ["python3", "/entry.py"]
