"""Everything else that Apprise knows: ntfy, Telegram, Matrix, Pushover, … by an Apprise URL.

Apprise blocks, is heavy and has a hundred plugins, so each message is sent by a process of its own that can be killed
at the deadline (`apprise_worker.py`). The URL is a secret: it travels by the process's standard input.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING

from watcher.alerts.channels.text import plain_text
from watcher.config.redaction import from_outside
from watcher.config.tables import Secret
from watcher.errors import DeliveryError
from watcher.model.alert import Receipt

if TYPE_CHECKING:
    from watcher.alerts.channels.notification import Notification
    from watcher.config.settings import Channel
    from watcher.fetch.guard import Networks


_COMMAND = (sys.executable, "-m", "watcher.alerts.channels.apprise_worker")
# Importing Apprise takes a while before the deadline of the message itself begins.
_START_SECONDS = 15
# What the process needs of the environment; proxies and other channels' secrets stay here.
_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "VIRTUAL_ENV",
)


async def send(channel: Channel, notification: Notification, allowed: Networks) -> Receipt:
    """Send the notification as plain text by Apprise. Raises DeliveryError."""
    url = channel.url.read() if isinstance(channel.url, Secret) else None
    if not url:
        raise DeliveryError(channel.name, f"its address is not set ({channel.url})")
    task = {
        "url": url,
        "title": notification.subject,
        "body": plain_text(notification),
        "is_urgent": notification.priority == "urgent",
        "deadline": channel.deadline,
        "allowed": [str(network) for network in allowed],
    }
    is_sent, log = await _run(channel, json.dumps(task).encode())
    if not is_sent:
        raise DeliveryError(channel.name, log)
    return Receipt(log)


async def _run(channel: Channel, task: bytes) -> tuple[bool, str]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    pipe = asyncio.subprocess.PIPE
    worker = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=environment
    )
    try:
        async with asyncio.timeout(_START_SECONDS + channel.deadline):
            answer, _ = await worker.communicate(task)
        result = json.loads(answer)
        return bool(result["is_sent"]), from_outside(str(result["log"]), 400)
    except TimeoutError as error:
        raise DeliveryError(channel.name, f"no answer within {channel.deadline:g} s") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryError(channel.name, f"Apprise ended without an answer (code {worker.returncode})") from error
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
