"""Scores of structure and labels against gold documents (format: see `gold.py`)."""

from pipeline.evaluate.gold import GoldDocument, GoldItem, load_documents, load_rows
from pipeline.evaluate.scores import Counts, score_labels, score_structure

__all__ = ["Counts", "GoldDocument", "GoldItem", "load_documents", "load_rows", "score_labels", "score_structure"]
