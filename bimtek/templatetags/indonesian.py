"""Template filters: {{ amount|rupiah }}, {{ day|tanggal }}, {{ answer|rich }}. An empty value prints as nothing."""

import datetime
from typing import Any

from django import forms, template
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString, mark_safe

from bimtek import formats, richtext
from bimtek.forms import drafts

register = template.Library()


@register.filter
def rupiah(amount: int | None) -> str:
    """'Rp1.250.000.000'"""
    return formats.rupiah(amount) if isinstance(amount, int) else ""


@register.filter
def ringkas(amount: int | None) -> str:
    """'Rp1,25 miliar'"""
    return formats.ringkas(amount) if isinstance(amount, int) else ""


@register.filter
def angka(value: Any, places: int | None = None) -> str:
    """'1.234,5'; with places as {{ value|angka:2 }}"""
    return "" if value in (None, "") else formats.number(value, places)


@register.filter
def persen(value: Any, places: int | None = None) -> str:
    """'67,5 %'"""
    return "" if value in (None, "") else formats.percent(value, places)


@register.filter
def tanggal(day: datetime.date | None) -> str:
    """'13 Juni 2022'"""
    return formats.date(day) if isinstance(day, datetime.date) else ""


@register.filter
def hari(day: datetime.date | None) -> str:
    """'Senin'"""
    return formats.weekday(day) if isinstance(day, datetime.date) else ""


@register.filter
def sampai(start: datetime.date | None, end: datetime.date | None) -> str:
    """'13–14 Juni 2022' of {{ session.starts|sampai:session.ends }}"""
    return formats.date_range(start, end) if isinstance(start, datetime.date) else ""


@register.filter
def rich(html: str | None) -> SafeString:
    """What people wrote in the editor, sanitised once more. The only place that marks user text as safe."""
    return mark_safe(richtext.sanitised(html or ""))


@register.filter
def terbaca(bound: forms.BoundField) -> str:
    """What a form's field holds, as those read it who may not write: {{ field|terbaca }}"""
    value = bound.value()
    if isinstance(value, datetime.date):
        return formats.date(value)
    if isinstance(value, datetime.time):
        return f"{value:%H.%M}"
    if drafts.is_rich(bound.field):
        return rich(value)
    return linebreaksbr(drafts.words(bound.field, drafts.raw(bound, value)))
