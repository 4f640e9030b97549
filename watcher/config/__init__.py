"""Read and check the configuration: the only place that knows its files and the only one that imports pydantic."""

from watcher.config.evidence import Evidence, Timestamp, Wayback
from watcher.config.load import Configuration, find_folder, load, load_rules
from watcher.config.publishers import IMPORTED, Feed, Publisher
from watcher.config.rules import QuietHours, Rule, RuleEvent
from watcher.config.settings import Channel, Http, Looks, Mail, Settings, WebSub
from watcher.config.values import Secret, duration

__all__ = [
    "IMPORTED",
    "Channel",
    "Configuration",
    "Evidence",
    "Feed",
    "Http",
    "Looks",
    "Mail",
    "Publisher",
    "QuietHours",
    "Rule",
    "RuleEvent",
    "Secret",
    "Settings",
    "Timestamp",
    "Wayback",
    "WebSub",
    "duration",
    "find_folder",
    "load",
    "load_rules",
]
