"""What alerts keeps in MongoDB; the only part of the service that talks to it.

Every write is by `_id`, carries its own guard, and may be repeated, raced and reordered: `counts`
for what was said, `signals` for the records, `people` for what people
decided and set, `ledger` for what was sent. `sweep` forgets what is old.
"""
