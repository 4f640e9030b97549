"""Every alert can be made again from the stored bytes; one whose evidence was changed cannot."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.evidence import archive, tamper
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli
from watcher.store.alerts import published_alerts
from watcher.store.connection import connect
from watcher.store.database_file import only_instance

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from watcher.config.load import Configuration


def prove(configuration: Configuration, uid: str, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(configuration.folder), "verify", "--alert", uid, *words])


def test_every_alert_is_reproduced(tmp_path: Path) -> None:
    """(check 86) The bytes, read again, give the record; each quoted sentence stands at its offset in it."""
    configuration = archive(tmp_path)
    alerts = rows(configuration, "SELECT uid, title FROM alerts WHERE revision_id IS NOT NULL")
    assert len(alerts) >= 4
    for alert in alerts:
        done = prove(configuration, alert["uid"])
        assert done.exit_code == 0, done.output
        assert alert["title"] in done.stdout
        assert "reproduced" in done.stdout
        sha256 = next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("bytes "))
        assert one(configuration, "SELECT count(*) FROM snapshots WHERE sha256 = ?", sha256) == 1
    with only_instance(configuration.database):
        assert prove(configuration, alerts[0]["uid"][:12], "--json").stdout.strip() == "[]", (
            "also while the daemon runs"
        )


def test_message_names_the_rows_of_its_claims_and_is_sent_whole(tmp_path: Path) -> None:
    """What a claim's row says is not kept twice; whoever gets the message sees no difference, people included."""
    configuration = archive(tmp_path)
    stored = json.loads(one(configuration, "SELECT message FROM alerts WHERE revision_id = 1"))
    assert {tuple(claim) for claim in stored["claims"]} == {("id", "in_words", "words", "marked", "document")}
    with closing(connect(configuration.database, is_read_only=True)) as db:
        claims = published_alerts(db.conn)[-1]["claims"]
    assert (claims[0]["count_min"], claims[0]["victim"], "is_explicit" in claims[0]) == (2, "civilian", True)
    assert [person["name"] for claim in claims for person in claim["people"]] == ["Ann Example"]
    assert not {"id", "number"} & set(claims[0])


def test_alert_whose_evidence_was_changed_is_not_reproduced(tmp_path: Path) -> None:
    """(check 86) An edited text, other bytes, an edited message: each is reported, with exit code 1."""
    configuration = archive(tmp_path)
    uid = one(configuration, "SELECT uid FROM alerts WHERE revision_id = 1")
    whole = configuration.database.read_bytes()
    for statement in (
        "UPDATE revisions SET text = replace(text, 'Two', 'Six') WHERE id = 1",
        "UPDATE alerts SET message = replace(message, 'Two', 'Six') WHERE revision_id = 1",
        "UPDATE snapshots SET (body, packing) = (SELECT body, packing FROM snapshots WHERE id = 1) WHERE id = 2",
    ):
        tamper(configuration.database, statement)
        done = prove(configuration, uid)
        assert done.exit_code == 1, statement
        for path in configuration.database.parent.glob("watcher.db-*"):
            path.unlink()
        configuration.database.write_bytes(whole)
    assert prove(configuration, uid).exit_code == 0
    assert "there is no alert" in str(prove(configuration, "ffff").exception)


@in_loop
async def test_every_alert_quotes_its_sentence_and_names_the_bytes(tmp_path: Path) -> None:
    """(check 86) What is sent carries sentence, offsets and the SHA-256 of the raw bytes that the server sent."""
    async with http_server() as server:
        base = server.url("")
        told = page("Fire", HARM)
        server.routes |= {"/hook": Answer(), "/releases/1": Answer(told, content_type="text/html")}
        server.routes["/feed"] = Answer(rss(entry(1, base), entry(2, base, link="", guid="x", text=HARM)))
        hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook)
        await one_round(configuration, sends=True)
        said = [json.loads(request.body)["data"] for request in server.seen("/hook")]
    assert said
    for message in (about for about in said if about["claims"]):
        claim, evidence = message["claims"][0], message["evidence"]
        text = one(configuration, "SELECT text FROM revisions WHERE text_sha256 = ?", evidence["text_sha256"])
        assert text[claim["start"] : claim["end"]] == claim["words"]
        assert claim["sentence"] == HARM
        assert one(configuration, "SELECT count(*) FROM snapshots WHERE sha256 = ?", evidence["body_sha256"]) == 1
        done = await asyncio.to_thread(prove, configuration, message["alert"])
        assert done.exit_code == 0, done.output
