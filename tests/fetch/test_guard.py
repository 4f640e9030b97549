"""Which addresses may be connected to (checks 46 and 47)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.guard import check_url, is_allowed, is_local_name, without_credentials

LOOPBACK = (ip_network("127.0.0.0/8"),)

REFUSED = (
    "0.0.0.0",  # noqa: S104 - refused, not bound to
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
PUBLIC = ("8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2001:200::1", "2606:4700::1111", "2a00:1450::1")


@pytest.mark.parametrize("text", REFUSED)
def test_special_addresses_are_refused(text: str) -> None:
    """Checks 46, 47: ipaddress.is_global alone lets NAT64, 6to4, multicast, ::127.0.0.1 and 192.0.0.8 through."""
    assert not is_allowed(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_allowed(text: str) -> None:
    """A list that refused too much would keep us from real publishers at the edges of the special ranges."""
    assert is_allowed(ip_address(text))


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_whatever_python_calls_private_is_refused(address: IPv4Address) -> None:
    """Our list has to be stricter than the standard library's, never laxer."""
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert not is_allowed(address)


@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_hides_in_a_mapped_one(number: int) -> None:
    """Check 46: v4-mapped, v4-compatible, NAT64 and 6to4 forms reach an IPv4 host past its own rule."""
    mapped = (0xFFFF << 32 | number, number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    assert not any(is_allowed(IPv6Address(address)) for address in mapped)


def test_the_operator_can_allow_a_network() -> None:
    """Tests and local mirrors need loopback, and only what was listed."""
    assert is_allowed(ip_address("127.3.2.1"), LOOPBACK)
    assert not is_allowed(ip_address("10.0.0.1"), LOOPBACK)


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:7f00:1]",
        "[fe80::1%25eth0]",
        "10.0.0.1:8080",
        "example.1",
    ],
)
def test_numbers_as_hosts_are_refused(host: str) -> None:
    """Check 46: short, decimal, octal and hexadecimal forms are addresses to the system's resolver."""
    assert check_url(f"http://{host}/feed") is not None


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001"])
def test_numeric_forms_stay_refused_where_loopback_is_allowed(host: str) -> None:
    """Nobody writes an honest address in that form, so allowing its network does not allow the form."""
    assert check_url(f"http://{host}/", LOOPBACK) is not None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/hostname",
        "javascript:x",
        "//example.org",
        "http://",
        "http://[::1",
        "http://a:0/",
    ],
)
def test_only_web_addresses_are_asked(url: str) -> None:
    """Check 49: http and https only, and something to connect to."""
    assert check_url(url) == "not a web address"


def test_credentials_in_a_url_are_refused_and_never_shown() -> None:
    """Check 64: a URL is stored and printed everywhere, so it must not carry a password."""
    url = "https://reader:secret@example.org/feed?a=b@c"
    assert check_url(url) == "credentials in the URL"
    assert without_credentials(url) == "https://example.org/feed?a=b@c"


@pytest.mark.parametrize(
    "url", ["https://www.example.org/x?y", "http://example.org:8080/", "https://xn--bcher-kva.example/"]
)
def test_ordinary_urls_pass(url: str) -> None:
    """The guard must not stand in the way of ordinary publishers."""
    assert check_url(url) is None


def test_local_names_are_known() -> None:
    """Behind a proxy the address cannot be seen, so names of the proxy's own machine and network are refused."""
    assert all(is_local_name(name) for name in ("localhost", "a.LOCALHOST", "printer.local", "db.internal."))
    assert not any(is_local_name(name) for name in ("localhost.example.org", "local.mil", "internals"))
