"""Filters of the book's templates."""

from django import template

from masterplan import pages

register = template.Library()
register.filter("italic", pages.italic)
