"""The six-part threshold test of the Rabat Plan of Action, as a person filled it in.

Software may prefill a rationale; whether a part is met is for people to say.
"""

from shared.events.fields import Part


class RabatPart(Part):
    """One of the six questions: null until a person has answered."""

    met: bool | None = None
    rationale: str = ""


class RabatTest(Part):
    """The whole form; the threshold is reached only where all six are met."""

    context: RabatPart = RabatPart()
    speaker: RabatPart = RabatPart()
    intent: RabatPart = RabatPart()
    content_and_form: RabatPart = RabatPart()
    extent: RabatPart = RabatPart()
    likelihood: RabatPart = RabatPart()
