"""The pages: a member's hits, behind its token. One room for every page that people look at.

A part of the pages is a folder (`login`, `hits`): views, page dataclasses, texts. Around them: `_routes` (every address
with its permission and its CSRF rule), `_guard` (what happens before and after each view), `_chrome` (what stands
around a page), `_session`, `_forms`, `_render`, `_i18n`.
"""

from schoon.web._app import create_web
from schoon.web._routes import ROUTES
from schoon.web._visit import Csrf, Permission, WebRoute

__all__ = ["ROUTES", "Csrf", "Permission", "WebRoute", "create_web"]
