"""Send one message by Apprise, in a process of its own. The only user of Apprise and of requests.

Reads a task as JSON from standard input and writes `{"is_sent", "log"}` to standard output. Two things are done
before Apprise may speak: a redirect is made a failure (Apprise takes what a redirect leads to for an answer), and
every address that is connected to, by whichever library, is checked first as in fetching.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from watcher.fetch.guard import is_allowed

if TYPE_CHECKING:
    from watcher.fetch.guard import Networks


_REDIRECTS = range(300, 400)


def main() -> None:
    """One task, one answer."""
    task = json.load(sys.stdin)
    answer = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # whatever a plugin prints is no answer
        is_sent, log = send(task)
    json.dump({"is_sent": is_sent, "log": log}, answer)


def send(task: dict[str, Any]) -> tuple[bool, str]:
    """Whether the service took it, and what Apprise said about it."""
    _guard(tuple(ip_network(text) for text in task["allowed"]))
    import apprise  # noqa: PLC0415 - half a second and 40 MB that only this process spends

    _refuse_redirects()
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    asset = apprise.AppriseAsset(async_mode=False, service_timeout=task["deadline"], http_redirects=False)
    service = apprise.Apprise.instantiate(task["url"], asset=asset, suppress_exceptions=True)
    if service is None:
        return False, "Apprise does not understand its address"
    if "overflow=" not in task["url"]:
        service.overflow_mode = apprise.OverflowMode.TRUNCATE  # what is too long for a service is cut, not refused
    kind = apprise.NotifyType.WARNING if task["is_urgent"] else apprise.NotifyType.INFO
    log: list[str] = []
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    result = sender.notify(
        body=task["body"],
        title=task["title"],
        notify_type=kind,
        body_format=apprise.NotifyFormat.TEXT,
        timeout=task["deadline"],
        log_callback=lambda entry, _service: log.append(str(entry.message)),
    )
    return bool(result), " ".join(log) or ("taken" if result else f"failed ({result.status.name.lower()})")


def _guard(allowed: Networks) -> None:
    """Refuse connections to forbidden addresses; the hook sees the address after every look-up, and stays."""

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.sendto"} or not isinstance(arguments[1], tuple):
            return
        address = str(arguments[1][0]).partition("%")[0]
        with contextlib.suppress(ValueError):
            if not is_allowed(ip_address(address), allowed):
                raise ConnectionRefusedError(f"the address {address} is not public")

    sys.addaudithook(check)


def _refuse_redirects() -> None:
    """Make every HTTP answer that leads elsewhere an error, for all plugins at once and whatever their URL says."""
    import requests  # noqa: PLC0415 - as above
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as above

    send_plainly = HTTPAdapter.send

    def send_strictly(self: HTTPAdapter, *arguments: Any, **named: Any) -> requests.Response:
        response = send_plainly(self, *arguments, **named)
        if response.status_code in _REDIRECTS:
            raise requests.TooManyRedirects(f"answered {response.status_code}: a redirect is no success")
        return response

    HTTPAdapter.send = send_strictly  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
