"""What is loaded once for all workers before the first of them starts, and not by the program itself."""

from __future__ import annotations

import trafilatura

__all__ = ["trafilatura"]
