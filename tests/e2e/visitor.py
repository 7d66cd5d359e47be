"""Whoever visits the real service: a browser that keeps cookies, or a partner's system."""

import json
import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any


class Visitor:
    """A browser, or a partner's system."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return str(self.opener.open(self.base + path, timeout=30).read().decode())

    def post(self, path: str, on: str, **fields: str) -> str:
        mark = re.search(r'name="mark" value="([^"]+)"', self.get(on))
        assert mark is not None
        data = urllib.parse.urlencode({"mark": mark[1]} | fields).encode()
        return str(self.opener.open(self.base + path, data=data, timeout=30).read().decode())

    def send(self, path: str, document: Any, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            self.base + path, data=json.dumps(document).encode(), headers=sent | {"Content-Type": "application/json"}
        )
        return json.loads(self.opener.open(request, timeout=30).read())
