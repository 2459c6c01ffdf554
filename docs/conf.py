"""Sphinx builds the Markdown files of the whole checkout, so that their links lead where they lead on a forge."""

from pipeline import __version__

project = "muistio"
version = release = __version__
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**", "models/**", "data/*.md", "data/corpus/*.md"]
exclude_patterns = [".*", "build", "dist", "notebooks", "pipeline", "tests", "tools", "data/raw", "data/processed"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
html_theme = "alabaster"
html_theme_options = {"description": "Finnish meeting minutes in; labelled, tidy tables out.", "fixed_sidebar": True}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_show_sphinx = False
html_copy_source = False
