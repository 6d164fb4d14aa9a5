# In the place of mongo: the bundled store (deploy/local/MongoStore.java) with authentication,
# as the same user, on the same paths. It reads the passwords of mongo-users.js from the same
# secrets. Not shown: the official server, its entry point, and the script itself.
ARG BASE
FROM ${BASE}
RUN useradd --uid 999 --create-home mongodb \
 && install --directory --owner=mongodb /data/db /data/configdb /docker-entrypoint-initdb.d
COPY mongo /opt/mongo
ENTRYPOINT ["bash", "-c", "exec java -Xms256m -Xmx384m -XX:+UseSerialGC \
  -cp '/opt/mongo/classes:/opt/mongo/lib/*' MongoStore 0.0.0.0 27017 /data/db/store.mv \
  \"$(dirname \"$MONGO_INITDB_ROOT_PASSWORD_FILE\")\""]
