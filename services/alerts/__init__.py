"""Alerts: counts what was said, asks the rules, and keeps the life of every signal.

Start reading at `handler`; `detect` is the question, `life` is what people decide about the answer.
"""
