"""Where a server is and which of its models is asked, as a user writes it: BASE_URL#MODEL.

Knows nothing of the network but names: no address is looked up or opened here.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from rag_notes.errors import InputError

_FORM = "openai:BASE_URL#MODEL, such as openai:http://127.0.0.1:8000/v1#MODEL"
_HTTPS = 443
_USUAL = "/v1"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server and a model; `base_url` ends without a slash and holds no user, password or key."""

    base_url: str
    model: str

    @property
    def host(self) -> str:
        """Host and port; an https server on its usual port is its host alone."""
        parts = urlsplit(self.base_url)
        host = _bracketed(parts.hostname or "")
        usual = _HTTPS if parts.scheme == "https" else 80
        port = parts.port or usual
        return host if port == _HTTPS else f"{host}:{port}"

    @property
    def name(self) -> str:
        """For provenance and as a key: two addresses of one name are one server and model."""
        path = urlsplit(self.base_url).path
        where = "/" if path == _USUAL else f"{path}#"
        return f"openai:{self.host}{where}{self.model}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, by its very name: nothing is looked up."""
        host = urlsplit(self.base_url).hostname or ""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def read_address(text: str, *, offline: bool) -> ServerAddress:
    """Read BASE_URL#MODEL; a BASE_URL without a path gets /v1.

    Raises InputError for what is no such thing, for a URL that carries a user, a password or a
    query (its text is not repeated), and offline for a server that is not on this machine.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise InputError(f"--llm openai: this is no URL; expected {_FORM}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"--llm openai: expected {_FORM}, with http:// or https://")
    if parts.username is not None or parts.password is not None or parts.query:
        raise InputError(
            "--llm openai: the URL carries a user, a password or a query; leave it out and put the "
            "server's key into RAG_NOTES_API_KEY"
        )
    model = unquote(parts.fragment).strip()
    if not model or not model.isprintable():
        raise InputError(f"--llm openai: no model is named after #; expected {_FORM}")
    address = ServerAddress(_base_url(parts, port), model)
    if offline and not address.is_loopback:
        raise InputError(
            f"--llm openai: {address.host} is not this machine and RAG_NOTES_OFFLINE is set; "
            "name a server on 127.0.0.1, or unset it"
        )
    return address


def _base_url(parts: SplitResult, port: int | None) -> str:
    host = _bracketed(parts.hostname or "")
    where = host if port is None else f"{host}:{port}"
    return f"{parts.scheme}://{where}{parts.path.rstrip('/') or _USUAL}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
