"""A provider of OpenID Connect on loopback: discovery, authorize, token with RS256, keys, end."""

import base64
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "groundswell", "canary-client-secret"
_PEOPLE = ("viewer", "labeller", "operator", "stranger", "unverified")
_KEY_ID = "test-key"


@dataclass
class Identity:
    """The provider. ``asked`` are the queries that came to ``authorize``; ``forge`` changes the
    next token, as a provider would that somebody else set up."""

    url: str
    asked: list[dict[str, str]] = field(default_factory=list)
    forge: dict[str, Any] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    _other: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def app(self) -> Starlette:
        """Its addresses."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/chosen", self._chosen),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._keys),
                Route("/end", self._end),
            ]
        )

    async def _discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "end_session_endpoint": f"{self.url}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        """A page with a link for each person who could sign in."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        number = len(self.asked) - 1
        links = "".join(f'<p><a href="/chosen?who={w}&n={number}">{w}</a></p>' for w in _PEOPLE)
        return HTMLResponse(f"<html><body><h1>Who are you?</h1>{links}</body></html>")

    async def _chosen(self, request: Request) -> Response:
        asked = self.asked[int(request.query_params["n"])]
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked | {"who": request.query_params["who"]}
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    async def _token(self, request: Request) -> Response:
        sent = {name: str(value) for name, value in (await request.form()).items()}
        asked = self._codes.pop(sent["code"])  # good once
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {basic}"
        assert sent["redirect_uri"] == asked["redirect_uri"]
        challenge = _flat(sha256(sent["code_verifier"].encode()).digest())
        assert challenge == asked["code_challenge"]
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": asked["who"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            "nonce": asked["nonce"],
            "name": asked["who"].capitalize(),
            "email": f"{asked['who']}@example.org",
            "email_verified": asked["who"] != "unverified",
        }
        key = self._other if self.forge.pop("key", None) else self._key
        token = self._signed(claims | self.forge, key)
        self.forge.clear()
        return JSONResponse({"access_token": "access", "token_type": "Bearer", "id_token": token})

    async def _keys(self, _request: Request) -> Response:
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID}
        parts = {"n": _number(numbers.n), "e": _number(numbers.e)}
        return JSONResponse({"keys": [key | parts]})

    async def _end(self, request: Request) -> Response:
        back = request.query_params["post_logout_redirect_uri"]
        return RedirectResponse(back)

    def _signed(self, claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
        head = _flat(json.dumps({"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}).encode())
        said = f"{head}.{_flat(json.dumps(claims).encode())}"
        return f"{said}.{_flat(key.sign(said.encode(), padding.PKCS1v15(), SHA256()))}"


@contextmanager
def provider() -> Iterator[Identity]:
    """A provider that listens, in a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        identity = Identity(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(identity.app(), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield identity
        finally:
            server.should_exit = True
            thread.join()


def _flat(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _flat(value.to_bytes((value.bit_length() + 7) // 8, "big"))
