"""The fonts as fontconfig knows them, read once by the room and handed to every press that it forks.

The renderer has fontconfig read its configuration and all fonts' names anew for each document, and Pango does so a second time in a
thread of its own: together as long as a page of text takes. Reading them starts no thread, so a room may do it before it forks.
"""

from typing import Any

from weasyprint.text import fonts as renderer
from weasyprint.text.ffi import ffi, fontconfig

ffi.cdef("""
    FcConfig *FcConfigReference (FcConfig *config);
    int FcConfigSetCurrent (FcConfig *config);
""")

_read: list[Any] = []


def read() -> None:
    """Reads the fonts; from now on they are also what Pango finds read when it asks."""
    _read[:] = [fontconfig.FcInitLoadConfigAndFonts()]
    fontconfig.FcConfigSetCurrent(_read[0])


class Library:
    """fontconfig, as the renderer calls it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(fontconfig, name)

    def FcInitLoadConfigAndFonts(self) -> Any:
        """What was read, held once more: the renderer lets go of it when a document is done."""
        return fontconfig.FcConfigReference(_read[0]) if _read else fontconfig.FcInitLoadConfigAndFonts()


def use() -> None:
    """From now on the renderer is handed what was read."""
    renderer.fontconfig = Library()
