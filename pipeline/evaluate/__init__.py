"""Scores of structure and labels against gold documents (format: see `gold.py`)."""

from pipeline.evaluate.bootstrap import Interval, intervals, without_each
from pipeline.evaluate.gold import GoldDocument, GoldItem, load_documents, load_rows
from pipeline.evaluate.runs import Judged, Scored, score_documents, score_rows
from pipeline.evaluate.scores import Counts, Scores, score_labels, score_structure, total

__all__ = [
    "Counts",
    "GoldDocument",
    "GoldItem",
    "Interval",
    "Judged",
    "Scored",
    "Scores",
    "intervals",
    "load_documents",
    "load_rows",
    "score_documents",
    "score_labels",
    "score_rows",
    "score_structure",
    "total",
    "without_each",
]
