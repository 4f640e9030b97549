"""Bytes of a page or document to its record and text: pure, no I/O, no clock."""

from watcher.pages.fragment import extract_fragment
from watcher.pages.html import extract_page
from watcher.pages.pdf import extract_pdf, page_of
from watcher.pages.when import spoken_on

__all__ = ["extract_fragment", "extract_page", "extract_pdf", "page_of", "spoken_on"]
