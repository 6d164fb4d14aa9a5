"""Every metric of every service, with its meaning. The list is closed.

Names are `tocsin_<subject>_<unit>`. Labels hold values from short fixed lists (a
consumer, a topic, an outcome), never addresses or ids, so that the number of series
stays bounded.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

# --- the consuming loop -----------------------------------------------------------------

# Records that left the loop, by outcome: handled or dead_lettered.
RECORDS_TOTAL = Counter(
    "tocsin_records_total",
    "Records that left the consuming loop.",
    ["consumer", "topic", "outcome"],
)
# Handled records whose type this version does not know, and therefore passed over.
UNKNOWN_TYPES_TOTAL = Counter(
    "tocsin_unknown_types_total",
    "Records of an unknown event type, passed over.",
    ["consumer", "topic"],
)
# Attempts that failed because a dependency was away. Rises during an outage, then stops.
RETRIES_TOTAL = Counter(
    "tocsin_retries_total", "Batches tried again because a dependency was away.", ["consumer"]
)
# 1 while the worker has stopped itself after a run of dead letters and waits for a person.
PARKED = Gauge("tocsin_parked", "Whether the consumer is parked.", ["consumer"])
# Time from the first attempt at a batch to its last acknowledgement.
BATCH_SECONDS = Histogram(
    "tocsin_batch_seconds",
    "Time to settle one batch.",
    ["consumer"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60, 600),
)
# When a record was last finished. The dashboards show its age beside the lag.
LAST_FINISHED_SECONDS = Gauge(
    "tocsin_last_finished_timestamp_seconds",
    "Unix time at which the consumer last finished a record.",
    ["consumer"],
)

# --- publishing -------------------------------------------------------------------------

# Events whose delivery the broker confirmed.
PUBLISHED_TOTAL = Counter("tocsin_published_total", "Events confirmed by the broker.", ["topic"])

# --- seen from outside the consumers (deploy/observability/lag.py) -----------------------

# Records that a consumer has not yet committed, by the broker's offsets. A consumer that
# hangs cannot report its own lag, so another process does.
LAG_RECORDS = Gauge(
    "tocsin_consumer_lag_records",
    "Records of a topic that the consumer has not yet committed.",
    ["consumer", "topic"],
)
# Dead letters that are kept and wait for a person; falls only when the topic is emptied.
DEAD_LETTERS = Gauge(
    "tocsin_dead_letters_records",
    "Records kept in the dead-letter topic of a consumer.",
    ["consumer", "topic"],
)

# --- the disk (deploy/observability/disk.py) ----------------------------------------------

# The disk on which containers and volumes are.
DISK_FREE_BYTES = Gauge("tocsin_disk_free_bytes", "Bytes that are free on the disk.")
DISK_SIZE_BYTES = Gauge("tocsin_disk_size_bytes", "Size of the disk in bytes.")

# --- engines ----------------------------------------------------------------------------

# Calls to an engine, by engine: mongo (commands), elasticsearch (requests), kafka (records
# whose confirmation was awaited). Calls an item are the price that the benchmark watches.
ENGINE_CALLS_TOTAL = Counter("tocsin_engine_calls_total", "Calls to an engine.", ["engine"])

# --- ingest -----------------------------------------------------------------------------

# Pages brought to an outcome; the outcomes are listed in services/ingest/outcomes.py.
INGEST_PAGES_TOTAL = Counter(
    "tocsin_ingest_pages_total", "Pages brought to an outcome.", ["outcome"]
)
# Polls of feeds: read, unchanged, or why not (an outcome of services/ingest/outcomes.py).
INGEST_POLLS_TOTAL = Counter("tocsin_ingest_polls_total", "Polls of sources.", ["outcome"])
# Entries of feeds passed over: without_address, or beyond_limit of one answer.
INGEST_ENTRIES_SKIPPED_TOTAL = Counter(
    "tocsin_ingest_entries_skipped_total", "Entries of feeds that were passed over.", ["reason"]
)
# Pages discovered and not yet brought to an outcome, in this process.
INGEST_FRONTIER_PAGES = Gauge("tocsin_ingest_frontier_pages", "Pages waiting in this process.")
# Outlets by health: healthy, degraded, silent, surging, failing or unknown. Every process
# shows the same figures, since they are looked up in the store.
INGEST_OUTLETS = Gauge("tocsin_ingest_outlets", "Registered outlets by health.", ["health"])
# Parser processes killed at a limit. A rise means hostile or broken markup.
INGEST_SANDBOX_KILLS_TOTAL = Counter(
    "tocsin_ingest_sandbox_kills_total", "Parser processes that were killed at a limit."
)
# Raw bytes kept as evidence, before compression.
INGEST_CAPTURED_BYTES_TOTAL = Counter(
    "tocsin_ingest_captured_bytes_total", "Bytes of pages kept as evidence."
)

# --- analysis ---------------------------------------------------------------------------

# Items analysed, by whether the desk of their country reads their language. An unread item
# is not one in which nothing was found: a share that rises is a blind spot that grows.
ANALYSED_ITEMS_TOTAL = Counter(
    "tocsin_analysed_items_total",
    "Items analysed, by country and readability.",
    ["country", "readable"],
)
# Changes to the desks' files since the start: taken, or refused because of a mistake.
DESK_RELOADS_TOTAL = Counter(
    "tocsin_desk_reloads_total", "Changes to the desks' files.", ["outcome"]
)

# --- alerts -----------------------------------------------------------------------------

# Revisions of signals that were published, by what they changed (a closed vocabulary).
SIGNAL_REVISIONS_TOTAL = Counter(
    "tocsin_signal_revisions_total", "Revisions of signals, by what they changed.", ["change"]
)

# Attempts to tell a subscriber of an alert: sent, later (nobody took it yet), refused (given up),
# or unsure (it may have been taken; a person must look, since a second warning is no answer).
TELLINGS_TOTAL = Counter(
    "tocsin_tellings_total", "Attempts to tell subscribers of alerts.", ["channel", "outcome"]
)

# --- portal -----------------------------------------------------------------------------

# Documents that the indexer brought to an index, by outcome: written or refused. A refused
# one is the dead letter of the record that brought it.
INDEXED_TOTAL = Counter(
    "tocsin_indexed_documents_total",
    "Documents written to or refused by a search index.",
    ["index", "outcome"],
)
# Answers of the portal by class of status: 2xx, 3xx, 4xx, 5xx.
PORTAL_ANSWERS_TOTAL = Counter(
    "tocsin_portal_answers_total", "Answers of the portal by class of status.", ["status"]
)
# How long the search engine took over one query, as the portal saw it.
SEARCH_SECONDS = Histogram(
    "tocsin_portal_search_seconds",
    "Time of one query to the search engine.",
    ["index"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 2, 8),
)
# Attempts to sign in, by outcome: opened, refused or throttled.
SIGN_INS_TOTAL = Counter("tocsin_portal_sign_ins_total", "Attempts to sign in.", ["outcome"])
# Decisions of people that are accepted and not yet confirmed by the broker.
REVIEWS_WAITING = Gauge("tocsin_portal_waiting_reviews", "Reviews not yet published.")
