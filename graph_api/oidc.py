"""Tokens of an OpenID Connect issuer: JWTs, checked by the keys that the issuer publishes."""

import re
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from graph_api.config import Config

# Seconds that the clocks of the issuer and of this machine may be apart.
_LEEWAY = 60
# Seconds between two looks at the keys; an unknown key's name must not have us ask without end.
_LOOK_AGAIN = 60
_FETCH_SECONDS = 5
_MAX_BYTES = 1_000_000
_PUBLIC_KINDS = ("RSA", "EC", "OKP")
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class KeysAway(Exception):
    """The issuer's keys cannot be read just now."""


class Issuer:
    """Checks the JWTs of one issuer. config: with `oidc_issuer`, `oidc_audience` and `oidc_jwks` set."""

    def __init__(self, config: Config) -> None:
        self._keys = _Keys(config.oidc_jwks)
        self._algorithms = list(config.oidc_algorithms)
        self._rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": config.oidc_issuer},
            aud={"essential": True, "value": config.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def claims(self, text: str) -> Mapping[str, Any] | None:
        """Return the claims of a good JWT, whose `sub` is a text and `exp` a number; None for any other text.

        Raises:
            KeysAway: the issuer's keys cannot be read just now.
        """
        if not _FORM.fullmatch(text):
            return None
        try:
            claims = self._decoded(text).claims
            self._rules.validate(claims)
        # The library lets other errors through for texts that are made to be wrong.
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return claims if isinstance(claims.get("sub"), str) and claims["sub"] else None

    def _decoded(self, text: str) -> jwt.Token:
        try:
            return jwt.decode(text, self._keys.known(), algorithms=self._algorithms)
        except InvalidKeyIdError:
            return jwt.decode(text, self._keys.newer(), algorithms=self._algorithms)


class _Keys:
    """The issuer's public keys. source: a file's path, or a URL."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._turn = threading.Lock()
        self._set = KeySet([])
        self._looked_at = float("-inf")
        self._is_read = False

    def known(self) -> KeySet:
        """Return the keys as they were last read."""
        return self._set if self._is_read else self.newer()

    def newer(self) -> KeySet:
        """Read the keys again, unless that was done within the last minute."""
        with self._turn:
            if time.monotonic() - self._looked_at >= _LOOK_AGAIN:
                self._looked_at = time.monotonic()
                self._set, self._is_read = self._read(), True
            if not self._is_read:
                raise KeysAway
            return self._set

    def _read(self) -> KeySet:
        try:
            listed = orjson.loads(self._bytes())["keys"]
            # A symmetric key among public ones would let anybody who read it sign.
            return KeySet.import_key_set({"keys": [key for key in listed if key.get("kty") in _PUBLIC_KINDS]})
        except (OSError, ValueError, TypeError, KeyError, AttributeError, JoseError) as error:
            if self._is_read:
                return self._set
            raise KeysAway from error

    def _bytes(self) -> bytes:
        if not self._source.startswith(("http://", "https://")):
            return Path(self._source).read_bytes()
        with urllib.request.urlopen(self._source, timeout=_FETCH_SECONDS) as answer:
            return answer.read(_MAX_BYTES)
