"""The vocabularies of signals, reviews and settings; those of media are in `terms`."""

from shared.events.terms import Term


class SignalChange(Term):
    """What a revision of a signal changed."""

    RAISED = "raised"
    EVIDENCE_ADDED = "evidence_added"
    SEVERITY_CHANGED = "severity_changed"
    REVIEWED = "reviewed"
    RELEASED = "released"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class SignalStatus(Term):
    """Where a signal stands in its life."""

    NEW = "new"
    ASSESSED = "assessed"
    DISMISSED = "dismissed"
    RELEASED = "released"
    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class RuleKind(Term):
    """The question that a rule asks of the counts."""

    AT_ONCE = "at_once"
    THRESHOLD = "threshold"
    BURST = "burst"
    DIVERGENCE = "divergence"
    SILENCE = "silence"
    BLACKOUT = "blackout"
    LADDER = "ladder"
    UNKNOWN = "unknown"


class Severity(Term):
    """The scale of the Common Alerting Protocol 1.2, in lower case."""

    EXTREME = "extreme"
    SEVERE = "severe"
    MODERATE = "moderate"
    MINOR = "minor"
    UNKNOWN = "unknown"


class Urgency(Term):
    """The scale of the Common Alerting Protocol 1.2, in lower case."""

    IMMEDIATE = "immediate"
    EXPECTED = "expected"
    FUTURE = "future"
    PAST = "past"
    UNKNOWN = "unknown"


class Certainty(Term):
    """The scale of the Common Alerting Protocol 1.2, in lower case."""

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


class Tlp(Term):
    """The markings of the Traffic Light Protocol 2.0; treat `unknown` as red."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"
    UNKNOWN = "unknown"


class ReleaseState(Term):
    """To whom a signal has been released."""

    NONE = "none"
    PARTNERS = "partners"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class ReleaseScope(Term):
    """To whom an approval would release a signal."""

    PARTNERS = "partners"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class Level(Term):
    """The alert level of a country, proposed by a rule and set by people."""

    NOT_ASSESSED = "not_assessed"
    BASELINE = "baseline"
    WATCH = "watch"
    WARNING = "warning"
    EMERGENCY = "emergency"
    UNKNOWN = "unknown"


class SubjectKind(Term):
    """What a review is about."""

    ITEM = "item"
    MATCH = "match"
    SIGNAL = "signal"
    STORY = "story"
    COUNTRY_LEVEL = "country_level"
    UNKNOWN = "unknown"


class Decision(Term):
    """What a reviewer decided; `unknown` is never an approval."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not_relevant"
    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    DISMISS = "dismiss"
    CORRECT = "correct"
    APPROVE_RELEASE = "approve_release"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    ASSIGN = "assign"
    SET_LEVEL = "set_level"
    CLIP = "clip"
    UNCLIP = "unclip"
    UNKNOWN = "unknown"


class Channel(Term):
    """The way by which a subscriber is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    UNKNOWN = "unknown"


class Digest(Term):
    """How often a subscriber is told: at once, or gathered."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    UNKNOWN = "unknown"


class RemovalScope(Term):
    """What of an item must go; treat `unknown` as `all`."""

    TEXT = "text"
    AUTHOR = "author"
    ALL = "all"
    UNKNOWN = "unknown"
