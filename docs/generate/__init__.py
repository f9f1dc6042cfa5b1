"""The pages that are made from the code and its data: each function gives texts by the names of their files."""

from __future__ import annotations

from collections.abc import Callable

from . import api, house, identities, language, layouts, operations, shell

PAGES: tuple[Callable[[], dict[str, str]], ...] = (
    api.pages, identities.pages, language.pages, layouts.pages, house.pages, shell.pages,
    operations.pages,
)
