"""The services: ingest, analysis, alerts and portal; none imports another."""
