"""Where each fault that Tocsin must withstand is shown: a scenario, a test, or not yet.

Numbers are those of the requirements. A fault that no scenario needs, or none can show, is shown by
tests; they run with `make test`.
"""

from dataclasses import dataclass

from rich.table import Table

ANALYSIS = "tests/integration/analysis/test_way.py"
BASELINES = "tests/integration/alerts/test_baselines.py"
CONSUME = "tests/unit/shared/test_consume.py"
INDEXER = "tests/integration/portal/test_indexer.py"
INGEST = "tests/integration/ingest/test_faults.py"
RULES = "tests/unit/deploy/test_observability.py"
SENDING = "tests/integration/alerts/test_sending.py"
SIGNALS = "tests/integration/alerts/test_signals.py"
STORES = "tests/integration/shared/test_stores.py"
WORKER = "tests/integration/shared/test_worker.py"


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the list; what is open says what has to be built before it can be tried."""

    number: int
    what: str
    scenarios: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    open: str = ""


FAULTS = (
    Fault(
        1,
        "a service is killed in the middle of its work",
        ("kill-ingest", "kill-analysis", "kill-alerts", "kill-indexer"),
        ("tests/e2e/test_kills.py",),
    ),
    Fault(
        2,
        "killed between a write and its commit",
        ("kill-alerts",),
        (f"{SENDING}::test_a_crash_between_ledger_and_publish_still_sends_the_alert",),
        open="webhooks: with their issue",
    ),
    Fault(
        3,
        "killed between store and publication",
        (),
        (
            f"{INGEST}::test_event_is_sent_after_a_kill_between_store_and_publish",
            f"{SIGNALS}::test_a_crash_between_store_and_publish_loses_no_event",
        ),
    ),
    Fault(
        4,
        "Kafka away, and not there at the start",
        ("kafka-killed-20-s", "kafka-killed-120-s", "kafka-absent-at-start"),
    ),
    Fault(
        5,
        "Elasticsearch away, overloaded, read-only; one document that it refuses",
        (
            "elasticsearch-killed-180-s",
            "elasticsearch-answers-429",
            "elasticsearch-read-only",
            "elasticsearch-away-under-load",
            "elasticsearch-away-beyond-the-poll-interval",
        ),
        (
            f"{STORES}::test_one_bad_document_in_a_bulk_is_named_and_the_rest_is_indexed",
            f"{INDEXER}::test_one_bad_document_in_five_hundred_is_one_dead_letter",
        ),
    ),
    Fault(
        6,
        "MongoDB killed, stopped and refusing, frozen; writers that race",
        ("mongo-killed-20-s", "mongo-stopped-60-s", "mongo-frozen-60-s"),
        (f"{INGEST}::test_twenty_writers_race_for_one_item",),
    ),
    Fault(
        7,
        "handlers that fail, poison, dead letters put back",
        (
            "poison-in-each-topic",
            "run-of-poison-parks",
            "dead-letter-topic-away",
            "dead-letters-put-back-twice",
        ),
        (f"{CONSUME}::test_only_the_culprit_of_a_failing_batch_is_dead_lettered",),
    ),
    Fault(
        8,
        "a second worker comes and goes; a slow record before fast ones",
        (),
        (
            f"{WORKER}::test_nothing_is_missing_when_a_second_worker_joins_and_leaves",
            f"{WORKER}::test_slow_record_is_not_passed_by_fast_ones_behind_it",
        ),
    ),
    Fault(
        9,
        "asked to end under load; frozen for longer than its session",
        ("end-under-load", "freeze-analysis", "freeze-indexer"),
        (
            f"{INGEST}::test_lease_of_a_dead_process_is_taken_over_with_its_work",
            f"{SIGNALS}::test_two_workers_at_once_lose_nothing",
        ),
    ),
    Fault(
        10,
        "two schedulers",
        (),
        (f"{INGEST}::test_two_schedulers_fetch_a_source_once_a_period",),
    ),
    Fault(
        11,
        "clocks an hour off; impossible dates and none",
        ("clock-of-ingest-an-hour-ahead", "clock-of-ingest-an-hour-behind", "impossible-dates"),
        (
            f"{INGEST}::test_clock_that_was_set_back_rests_no_source",
            f"{BASELINES}::test_impossible_dates_teach_nothing",
        ),
    ),
    Fault(
        12,
        "ten times as much input; one outlet that floods",
        ("tenfold-surge", "one-outlet-floods"),
        ("tests/unit/ingest/test_fair_queue.py",),
    ),
    Fault(
        13,
        "everything read again from the beginning",
        ("replay-from-the-beginning",),
        (
            f"{SENDING}::test_a_full_replay_sends_nothing_again",
            f"{ANALYSIS}::test_every_item_is_analysed_and_a_repetition_says_the_same",
            "tests/e2e/test_replay.py",
        ),
    ),
    Fault(
        14,
        "consumers and events of different ages, unknown types",
        (),
        ("tests/contract/test_examples.py", "tests/contract/test_consumers.py"),
    ),
    Fault(
        15,
        "a source goes silent; days of an outage",
        (),
        (
            f"{RULES}::test_every_rule_fires_when_it_must_and_not_otherwise",
            f"{BASELINES}::test_unusable_days_leave_the_baseline_afterwards_too",
        ),
        open="that one source is silent: with the health of outlets",
    ),
    Fault(16, "webhook receivers that fail or deceive", open="with webhooks"),
    Fault(
        17,
        "a thousand items of one incident",
        (),
        (f"{SIGNALS}::test_a_thousand_items_of_one_incident_are_one_signal",),
    ),
    Fault(
        18,
        "the indices are deleted",
        ("indices-deleted",),
        (f"{INDEXER}::test_deleted_index_is_rebuilt_from_the_store",),
    ),
    Fault(19, "an hour of steady load: nothing grows", open="`make soak` runs it, alone"),
)


def table() -> Table:
    """Show the list, as `make faults` prints it after the verdicts."""
    shown = Table(title="Where each fault is shown", show_lines=True)
    for column in ("", "fault", "scenarios", "tests", "open"):
        shown.add_column(column, overflow="fold")
    for one in FAULTS:
        places = "\n".join(one.scenarios), "\n".join(one.tests)
        shown.add_row(str(one.number), one.what, *places, one.open)
    return shown
