"""Scores of structure and labels against gold documents (format: see `gold.py`)."""

from pipeline.evaluate.gold import GoldDocument, GoldItem, load_documents, load_rows
from pipeline.evaluate.runs import score_documents, score_rows
from pipeline.evaluate.scores import Counts, score_labels, score_structure

__all__ = [
    "Counts",
    "GoldDocument",
    "GoldItem",
    "load_documents",
    "load_rows",
    "score_documents",
    "score_labels",
    "score_rows",
    "score_structure",
]
