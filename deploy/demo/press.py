"""The twelve invented outlets: who they are, who owns them, what they speak, where they answer.

The country Arvane (XA), its neighbours, the names and the owners exist nowhere else. Every kind of
owner that the signals compare is here, and two outlets share an owner on purpose.
"""

import os
from dataclasses import dataclass
from typing import Literal

OwnerKind = Literal["state", "private", "public_service", "party", "religious", "community"]
FeedKind = Literal["rss", "atom"]
Template = Literal["broadsheet", "bulletin", "magazine"]

NETWORK_VARIABLE = "TOCSIN_DEMO_NETWORK"
LOOPBACK = "127.0.1"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One line of the table; `number` is the last part of its address."""

    number: int
    outlet_id: str
    name: str
    country: str
    owner_id: str
    owner_kind: OwnerKind
    base: Literal["domestic", "exile", "foreign"]
    medium: Literal["newspaper", "radio", "television", "online", "agency"]
    languages: tuple[str, ...]
    feed: FeedKind
    template: Template

    @property
    def address(self) -> str:
        """The address that is this outlet's own: on the loopback, if nothing else is set."""
        return f"{os.environ.get(NETWORK_VARIABLE, LOOPBACK)}.{self.number}"

    def url(self, port: int, path: str) -> str:
        """Give the full address of one of this outlet's pages."""
        return f"http://{self.address}:{port}{path}"


PRESS: tuple[Outlet, ...] = (
    Outlet(
        1,
        "arvane-herald",
        "The Arvane Herald",
        "XA",
        "arvane-information-office",
        "state",
        "domestic",
        "newspaper",
        ("en",),
        "rss",
        "broadsheet",
    ),
    Outlet(
        2,
        "voix-d-arvane",
        "La Voix d'Arvane",
        "XA",
        "arvane-information-office",
        "state",
        "domestic",
        "radio",
        ("fr",),
        "atom",
        "bulletin",
    ),
    Outlet(
        3,
        "minbar-arvane",
        "منبر أرفان",
        "XA",
        "arvane-renewal-party",
        "party",
        "domestic",
        "newspaper",
        ("ar", "en"),
        "rss",
        "broadsheet",
    ),
    Outlet(
        4,
        "codka-arvane",
        "Codka Arvane",
        "XA",
        "tolmo-media",
        "private",
        "domestic",
        "radio",
        ("so", "om"),
        "atom",
        "bulletin",
    ),
    Outlet(
        5,
        "sauti-ya-bonde",
        "Sauti ya Bonde",
        "XA",
        "bonde-listeners-union",
        "community",
        "domestic",
        "radio",
        ("sw",),
        "rss",
        "bulletin",
    ),
    Outlet(
        6,
        "lisara-post",
        "Lisara Post",
        "XA",
        "tolmo-media",
        "private",
        "domestic",
        "newspaper",
        ("en",),
        "atom",
        "magazine",
    ),
    Outlet(
        7,
        "jukwaa-la-umoja",
        "Jukwaa la Umoja",
        "XA",
        "arvane-unity-front",
        "party",
        "domestic",
        "online",
        ("sw", "om"),
        "rss",
        "magazine",
    ),
    Outlet(
        8,
        "arvane-public-television",
        "Arvane Public Television",
        "XA",
        "arvane-public-trust",
        "public_service",
        "domestic",
        "television",
        ("am", "ti", "en"),
        "atom",
        "magazine",
    ),
    Outlet(
        9,
        "le-pelerin",
        "Le Pèlerin d'Arvane",
        "XA",
        "lisara-synod",
        "religious",
        "domestic",
        "newspaper",
        ("fr", "ln"),
        "rss",
        "magazine",
    ),
    Outlet(
        10,
        "free-arvane",
        "Free Arvane",
        "XA",
        "free-arvane-association",
        "private",
        "exile",
        "online",
        ("en", "ar", "so"),
        "atom",
        "broadsheet",
    ),
    Outlet(
        11,
        "amakuru-ya-belosa",
        "Amakuru ya Belosa",
        "XB",
        "belosa-radio-circle",
        "community",
        "foreign",
        "radio",
        ("rn", "ln", "fr"),
        "rss",
        "bulletin",
    ),
    Outlet(
        12,
        "muryar-cerana",
        "Muryar Cerana",
        "XC",
        "cerana-news-agency",
        "private",
        "foreign",
        "agency",
        ("ha", "en"),
        "atom",
        "broadsheet",
    ),
)
