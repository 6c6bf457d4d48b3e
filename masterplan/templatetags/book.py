"""Filters of the book's templates."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

from masterplan import pages

register = template.Library()
register.filter("italic", pages.italic)


@register.filter
def css_string(text: str) -> SafeString:
    """Text between quotes of a style sheet: whatever could end the string or the sheet is written by its number."""
    return mark_safe(re.sub(r"[^\w ,.:;·–()/-]", lambda found: f"\\{ord(found[0]):x} ", text))
