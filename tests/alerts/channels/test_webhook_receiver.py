"""The example receiver takes what our own webhook channel signs, once, and nothing else."""

from __future__ import annotations

import http.client
import json
import runpy
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import ROOT
from watcher.alerts.channels.signatures import sign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = runpy.run_path(str(ROOT / "examples" / "webhook_receiver.py"))
SECRET = "a secret of this test"
BODY = json.dumps({"type": "release.new", "timestamp": "2026-11-24T09:00:00Z", "data": {"title": "Statement"}}).encode()


def running(seen: Path, older: str = "") -> Iterator[int]:
    server = EXAMPLE["make_server"](SECRET, seen, 0, older)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    yield from running(tmp_path / "seen.txt")


def post(port: int, uid: str, *, body: bytes = BODY, signed: bytes = BODY, secret: str = SECRET, age: int = 0) -> int:
    now = datetime.now(UTC) - timedelta(seconds=age)
    return status(port, headers_of(uid, sign(secret, uid, now, signed), now), body)


def headers_of(uid: str, signature: str, at: datetime) -> dict[str, str]:
    return {"webhook-id": uid, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def status(port: int, headers: dict[str, str], body: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse().status
    connection.close()
    return answer


def test_retry_is_taken_once(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A retry repeats the id: it is answered as received, and shown no second time."""
    assert [post(port, "msg_1"), post(port, "msg_1"), post(port, "msg_2")] == [204, 204, 204]
    assert capsys.readouterr().out.count("Statement") == 2


def test_ids_outlast_a_restart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Retries go on for days, so a receiver that was started anew has to know what it took before."""
    for _ in range(2):
        for port in running(tmp_path / "seen.txt"):
            assert post(port, "msg_1") == 204
    assert capsys.readouterr().out.count("Statement") == 1


@pytest.mark.parametrize(
    "wrong",
    [{"body": BODY + b" "}, {"secret": "another"}, {"age": 301}, {"age": -400}],
    ids=["altered body", "other secret", "too old", "from the future"],
)
def test_false_messages_are_refused(port: int, wrong: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever knows the address but not the secret must not be able to raise an alarm."""
    assert post(port, "msg_1", **wrong) == 401
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("signature", ["", "v1,", "v1,*", "v2,AAAA", "v1"])
def test_broken_signatures_are_refused(port: int, signature: str) -> None:
    """What anybody may send is answered, not crashed on."""
    assert status(port, headers_of("x", signature, datetime.now(UTC)), BODY) == 401


def test_post_without_headers_is_refused(port: int) -> None:
    """A plain POST is no alert."""
    assert status(port, {}, BODY) == 401


def test_second_signature_counts() -> None:
    """While a secret is changed a message carries one signature for each."""
    now = datetime.now(UTC)
    both = " ".join(sign(secret, "id", now, BODY) for secret in ("older", SECRET))
    assert EXAMPLE["is_genuine"](SECRET, headers_of("id", both, now), BODY, now.timestamp())


def test_encoded_secret() -> None:
    """A secret as Standard Webhooks writes it (`whsec_` and base64) is understood as our channel does."""
    now, secret = datetime.now(UTC), "whsec_c2VjcmV0IGtleQ=="
    headers = headers_of("id", sign(secret, "id", now, BODY), now)
    assert EXAMPLE["is_genuine"](secret, headers, BODY, now.timestamp())


def test_secret_is_changed_without_a_gap(tmp_path: Path) -> None:
    """Check 63: while the receiver knows both secrets it takes what is signed with either, and nothing else."""
    for port in running(tmp_path / "seen.txt", "the one of before"):
        assert post(port, "msg_1") == 204
        assert post(port, "msg_2", secret="the one of before") == 204
        assert post(port, "msg_3", secret="a third") == 401
