"""How an alert leaves: the same released record as CAP, Atom, STIX, mail and webhook.

`wording` says what all of them say; the forms are pure; `plan` decides who is told when, `sending`
tells them, and `store/deliveries` remembers what was begun and what was done.
"""
