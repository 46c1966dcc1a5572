"""A check of a built site: every link, anchor, image, script and style leads somewhere, and none needs the network."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "object": "data", "link": "href"}


# A parser of HTML takes fifteen seconds for the site, most of them for the spans of coloured code.
_TAG = re.compile(r"<!--.*?-->|<(?!span class)([a-z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
                  re.DOTALL | re.IGNORECASE)
_INSIDE = re.compile(r"(<(script|style)\b[^>]*>).*?</\2\s*>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


class _Page:
    """A page's anchors, what it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        for tag, attributes in _TAG.findall(_INSIDE.sub(r"\1", text)):
            if "=" in attributes:
                self._tag(tag.lower(), {name.lower(): html.unescape("".join(values))
                                        for name, *values in _ATTRIBUTE.findall(attributes)})

    def _tag(self, tag: str, found: dict[str, str]) -> None:
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in _LOADED and _LOADED[tag] in found and found.get("rel") not in ("canonical", "alternate"):
            self.loads.append(found[_LOADED[tag]])


def check(site: Path) -> list[str]:
    """What is wrong with the pages under `site`, one line a problem; none when all is well."""
    pages = {file: _Page(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))
             if "_static" not in file.relative_to(site).parts}  # a theme keeps templates there
    problems = []
    for file, page in pages.items():
        where = file.relative_to(site)
        problems += [f"{where}: loads {url}, which is on the network" for url in page.loads if _foreign(url)]
        for url in dict.fromkeys(page.links + [one for one in page.loads if not _foreign(one)]):
            if wrong := _broken(url, file, pages):
                problems.append(f"{where}: {url} {wrong}")
    return problems


def _foreign(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.netloc) or parts.scheme in ("http", "https")


def _broken(url: str, file: Path, pages: dict[Path, _Page]) -> str:
    parts = urlsplit(url)
    if _foreign(url) or parts.scheme in ("mailto", "data", "javascript"):
        return ""
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.is_file():
        return "is not there"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
        return f"has no anchor {parts.fragment}"
    return ""
