"""What two installations must agree on that were told the same in different orders."""

from collections.abc import Iterable

from shared.events import SignalRevised, SignalStatus

Summary = tuple[str, str, tuple[tuple[str, str | None], ...], float, float]


def summarise(signals: Iterable[SignalRevised]) -> set[Summary]:
    """Say of each signal what must be the same however its events were delivered.

    A signal that the service closed and nobody had touched is as none (decision 0005): where
    the loud past came first, it was never raised.
    """
    return {
        (
            signal.signal_id,
            signal.status.value,
            tuple(sorted((one.item_id, one.match_id) for one in signal.evidence)),
            signal.baseline.observed,
            signal.baseline.expected,
        )
        for signal in signals
        if not closed_untouched(signal)
    }


def closed_untouched(signal: SignalRevised) -> bool:
    """Whether the service closed it: it says why, and no decision of a person shows."""
    decided = signal.release.approvals or signal.rabat
    closed = signal.status is SignalStatus.CLOSED
    return closed and signal.correction_reason is not None and not decided
