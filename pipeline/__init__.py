"""muistio: from piles of Finnish meeting minutes to labelled, tidy tables."""

__version__ = "0.1.0"
