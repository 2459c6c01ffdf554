"""The HTML report of a store: one file, in Finnish, that needs nothing but a browser."""

from pipeline.report.page import render

__all__ = ["render"]
