"""Finds items by their words: whatever the inflection, and also as a part of a compound."""

from pipeline.search.hits import Hit, find, matching
from pipeline.search.vocabulary import Vocabulary

__all__ = ["Hit", "Vocabulary", "find", "matching"]
