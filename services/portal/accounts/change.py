"""A person's own password: until its holder has chosen it, somebody else knows it too."""

from __future__ import annotations

from services.portal.accounts.model import PasswordSet
from services.portal.accounts.passwords import MIN_LENGTH
from services.portal.accounts.signin import TOO_OFTEN
from services.portal.context import Portal
from services.portal.problems import ProblemError

WRONG = ProblemError(403, "Not changed", "The old password is wrong.")
SHORT = ProblemError(
    422, "Not changed", f"The new password needs at least {MIN_LENGTH} characters."
)
SAME = ProblemError(422, "Not changed", "The new password is the old one.")
OVERTAKEN = ProblemError(
    409, "Not changed", "The password was set by somebody else meanwhile: ask an administrator."
)


async def change_password(portal: Portal, account_id: str, old: str, new: str, address: str) -> str:
    """Set the holder's own password, end all sessions, and return a new one's token.

    The old password is asked for and throttled as when signing in: an open session is no
    proof of who sits before it.
    """
    if len(new) < MIN_LENGTH:
        raise SHORT
    if new == old:
        raise SAME
    now = portal.clock()
    if not await portal.throttle.admit(account_id, address, now):
        raise TOO_OFTEN
    account = await portal.accounts.get(account_id)
    if account is None or not await portal.check_password(account.password_hash, old):
        raise WRONG
    await portal.throttle.forgive(account_id, address, now)
    await portal.audit.record(account_id, "password_changed", account_id)
    event = PasswordSet(account_id, now)
    hashed = await portal.check_password.hash(new)
    if not await portal.accounts.set_password(account_id, hashed, event, account.password_hash):
        raise OVERTAKEN
    await portal.sessions.close_all(account_id)
    return await portal.sessions.open(account_id, now)
