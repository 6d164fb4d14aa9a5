from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.guard import AddressGuard, AddressRefusedError, refusal
from shared.addresses import parse_addresses

REFUSED = [
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "198.18.0.1", "192.0.0.8", "192.0.2.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001:db8::1", "3fff::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2001::1",
    "192.88.99.1", "::ffff:192.88.99.1", "fec0::1", "::7f00:1", "::ffff:0:127.0.0.1", "5f00::1",
    "100:0:0:1::1", "100::1", "1fff:ffff::1", "4000::1", "2001:1ff::1", "ff0e::1",
    "64:ff9b::808:808",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "2001:200::1", "2a00::1"]
)
def test_public_address_is_accepted(address: str) -> None:
    assert refusal(ipaddress.ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_mapped_address_is_treated_as_what_it_maps(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    assert (refusal(mapped) is None) == (refusal(address) is None)


def test_exception_is_for_the_exact_address_and_port() -> None:
    guard = AddressGuard(parse_addresses("127.0.1.1:8091"))
    guard.check("127.0.1.1", 8091)
    for host, port in (("127.0.1.1", 8092), ("127.0.1.2", 8091)):
        with pytest.raises(AddressRefusedError):
            guard.check(host, port)


def test_refusal_comes_before_a_socket_exists() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    with pytest.raises(AddressRefusedError, match="public internet"):
        AddressGuard().create_socket(info)


def test_scoped_address_is_understood() -> None:
    with pytest.raises(AddressRefusedError):
        AddressGuard().check("fe80::1%eth0", 80)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:", "name:80", "127.0.0.1:0", "a,b"])
def test_allowed_addresses_are_exact(text: str) -> None:
    with pytest.raises(ValueError, match=r"address with a port|usable port"):
        parse_addresses(text)
