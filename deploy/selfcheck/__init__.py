"""`tocsin selfcheck`: one composed item through the operator's own engines, and away again.

item    the item, which says of itself what it is
way     its way, and how long each part of it took
report  what the engines are, and what this check cannot tell
"""
