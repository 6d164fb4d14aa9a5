"""Whether a series of samples grows: the slope of a straight line through them. Pure."""

from collections.abc import Sequence
from statistics import linear_regression, mean


def growth(samples: Sequence[float]) -> float:
    """Return how much the fitted line rises over all samples, as a share of their mean.

    Samples are taken at equal distances; 0.05 means five per cent from first to last.
    """
    if len(samples) < 2 or mean(samples) == 0:  # noqa: PLR2004 - no line through one point
        return 0.0
    line = linear_regression(range(len(samples)), samples)
    return line.slope * (len(samples) - 1) / mean(samples)
