"""System checks: every route has a gate; SQLite in production is a choice."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

COALITION_PREFIX = "c/<slug:slug>/"


def routes(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Yield (path, pattern) for every route that the URLconf knows."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


@checks.register(checks.Tags.security)
def every_coalition_route_has_a_gate(**kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse to start with a coalition route that carries no permission."""
    return [
        checks.Error(
            f"The route {path} has no gate.",
            hint="Decorate its view with @coalition_page(Permission.…).",
            id="coalition.E001",
        )
        for path, pattern in routes()
        if path.startswith(COALITION_PREFIX)
        and not hasattr(pattern.callback, "coalition_permission")
    ]


@checks.register(checks.Tags.database)
def sqlite_in_production(**kwargs: Any) -> list[checks.CheckMessage]:
    """Say what a public installation on SQLite gives up."""
    if not (settings.PRODUCTION and settings.SQLITE):
        return []
    return [
        checks.Warning(
            "SQLite serves one host and about ten people writing at once.",
            hint="Set DATABASE_URL to a PostgreSQL database when you grow.",
            id="coalition.W001",
        )
    ]
