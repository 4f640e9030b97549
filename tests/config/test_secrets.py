"""Secrets, wherever a configuration names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scenario import configure
from watcher.config.secrets import open_secrets, unset_secrets

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """
[[channel]]
name = "w"
kind = "webhook"
url = { env = "NO_URL" }
secret = [{ env = "NO_OLD" }, { env = "NO_NEW" }]
[mail]
host = "h"
sender = "a@b.example"
password = { env = "NO_PASSWORD" }
[websub]
callback = "https://c.example/"
secret = { env = "NO_HUB" }
[wayback]
key = { env = "NO_KEY" }
secret = { env = "NO_WAYBACK" }
"""


def test_every_table_is_looked_through(tmp_path: Path) -> None:
    """A secret in a table that was added later must not be forgotten by `watcher check` (check 64)."""
    found = configure(
        tmp_path, {"news": "https://a.example/x"}, settings=SETTINGS, publisher='headers.X-Key = { env = "NO_HEADER" }'
    )
    said = unset_secrets(found)
    for name in ("URL", "OLD", "NEW", "PASSWORD", "HUB", "KEY", "WAYBACK", "HEADER"):
        assert any(f"$NO_{name} is not set" in one for one in said), name
    assert any("watcher.toml: channel w.url: $NO_URL" in one for one in said)
    assert any("headers.X-Key: $NO_HEADER" in one for one in said)


def test_file_that_others_can_read_is_told(tmp_path: Path) -> None:
    """Whoever has an account on the machine could read the password (check 64)."""
    secret = tmp_path / "password"
    secret.write_text("x")
    settings = f'[mail]\nhost = "h"\nsender = "a@b.example"\npassword = {{ file = "{secret}" }}\n'
    found = configure(tmp_path, {"news": "https://a.example/x"}, settings=settings)
    secret.chmod(0o644)
    assert open_secrets(found) == [f"{secret} can be read by others: chmod 600"]
    secret.chmod(0o600)
    assert open_secrets(found) == []
