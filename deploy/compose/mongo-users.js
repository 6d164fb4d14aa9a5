// Run once by the mongo image, on an empty data folder: one user a service, each with its
// own database and no other. Two services never share a collection; here the server says so.
const { readFileSync } = require("fs");

const password = (user) => readFileSync(`/run/secrets/mongo_${user}_password`, "utf8").trim();

for (const user of ["ingest", "analysis", "alerts", "portal"]) {
  db.getSiblingDB("admin").createUser({
    user,
    pwd: password(user),
    roles: [{ role: "readWrite", db: `tocsin_${user}` }],
  });
}
