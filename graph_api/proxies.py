"""Which address a request comes from, when it comes through reverse proxies that this server trusts."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from graph_api.reading import Environ

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Proxies in a row that are followed; what lies further to the left is not read.
_MAX_HOPS = 20
_PORT = re.compile(r":[0-9]{1,5}$")
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*("[^"]*"|[^;\s]*)', re.IGNORECASE)


class TrustedProxies:
    """Finds the client's address in what trusted proxies forward. networks: where these proxies are."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)
        self._resolve = lru_cache(4_096)(self._resolved)

    def client_address(self, environ: Environ) -> str:
        """Return the address that limits and the audit use: the peer's, unless the peer is a trusted proxy.

        Each proxy appends the address it was called from, so the list is read from the right: the first address that
        is no trusted proxy's is the client. Clients can send either header themselves; where `X-Forwarded-For` and
        `Forwarded` disagree, neither is believed, because a proxy writes one of them and passes the other on.
        """
        peer = environ.get("REMOTE_ADDR") or ""
        if not self._networks:
            return peer
        return self._resolve(peer, environ.get("HTTP_X_FORWARDED_FOR") or "", environ.get("HTTP_FORWARDED") or "")

    def _resolved(self, peer: str, x_forwarded_for: str, forwarded: str) -> str:
        address = _address(peer)
        if address is None or not self._trusts(address):
            return peer
        given = {self._client(address, hops) for hops in (_hops(x_forwarded_for), _for_hops(forwarded)) if hops}
        return str(given.pop()) if len(given) == 1 else peer

    def _client(self, peer: Address, hops: Sequence[str]) -> Address:
        client = peer
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:  # The proxy does not tell (`unknown`, `_hidden`), or it is no address.
                return client
            client = address
            if not self._trusts(address):
                break
        return client

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _hops(header: str) -> list[str]:
    return [hop.strip() for hop in header.rsplit(",", _MAX_HOPS)[-_MAX_HOPS:]] if header.strip() else []


def _for_hops(header: str) -> list[str]:
    found = [_FOR.search(element) for element in _hops(header)]
    return [match[1].strip('"') if match else "" for match in found]


def _address(text: str) -> Address | None:
    """Read an address as proxies write it: with or without a port, IPv6 in brackets or not; None when it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = _PORT.sub("", text)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(text: str) -> Network:
    """Read a network such as `10.0.0.0/8`, or a single address.

    Raises:
        ValueError: it is neither, or has bits of an address after its prefix.
    """
    return ipaddress.ip_network(text)
