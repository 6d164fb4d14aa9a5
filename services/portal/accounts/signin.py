"""Signing in: one decision for the form and for the API."""

from __future__ import annotations

from services.portal.accounts.model import Account, account_id
from services.portal.context import Portal
from services.portal.problems import ProblemError
from shared import metrics

WRONG = ProblemError(401, "Not signed in", "The name or the password is wrong.")
TOO_OFTEN = ProblemError(
    429,
    "Too many attempts",
    "Wait a quarter of an hour before you try again, or ask an administrator.",
    {"Retry-After": "900"},
)


async def sign_in(portal: Portal, name: str, password: str, address: str) -> tuple[Account, str]:
    """Return the account and the token of its new session; ProblemError where refused.

    The answer is the same for an unknown name, a wrong password and a disabled account.
    """
    now, who = portal.clock(), account_id(name)
    if not await portal.throttle.admit(who, address, now):
        metrics.SIGN_INS_TOTAL.labels("throttled").inc()
        raise TOO_OFTEN
    account = await portal.accounts.get(who)
    stored = account.password_hash if account else None
    right = await portal.check_password(stored, password)
    if account is None or account.disabled or not right:
        metrics.SIGN_INS_TOTAL.labels("refused").inc()
        await portal.audit.record("", "sign_in_refused", who)
        raise WRONG
    await portal.throttle.forgive(who, address, now)
    metrics.SIGN_INS_TOTAL.labels("opened").inc()
    await portal.audit.record(who, "signed_in")
    return account, await portal.sessions.open(account.id, now)
