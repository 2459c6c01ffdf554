"""The HTML report of a store: one file, in Finnish or English, that needs nothing but a browser."""

from pipeline.report.changes import recall
from pipeline.report.page import render

__all__ = ["recall", "render"]
