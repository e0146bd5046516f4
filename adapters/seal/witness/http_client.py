"""One HTTP exchange with an untrusted server: bounded in time and size, and no redirect is followed."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from httpx2 import AsyncClient, HTTPError, InvalidURL

from domain.errors import ErrorKind, RigsbogError

SCHEMES = ("http", "https")


class NoAnswer(RigsbogError):
    """The server sent no complete answer in time: check its address, then try again."""

    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes


def post(url: str, content: bytes, content_type: str, *, seconds_max: float, bytes_max: int) -> Answer:
    """Send the content on a new connection and read the answer; raises NoAnswer.

    The time is for the whole exchange: a timeout for each read alone does not bound the total.
    """
    try:
        return asyncio.run(_post(url, content, content_type, seconds_max, bytes_max))
    except TimeoutError as error:
        raise NoAnswer("it did not answer in time") from error
    except (HTTPError, InvalidURL, OSError, ValueError) as error:
        raise NoAnswer(_reason(error)) from error


async def _post(url: str, content: bytes, content_type: str, seconds_max: float, bytes_max: int) -> Answer:
    headers = {"Content-Type": content_type, "Accept-Encoding": "identity"}
    async with (
        asyncio.timeout(seconds_max),
        AsyncClient(timeout=None, trust_env=False, verify=_trusted()) as client,
        client.stream("POST", url, content=content, headers=headers) as response,
    ):
        body = b""
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > bytes_max:
                raise NoAnswer(f"its answer is longer than {bytes_max} bytes")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(response.status_code, kind, body)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that the system trusts, read once."""
    return ssl.create_default_context()


def sound_url(word: str) -> str:
    """The URL, if a request can be posted to it; raises ValueError otherwise."""
    try:
        parts = urlsplit(word)
        fits = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
        word.encode()
    except ValueError as error:
        raise ValueError("the URL cannot be read") from error
    if not fits or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("a URL is http or https, with a host, and without user, query and fragment")
    return word


def _reason(error: BaseException) -> str:
    for cause in _causes(error):
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        if isinstance(cause, socket.gaierror):
            return "its host is not known"
        if isinstance(cause, ssl.SSLError):
            return f"its connection is not safe ({cause.reason or 'TLS failed'})"
    return f"the connection broke ({type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from, also where several addresses were tried."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _causes(part)
        error = error.__cause__ or error.__context__
