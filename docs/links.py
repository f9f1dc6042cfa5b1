"""The links of a built site: each leads to a file and a place in it, and nothing is fetched from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")


class Page(HTMLParser):
    """What a page names: the places in it, its links, and what a browser fetches for it."""

    def __init__(self, path: Path):
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {v for v in (given.get("id"), given.get("name") if tag == "a" else None) if v}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        value = given.get(FETCHED.get(tag, ""))
        if value and given.get("rel") != "canonical":
            self.fetched.append(value)


def broken(site: Path) -> list[str]:
    """The links that lead nowhere, and what would be fetched from another host, one line each."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        where = path.relative_to(site)
        wrong += [f"{where}: fetches {u}" for u in page.fetched if urlsplit(u).netloc]
        for link in (*page.links, *page.fetched):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                wrong.append(f"{where}: no file {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                wrong.append(f"{where}: no place {link}")
    for path in site.rglob("*.css"):
        urls = _URL.findall(path.read_text(encoding="utf-8"))
        wrong += [f"{path.relative_to(site)}: fetches {u}" for u in urls if urlsplit(u).netloc]
    return sorted(set(wrong))
