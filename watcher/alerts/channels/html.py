"""A notification as HTML: escaped text only, styles inline, nothing remote, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.html import render

if TYPE_CHECKING:
    from watcher.alerts.channels.notification import Notification


def html_page(notification: Notification) -> str:
    """The whole document, for a mail."""
    return render("mail.html", notification=notification)


def html_part(notification: Notification) -> str:
    """The same without a document around it and without the headline, for a place that shows it itself."""
    return render("notification.html", notification=notification)
