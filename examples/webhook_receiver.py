"""Receive alerts by webhook: verify the signature, accept each alert once, print one line for each.

Run it with the channel's secret in the environment, and set the channel's `url` to http://127.0.0.1:8200/:

    WATCHER_HOOK_SECRET=… python3 webhook_receiver.py

While the secret is being changed, WATCHER_HOOK_SECRET_OLD holds the previous one; both are accepted.

It needs only the standard library. The signature is that of Standard Webhooks, version 1: base64 of HMAC-SHA256 over
`webhook-id.webhook-timestamp.body`. The ids of accepted messages are kept in a file, so a restart forgets none.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

# A message older or newer than this may have been recorded by somebody and sent again.
TOLERANCE_SECONDS = 300
LARGEST_BODY = 4_000_000


def key_of(secret: str) -> bytes:
    """The key of a secret: `whsec_` and base64, with or without its padding, or the text as it is."""
    secret = secret.strip()
    encoded = secret.removeprefix("whsec_").rstrip("=")
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4)) if secret.startswith("whsec_") else secret.encode()


def is_genuine(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    """Whether one of the signatures matches the body and the time is recent; `now` in seconds since 1970."""
    uid, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not uid or not sent.isascii() or not sent.isdigit() or abs(now - int(sent)) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(key_of(secret), f"{uid}.{sent}.".encode() + body, hashlib.sha256).digest()
    # There may be several signatures while a secret is being changed.
    return any(_is_same(each, expected) for each in headers.get("webhook-signature", "").split())


def _is_same(given: str, expected: bytes) -> bool:
    version, _, encoded = given.partition(",")
    try:
        signature = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    return version == "v1" and hmac.compare_digest(signature, expected)


class Seen:
    """The ids of the alerts that were accepted, one per line in a file."""

    def __init__(self, path: Path) -> None:
        """Read the ids that earlier runs accepted."""
        self._path, self._lock = path, Lock()
        self._ids = set(path.read_text(encoding="utf-8").split("\n")) if path.exists() else set()

    def take(self, uid: str, body: bytes) -> bool:
        """Print the alert and remember its id; False if it was accepted before."""
        with self._lock:
            if uid in self._ids:
                return False
            print(line_of(body), flush=True)
            # Remembered after it was printed: a crash between the two prints an alert twice rather than never.
            with self._path.open("a", encoding="utf-8") as ids:
                ids.write(uid + "\n")
            self._ids.add(uid)
            return True


def line_of(body: bytes) -> str:
    """One line for an alert."""
    alert = json.loads(body)
    return f"{alert['timestamp']} {alert['type']}: {json.dumps(alert['data'], ensure_ascii=False)}"


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 for an alert accepted now or before, 400 for what is no message, 401 for a wrong signature."""

    secrets: tuple[str, ...]
    seen: Seen

    def do_POST(self) -> None:
        """Verify the signature, then accept the alert."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_BODY:
            self._answer(400)
            return
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not any(is_genuine(secret, headers, body, time.time()) for secret in self.secrets):
            self._answer(401)
            return
        self.seen.take(headers["webhook-id"], body)
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Print alerts only."""


def make_server(secret: str, seen_path: Path, port: int, older: str = "") -> ThreadingHTTPServer:
    """A server on this machine; port 0 chooses a free one. `older` is the previous secret, if it is being changed."""
    secrets = (secret, older) if older else (secret,)
    handler = type("ConfiguredReceiver", (Receiver,), {"secrets": secrets, "seen": Seen(seen_path)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> None:
    """Serve until Ctrl-C."""
    secret = os.environ.get("WATCHER_HOOK_SECRET")
    if not secret:
        sys.exit("Set WATCHER_HOOK_SECRET to the channel's secret.")
    older = os.environ.get("WATCHER_HOOK_SECRET_OLD", "")
    with make_server(secret, Path("seen-alerts.txt"), 8200, older) as server:
        print(f"receiving at http://127.0.0.1:{server.server_port}/, stop with Ctrl-C", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
