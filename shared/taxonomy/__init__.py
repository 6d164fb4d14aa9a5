"""The frameworks that a match refers to, as data: UN Framework, dangerous speech, ten stages.

Labels are our own short names. What a program prints with one is "possible match to", never a
finding.
"""

from shared.taxonomy.loader import load_taxonomy
from shared.taxonomy.model import (
    UN_FRAMEWORK,
    Crime,
    Hallmark,
    Indicator,
    Kind,
    Label,
    RiskFactor,
    Stage,
    Taxonomy,
)

__all__ = [
    "UN_FRAMEWORK",
    "Crime",
    "Hallmark",
    "Indicator",
    "Kind",
    "Label",
    "RiskFactor",
    "Stage",
    "Taxonomy",
    "load_taxonomy",
]
