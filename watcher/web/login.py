"""The login of reviewers: names with password hashes from the configuration, a signed cookie for twelve hours.

The hashes are those of datasette-auth-passwords. Its own pages are covered by this one: they compute a hash in the
loop that serves everybody, as often as anybody asks, and let passwords be tried without end.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl
from datasette.utils import baseconv
from datasette_auth_passwords.utils import verify_password

from watcher import clock
from watcher.web.page import NotThereError, page, with_errors_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.config.settings import Reviewer


log = logging.getLogger("watcher")
PATH = "/-/login"
_HASH = re.compile(r"pbkdf2_sha256\$\d{4,8}\$[^$\s]+\$[A-Za-z0-9+/=]+")
_LASTS = timedelta(hours=12)
# After a wrong password nobody can try another one for so long; so many may wait for their turn.
_PAUSE_SECONDS = 1.0
_MOST_WAITING = 5
_LONGEST_PASSWORD = 200


class Reviewers:
    """Who may review in one Datasette: names with password hashes, and the one attempt that is checked at a time."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        """Keep the hashes by their names."""
        self.hashes = dict(hashes)
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def knows(self, name: str, password: str) -> bool | None:
        """Whether the password is that of the name; None where too many others wait to be checked."""
        if self._waiting >= _MOST_WAITING:
            return None
        self._waiting += 1
        try:
            async with self._turn:
                # A name that nobody has takes as long as one that somebody has.
                stored = self.hashes.get(name) or next(iter(self.hashes.values()), "")
                fits = await asyncio.to_thread(verify_password, password[:_LONGEST_PASSWORD], stored)
                if not fits or name not in self.hashes:
                    await clock.sleep(_PAUSE_SECONDS)
                    return False
                return True
        finally:
            self._waiting -= 1


def password_hashes(reviewers: Sequence[Reviewer]) -> dict[str, str]:
    """The reviewers' names with the hashes of their passwords; who has none cannot log in, and everybody can read."""
    found = {}
    for reviewer in reviewers:
        stored = reviewer.password_hash.read() or ""
        if _HASH.fullmatch(stored):
            found[reviewer.name] = stored
        else:
            said = f"{reviewer.password_hash} holds no hash; `datasette hash-password` makes one"
            log.error("%s cannot review: %s", reviewer.name, said)
    return found


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/-/login`, and nothing where the plugin would hash what anybody sends."""
    return [(rf"^{PATH}$", answer), (r"^/-/password-tool$", _nothing)]


@with_errors_in_words
async def _nothing(datasette: Any, request: Any) -> Response:  # noqa: ARG001 - Datasette gives arguments by their names
    raise NotThereError("`datasette hash-password` on the terminal makes a hash.")


@with_errors_in_words
async def answer(datasette: Any, request: Any) -> Response:
    """The form, and with a right password the cookie and the way back."""
    reviewers: Reviewers = datasette.reviewers
    _check_configured(reviewers)
    if request.method != "POST":
        return _form(datasette, request, to=_way_back(request.args.get("to")))
    given = await request.post_vars()
    to = _way_back(given.get("to"))
    if "ds_csrftoken" not in request.cookies:  # Datasette checks the token only where there is a cookie at all
        return _form(datasette, request, "The browser sent no cookie, and without one nobody stays logged in.", 403, to)
    known = await reviewers.knows(given.get("name", ""), given.get("password", ""))
    if known is None:
        return _form(datasette, request, "Too many attempts at once: try again in a minute.", 429, to)
    if not known:
        return _form(datasette, request, "That name and password do not belong together.", 403, to)
    return _logged_in(datasette, request, given["name"], to)


def _check_configured(reviewers: Reviewers) -> None:
    if not reviewers.hashes:
        raise NotThereError("Nobody is configured to review: watcher.toml has no [[reviewer]].")


def reviewer_of(datasette: Any, request: Any) -> str | None:
    """The name of the reviewer whose cookie came with a request, as long as the configuration names them.

    Raises NotThereError where it names nobody.
    """
    _check_configured(datasette.reviewers)
    if "ds_actor" not in request.cookies:
        return None
    name = (request.actor or {}).get("id")
    return name if name in datasette.reviewers.hashes else None


def _way_back(to: str | None) -> str:
    """Only into the review: a link from elsewhere must not lead elsewhere after the login."""
    is_ours = to is not None and to.startswith("/review") and "\\" not in to and to.isprintable()
    return to if is_ours and to is not None else "/review"


def _form(datasette: Any, request: Any, error: str = "", status: int = 200, to: str = "/review") -> Response:
    token = request.scope["csrftoken"]()
    return page(
        datasette,
        "login.html",
        title="Log in",
        path="/review",
        status=status,
        error=error,
        token=token,
        to=to,
        action=PATH,
    )


def _logged_in(datasette: Any, request: Any, name: str, to: str) -> Response:
    expires = baseconv.base62.encode(int((clock.now() + _LASTS).timestamp()))
    signed = datasette.sign({"a": {"id": name}, "e": expires}, "actor")
    response = Response.redirect(datasette.urls.path(to))
    is_secure = request.scheme == "https"
    response.set_cookie("ds_actor", signed, httponly=True, secure=is_secure, max_age=int(_LASTS.total_seconds()))
    return response
