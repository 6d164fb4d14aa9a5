"""Elasticsearch's user for the portal and its indexer, which may touch Tocsin's indices alone."""

from __future__ import annotations

from pathlib import Path

from elasticsearch import AsyncElasticsearch, AuthenticationException

from shared import elastic
from shared.settings import Settings

USER = "portal"
ROLE = "tocsin-portal"
# Their names and those of their versions: items, items-v3, items-v3-20260101...
INDICES = ["items", "items-v*", "signals", "signals-v*", "alerts*", "public-alerts*"]
PRIVILEGES = [{"names": INDICES, "privileges": ["all"]}]
CLUSTER = ["monitor"]


async def plan_user(settings: Settings) -> list[str]:
    """Return what the engine lacks; nothing where it has no passwords."""
    if settings.secrets_dir is None:
        return []
    async with elastic.connect(settings) as client:
        await elastic.ping(client)
        with elastic.transient_elastic():
            roles = await client.security.get_role()
    found = [] if _as_wanted(roles.get(ROLE)) else [f"give Elasticsearch the role {ROLE}"]
    if not await _accepted(settings, settings.secrets_dir):
        found.append(f"set the password of Elasticsearch's user {USER}")
    return found


async def apply_user(settings: Settings) -> None:
    """Write the role and the user."""
    if settings.secrets_dir is None:
        return
    password = password_file(settings.secrets_dir).read_text(encoding="utf-8").strip()
    async with elastic.connect(settings) as client:
        with elastic.transient_elastic():
            await client.security.put_role(name=ROLE, cluster=CLUSTER, indices=PRIVILEGES)
            await client.security.put_user(username=USER, password=password, roles=[ROLE])


def password_file(folder: Path) -> Path:
    """Return where the user's password is."""
    return folder / f"elasticsearch_{USER}_password"


def _as_wanted(role: object) -> bool:
    if not isinstance(role, dict):
        return False
    (indices,) = role["indices"] if len(role["indices"]) == 1 else ({},)
    return role["cluster"] == CLUSTER and sorted(indices.get("names", [])) == sorted(INDICES)


async def _accepted(settings: Settings, folder: Path) -> bool:
    password = password_file(folder).read_text(encoding="utf-8").strip()
    async with AsyncElasticsearch(
        settings.elasticsearch_url, basic_auth=(USER, password)
    ) as client:
        try:
            await client.security.authenticate()
        except AuthenticationException:
            return False
    return True
