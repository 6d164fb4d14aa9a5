"""Judging items: the triage queue and verdicts by span."""
