"""Libraries imported without what they load on the side and is needed by nothing here: a start is half of a round.

Both are for the moment of an import, and leave everything as it was, also where that import fails.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where OpenSSL looks for the certificates of all authorities that the system trusts.
_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@contextmanager
def without_modules(*names: str) -> Iterator[None]:
    """Let these not be found where they are not loaded yet: what is optional for a library stays out."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None is how Python says "not to be found"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def without_authorities() -> Iterator[None]:
    """Let OpenSSL find no authority: whoever reads them now trusts nobody until it is told whom."""
    before = {name: os.environ.get(name) for name in _AUTHORITIES}
    os.environ.update(dict.fromkeys(_AUTHORITIES, os.devnull))
    try:
        yield
    finally:
        for name, place in before.items():
            del os.environ[name]
            if place is not None:
                os.environ[name] = place
