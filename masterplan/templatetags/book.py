"""Filters and tags of the book's templates. Those about origins write nothing on a page for the press."""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from masterplan import pages

register = template.Library()
register.filter("italic", pages.italic)
register.filter("in_cell", pages.in_cell)


@register.filter
def css_string(text: str) -> SafeString:
    """Text between quotes of a style sheet: whatever could end the string or the sheet is written by its number."""
    return mark_safe(re.sub(r"[^\w ,.:;·–()/-]", lambda found: f"\\{ord(found[0]):x} ", text))


NOTHING = mark_safe("")


@register.simple_tag(takes_context=True)
def width(context: Any, share: float | str) -> SafeString:
    """Per cent, as a style; on screen, where the content policy refuses those, as an attribute for a rule with the nonce."""
    return format_html('data-width="{}"' if context.get("on_screen") else 'style="width:{}%"', share)


@register.simple_tag(takes_context=True)
def origin(context: Any, text: str) -> SafeString:
    """Where a piece was written, as attributes (masterplan.origins). A row or a field can be reached by keyboard."""
    return pages.attributes(text) if text and context.get("on_screen") else NOTHING


@register.simple_tag(takes_context=True)
def part(context: Any, name: str) -> SafeString:
    """The field of the piece around it."""
    return format_html(' data-field="{}"', name) if name and context.get("on_screen") else NOTHING


@register.simple_tag(takes_context=True)
def part_of(context: Any, names: Mapping[str, str], label: str) -> SafeString:
    return part(context, names.get(label, ""))


@register.simple_tag(takes_context=True)
def level(context: Any, number: int | str) -> SafeString:
    """The rank of a small head among those around it: on screen readers step through them."""
    return format_html(' role="heading" aria-level="{}"', number) if number and context.get("on_screen") else NOTHING
