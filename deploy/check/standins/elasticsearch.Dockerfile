# In the place of elasticsearch: the release of the same major version that Maven has, as the
# same user, on the same paths, with its security. Not shown: that image's own entry point,
# and what differs between the two releases.
ARG BASE
FROM ${BASE}
RUN useradd --uid 1000 --gid 0 --create-home elasticsearch
COPY elasticsearch /usr/share/elasticsearch
COPY docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN cd /usr/share/elasticsearch \
 && mkdir -p data logs config \
 && chown -R 1000:0 data logs config \
 && chmod 755 /usr/local/bin/docker-entrypoint.sh
WORKDIR /usr/share/elasticsearch
USER 1000:0
ENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]
CMD ["eswrapper"]
