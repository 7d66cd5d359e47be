"""Templates and static files: read once from the package, sent with the right headers."""

import hashlib
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from schoon.web._chrome import Page

_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


def environment() -> Environment:
    """How templates are read: everything is escaped, and a name that does not exist is an error."""
    return Environment(
        loader=PackageLoader("schoon.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Renderer:
    """Turns a page into an answer."""

    def __init__(self) -> None:
        self._environment = environment()

    def html(self, page: Page) -> str:
        """The page as HTML."""
        return self._environment.get_template(page.template).render(page=page)

    def answer(self, page: Page, status: int = 200) -> Response:
        """The page as an answer."""
        return HTMLResponse(self.html(page), status_code=status, headers={"content-language": page.chrome.language})


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The style sheets, scripts and marks of the pages, held in memory.

    Attributes:
        version: Changes with any of them; part of their address, so that browsers may keep them for ever.
    """

    _files: dict[str, bytes]
    version: str

    @classmethod
    def read(cls) -> "StaticFiles":
        """All of them."""
        folder = resources.files("schoon.web") / "static"
        files = {
            item.name: item.read_bytes()
            for item in sorted(folder.iterdir(), key=lambda item: item.name)
            if item.name.endswith(tuple(_MEDIA_TYPES))
        }
        digest = hashlib.sha256(b"".join(name.encode() + body for name, body in files.items()))
        return cls(files, digest.hexdigest()[:12])

    def answer(self, version: str, name: str) -> Response | None:
        """The file of that name, or None when there is none; one of another version is sent but not kept."""
        body = self._files.get(name)
        if body is None:
            return None
        media_type = _MEDIA_TYPES["." + name.rpartition(".")[2]]
        headers = {"cache-control": _FOREVER} if version == self.version else {}
        return Response(body, media_type=media_type, headers=headers)
