"""Reviewing in the reading room: login, the queue, judgements, undo; nothing of it without a name and a token."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from datasette_auth_passwords.utils import hash_password

from tests.support.evidence import verdict
from tests.support.scenario import HARM, entry, store
from watcher import clock
from watcher.config.checks import check
from watcher.config.settings import Settings
from watcher.store.database_file import only_instance
from watcher.web import login
from watcher.web.guarded_database import Access
from watcher.web.review import bounds_of
from watcher.web.serve import access_of, datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "correct horse"
HASHES = {name: hash_password(PASSWORD, iterations=1000) for name in ("anna", "ben")}
TEXTS = (HARM, "The minister said that reports of three dead soldiers near <Ridge> were under review.")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: two plain claims, and one that is less sure."""
    folder = tmp_path_factory.mktemp("review")
    return store(folder, lambda base: [entry(n, base, link="", text=text) for n, text in enumerate(TEXTS)]).database


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "watcher.db"))


class Browser:
    """Keeps cookies, sends the token of the page that it was given last, follows nothing."""

    def __init__(self, datasette: Any) -> None:
        """Begin without a cookie."""
        self.datasette = datasette
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> Any:
        """Ask for a page."""
        return self._kept(asyncio.run(self.datasette.client.get(path, cookies=self.cookies)))

    def post(self, path: str, **fields: str) -> Any:
        """Send a form with the token of the last page."""
        data = {"csrftoken": self.token} | fields
        return self._kept(asyncio.run(self.datasette.client.post(path, data=data, cookies=self.cookies)))

    def _kept(self, answer: Any) -> Any:
        for line in answer.headers.get_list("set-cookie"):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        if found := re.search(r'name="csrftoken" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    def log_in(self, name: str, password: str = PASSWORD, to: str = "/review") -> Any:
        """Open the form and send it."""
        self.get("/-/login")
        return self.post("/-/login", name=name, password=password, to=to)


@pytest.fixture
def datasette(database: Path) -> Iterator[Any]:
    served = datasette_of(database, Access(reviewers=HASHES))
    asyncio.run(served.invoke_startup())
    yield served
    served.close()


@pytest.fixture
def anna(datasette: Any) -> Browser:
    browser = Browser(datasette)
    assert browser.log_in("anna").status_code == 302
    return browser


def rows(database: Path, sql: str = "SELECT * FROM reviews ORDER BY id") -> list[dict[str, Any]]:
    with closing(sqlite3.connect(database)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql)]


def claim_of_release(database: Path, release: int) -> int:
    """The first claim of a release."""
    (found,) = rows(
        database,
        "SELECT min(claims.id) AS id FROM claims JOIN revisions ON revisions.id = revision_id"
        f" WHERE release_id = {release}",
    )
    return int(found["id"])


def claim_in(answer: Any) -> int:
    """The claim that a page of the review shows."""
    return int(re.search(r'action="/review/(\d+)"', answer.text)[1])  # type: ignore[index]


def test_claims_are_judged_doubtful_ones_first_and_an_undo_is_another_row(anna: Browser, database: Path) -> None:
    """The whole way of a reviewer; each judgement has a name, a time and a link in the chain that verifies."""
    shown = anna.get("/review")
    order = rows(database, "SELECT id, confidence FROM claims WHERE is_current ORDER BY confidence, id DESC")
    assert claim_in(shown) == order[0]["id"]
    assert '<mark id="claim">' in shown.text
    assert "<Ridge>" not in shown.text
    skipped = anna.get(f"/review?after={order[0]['id']}")
    assert claim_in(skipped) == order[1]["id"]

    kept = anna.post(f"/review/{order[0]['id']}", verdict="wrong_number", number="at least 3")
    assert kept.status_code == 302
    following = anna.get(kept.headers["location"])
    assert claim_in(following) == order[1]["id"]
    assert "Kept: wrong number" in following.text
    for claim in order[1:]:
        anna.post(f"/review/{claim['id']}", verdict="right")
    assert "Every claim of the newest texts is judged" in anna.get("/review").text
    release = anna.get("/release/1").text
    assert re.search(r"claims of army</dt><dd>\d of \d reviewed claims are right", release)
    assert f'href="/review/{claim_of_release(database, 1)}"' in release

    undone = anna.post("/review/undo", review="1", claim=str(order[0]["id"]))
    assert undone.headers["location"] == f"/review/{order[0]['id']}"
    assert claim_in(anna.get("/review")) == order[0]["id"]
    found = rows(database)
    assert [row["verdict"] for row in found] == ["wrong_number", *["right"] * (len(order) - 1), "undo"]
    assert (found[0]["count_min"], found[0]["count_max"], found[-1]["undoes"]) == (3, None, 1)
    assert {row["reviewer"] for row in found} == {"anna"}
    assert rows(database, "SELECT count(*) AS n FROM chain WHERE kind = 'review'") == [{"n": len(found)}]
    assert verdict(database).findings == ()


def test_notes_and_what_was_missed_stay_with_the_claim(anna: Browser, database: Path) -> None:
    """A note ends no judgement; words that do not stand in the text are refused, in words."""
    anna.get("/review/1")
    noted = anna.post("/review/1", verdict="note", note="see the map")
    assert noted.headers["location"].startswith("/review/1?done=")
    wrong = anna.post("/review/1", verdict="missed", words="nine died", harm="killed")
    assert (wrong.status_code, "do not stand in the text" in wrong.text) == (400, True)
    fields = {
        "words": "four were injured",
        "harm": "injured",
        "number": "4",
        "victim": "civilian",
        "stance": "asserted",
    }
    assert anna.post("/review/1", verdict="missed", **fields).status_code == 302
    assert [row["verdict"] for row in rows(database)] == ["note", "missed"]
    assert anna.get("/review/1").text.count("see the map") >= 1


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "perhaps"},
        {"verdict": "undo"},
        {"verdict": "note", "note": "  "},
        {"verdict": "wrong_number", "number": "many"},
        {"verdict": "wrong_number", "number": "5-3"},
        {"verdict": "wrong_victim", "victim": "robots"},
        {"verdict": "missed", "words": " ", "harm": "killed"},
        {"verdict": "missed", "words": "Two civilians"},
        {"verdict": "duplicate", "duplicate_of": "99"},
    ],
)
def test_judgement_that_is_none_is_refused_in_words(anna: Browser, database: Path, fields: dict[str, str]) -> None:
    """Nothing half-said gets into a table that keeps it for good."""
    anna.get("/review/1")
    answer = anna.post("/review/1", **fields)
    assert answer.status_code == 400
    assert "<nav" in answer.text
    assert rows(database) == []


def test_nobody_reviews_without_login_token_or_cookie(datasette: Any, anna: Browser, database: Path) -> None:
    """A page elsewhere that a reviewer visits must not judge in their name; nor does a name without a password."""
    stranger = Browser(datasette)
    assert stranger.get("/review?after=3").headers["location"] == "/-/login?to=%2Freview%3Fafter%3D3"
    assert stranger.post("/review/1", verdict="right").headers["location"].startswith("/-/login")
    assert stranger.post("/-/login", name="anna", password=PASSWORD).status_code == 403

    anna.get("/review")
    token, anna.token = anna.token, "forged"
    assert anna.post("/review/1", verdict="right").status_code == 403
    anna.token = token
    anna.cookies["ds_actor"] = datasette.sign({"a": {"id": "eve"}}, "actor")
    assert anna.post("/review/1", verdict="right").headers["location"].startswith("/-/login")
    anna.cookies["ds_actor"] = "anna"
    assert anna.post("/review/1", verdict="right").headers["location"].startswith("/-/login")
    assert rows(database) == []


def test_wrong_password_costs_time_and_leads_nowhere(datasette: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown names look the same, many tries at once are turned away, and the way back is only into the review."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(clock, "sleep", sleep)
    browser = Browser(datasette)
    for name, password in (("anna", "wrong"), ("eve", PASSWORD), ("", "")):
        answer = browser.log_in(name, password)
        assert (answer.status_code, "ds_actor" in browser.cookies) == (403, False)
        assert "do not belong together" in answer.text
    assert len(waited) == 3
    monkeypatch.setattr(login, "_MOST_WAITING", 0)
    assert browser.log_in("anna").status_code == 429
    monkeypatch.undo()
    for to in ("https://evil.example/", "//evil.example", "/review\\@evil.example", "/other"):
        assert browser.log_in("anna", to=to).headers["location"] == "/review"
    assert browser.log_in("anna", to="/review/2").headers["location"] == "/review/2"
    assert "httponly" in browser.log_in("anna").headers["set-cookie"].lower()


def test_only_who_judged_can_undo_and_only_once(datasette: Any, anna: Browser, database: Path) -> None:
    """Ben sees what Anna said and may disagree; her words stay hers."""
    ben = Browser(datasette)
    ben.log_in("ben")
    anna.get("/review/1")
    anna.post("/review/1", verdict="right")
    assert "anna: right" in ben.get("/review/1").text
    assert "who alone can undo it" in ben.post("/review/undo", review="1").text
    assert claim_in(ben.get("/review?second=1")) is not None
    ben.post("/review/1", verdict="not_a_claim")
    assert rows(database, "SELECT verdict FROM claim_verdicts") == [{"verdict": "disputed"}]
    assert anna.post("/review/undo", review="1").status_code == 302
    assert "undone already" in anna.post("/review/undo", review="1").text
    assert anna.post("/review/undo", review="x").status_code == 404
    assert rows(database, "SELECT verdict FROM claim_verdicts") == [{"verdict": "wrong"}]


def test_locked_database_is_said_and_a_running_daemon_is_no_obstacle(anna: Browser, database: Path) -> None:
    """The daemon holds the file all day and writes for moments; a long transaction is answered by 503, not awaited."""
    anna.get("/review/1")
    with only_instance(database):
        assert anna.post("/review/1", verdict="right").status_code == 302
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = anna.post("/review/1", verdict="note", note="while locked")
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert "Nothing was kept" in answer.text
    assert "locked" in answer.text
    assert [row["verdict"] for row in rows(database)] == ["right"]


def test_without_reviewers_there_is_no_login_and_never_a_hash_for_anybody(database: Path) -> None:
    """An installation that nobody reviews has no form; the plugin's own page that hashes what is sent is closed."""
    served: Any = datasette_of(database)
    browser = Browser(served)
    for path in ("/review", "/review/1", "/-/login", "/-/password-tool"):
        assert browser.get(path).status_code == 404
    assert "[[reviewer]]" in browser.get("/review").text
    assert browser.get("/-/watcher/review.js").headers["content-type"].startswith("text/javascript")
    served.close()


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("", (None, None)), ("3", (3, 3)), ("1,204", (1204, 1204)), ("3-5", (3, 5)), ("3 – 5", (3, 5)),
        ("3 to 5", (3, 5)),
        ("at least 3", (3, None)), ("3+", (3, None)), ("Up to 5", (None, 5)), ("0", (0, 0)),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text: str, bounds: tuple[int | None, int | None]) -> None:
    """What a reviewer types into a narrow field."""
    assert bounds_of(text) == bounds


def test_reviewers_are_those_with_a_hash_and_none_where_nothing_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who mistyped a file is named in the log, and everybody else can review; a copy of the database is no place."""
    (tmp_path / "anna").write_text(f"{HASHES['anna']}\n")
    (tmp_path / "ben").write_text("secret")
    reviewers = [{"name": name, "password_hash": {"file": str(tmp_path / name)}} for name in ("anna", "ben", "eve")]
    given = check(Settings, {"reviewer": reviewers})
    assert dict(access_of(given, "127.0.0.1").reviewers) == {"anna": HASHES["anna"]}
    assert "ben cannot review" in caplog.text
    assert "secret" not in caplog.text
    assert access_of(given, "127.0.0.1", is_kept=False).reviewers == {}
