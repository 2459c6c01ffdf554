"""Lines to minutes: furniture off, words whole, sections, items, people and metadata.

The stage knows lines and nothing of words: layout and a small set of the forms that Finnish minutes have. One door,
`parse`.
"""

from pipeline.structure.assemble import parse

__all__ = ["parse"]
