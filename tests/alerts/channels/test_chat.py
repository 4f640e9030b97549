"""Chats: bodies as their incoming webhooks take them, within their limits; no title calls anybody or makes mark-up."""

from __future__ import annotations

import json
import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.messages import channel, claim, notification, release
from tests.support.servers import Answer, http_server, in_loop
from watcher.alerts.channels import chat
from watcher.alerts.channels.chat import discord, mattermost, slack, teams
from watcher.alerts.channels.notification import Display
from watcher.config.tables import Secret
from watcher.errors import DeliveryError
from watcher.fetch.client import open_client

if TYPE_CHECKING:
    from watcher.alerts.channels.notification import Notification

HOSTILE = (
    "<!channel> <!here> <@U123> <https://evil.example|click>",
    "@everyone @here <@123> <@&9> <#5>",
    "[click](https://evil.example) **bold** `code` ~~x~~ > quote # head",
    "&amp; &lt;!channel&gt;",
    "|| spoiler || __x__ \\* \\",
    "$\\LaTeX$ ![p](https://evil.example/p.png)",
)


def everywhere(words: str) -> Notification:
    """A notification with these words in all places."""
    passage = dict.fromkeys(("before", "deleted", "inserted", "after"), words)
    return notification(
        title=words,
        release=release(title=words, dateline=words, published_raw=words),
        claims=[claim(sentence=words, marked=[0, len(words)], in_words=words, place_raw=words)],
        diff={"claims": [{"words": words}], "passages": [passage]},
        sections=[
            {"heading": words, "lines": [words, {"words": words, "url": "https://a.example/x", "remark": words}]}
        ],
        notice={"said": words, "detail": words},
    )


def huge() -> Notification:
    """A notification that is longer than any chat takes."""
    lines = [{"words": "w" * 390, "url": "https://a.example/" + "p" * 500, "remark": "r" * 390}] * 200
    claims = [claim(sentence="Two were killed & <others> hurt. " * 60, marked=[0, 1900])] * 40
    return notification(claims=claims, sections=[{"heading": "The Army", "lines": lines}])


def mrkdwn(body: dict[str, Any]) -> list[str]:
    """All mrkdwn texts of a Slack body."""
    found = [block["text"]["text"] for block in body["blocks"] if block["type"] == "section"]
    return found + [one["text"] for block in body["blocks"] for one in block.get("elements", ())]


def check_slack(body: dict[str, Any]) -> None:
    """Block Kit's limits; every control sequence is one of our links."""
    assert len(body["blocks"]) <= 50
    assert all(1 <= len(text) <= 3000 for text in mrkdwn(body))
    header = body["blocks"][0]["text"]
    assert header["type"] == "plain_text"
    assert 1 <= len(header["text"]) <= 150
    for text in (*mrkdwn(body), body["text"]):
        for inside in re.findall(r"<([^>]*)>?", text):
            assert inside.startswith("https://"), inside
            assert "evil" not in inside.partition("|")[0]


def unescaped(text: str, sign: str) -> bool:
    """Whether a sign stands without a backslash that is not itself escaped."""
    return bool(re.search(rf"(?<!\\)(?:\\\\)*{re.escape(sign)}", text))


def check_discord(body: dict[str, Any]) -> None:
    """The limits of an embed; no mention can be made, no mark-up of others."""
    (embed,) = body["embeds"]
    assert body["allowed_mentions"] == {"parse": []}
    assert 1 <= len(embed["title"]) <= 256
    assert 1 <= len(embed["description"]) <= 4096
    assert len(embed["footer"]["text"]) <= 2048
    assert len(embed["title"]) + len(embed["description"]) + len(embed["footer"]["text"]) <= 6000
    assert not unescaped(embed["title"], "`")
    assert not unescaped(embed["description"], "`")
    assert not re.search(r"@(?!\u200b)", embed["description"])


def check_mattermost(body: dict[str, Any]) -> None:
    """A post's limit, and nobody is called."""
    assert 1 <= len(body["text"]) <= 16_383
    assert not re.search(r"@(?!\u200b)", body["text"])
    assert not unescaped(body["text"], "`")


def check_teams(body: dict[str, Any]) -> None:
    """A message's limit; words stand in runs, which know no mark-up."""
    assert len(json.dumps(body)) <= 28_000
    for block in body["body"]:
        assert block["type"] == "RichTextBlock"
        assert all(run["type"] == "TextRun" and run["text"] for run in block["inlines"])
        assert block["inlines"]
    assert all(action["url"].startswith("https://") for action in body["actions"])


CHECKS = {slack: check_slack, discord: check_discord, mattermost: check_mattermost, teams: check_teams}


@pytest.mark.parametrize("make", CHECKS)
@pytest.mark.parametrize("words", HOSTILE)
def test_words_stay_words(make: Any, words: str) -> None:
    """Check 58: a title that is mark-up of a chat is shown as the words that it is."""
    CHECKS[make](make(everywhere(words)))


@pytest.mark.parametrize("make", CHECKS)
def test_too_much_is_cut_with_a_word_about_it(make: Any) -> None:
    """A chat refuses what is too long, so an alert that is too long would never arrive."""
    body = make(huge())
    CHECKS[make](body)
    assert "more in the database" in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("make", CHECKS)
@given(words=st.text(min_size=1, max_size=400))
@settings(max_examples=20)
def test_any_words_make_a_body(make: Any, words: str) -> None:
    """Check 58: the same for words that nobody thought of."""
    CHECKS[make](make(everywhere(words)))


@pytest.mark.parametrize("make", CHECKS)
def test_body_says_what_matters(make: Any) -> None:
    """Headline, publisher, the claim's sentence, its stance, the link, and why it was sent."""
    said = re.sub(
        r"\\\\|\u200b", "", json.dumps(make(notification(Display("UTC", "https://d.example/w"))), ensure_ascii=False)
    )
    for words in (
        "2 civilians killed – assessed as likely – Al-Hamra", "The Army", "Two civilians were killed",
        "https://army.example/releases/1", "https://d.example/w/release/7", "rule civilian-harm", "desk one",
        "– assessed as likely",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("kind", chat.BODIES)
@in_loop
async def test_chat_gets_its_body(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The POST is JSON, and only 2xx is success (check 27)."""
    async with http_server({"/in": [Answer(b"ok"), Answer(b"no_service", status=404)]}) as server:
        monkeypatch.setenv("CHAT_URL", server.url("/in"))
        room = channel(kind=kind, url=Secret(env="CHAT_URL"))
        async with open_client(allow_addresses=(ip_network("127.0.0.0/8"),)) as client:
            await chat.send(client, room, notification())
            with pytest.raises(DeliveryError, match="no_service"):
                await chat.send(client, room, notification())
        posted = server.seen("/in")[0]
    assert posted.header("Content-Type") == "application/json"
    body = json.loads(posted.body)
    assert (body["attachments"][0]["content"] if kind == "teams" else body) == chat.BODIES[kind](notification())


@pytest.mark.parametrize("kind", [*chat.BODIES, "apprise"])
def test_address_of_a_chat_is_a_secret(kind: str) -> None:
    """Check 64: whoever knows the address can write there, so it must not stand in the configuration."""
    with pytest.raises(ValueError, match="secret"):
        channel(kind=kind, url="https://hooks.example/T0/B0/key")
