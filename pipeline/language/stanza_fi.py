"""Lemmas from Stanza's neural pipeline, loaded from a folder: nothing is ever downloaded.

The folder holds `resources.json` and `fi/PROCESSOR/PACKAGE.pt`, as Stanza's own cache does. `MUISTIO_STANZA` names it;
without that it is `models/stanza`.
"""

import json
import os
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from pipeline.config import models_dir
from pipeline.errors import MissingDependency
from pipeline.language.neural import NeuralLemmatiser, Tagged


def stanza_lemmatiser(folder: Path | None = None) -> NeuralLemmatiser:
    """The Stanza lemmatiser of `folder`.

    Raises:
        MissingDependency: Stanza or its Finnish models are missing.
    """
    folder = folder or Path(os.environ.get("MUISTIO_STANZA") or models_dir() / "stanza")
    try:
        import stanza
    except ImportError as error:
        raise MissingDependency(
            "Stanza is not installed; run `make setup-all`, or `pip install 'muistio[stanza]'`."
        ) from error
    packages = _packages(folder)
    pipeline = stanza.Pipeline(
        "fi",
        dir=str(folder),
        package=None,
        processors={"tokenize": "default", **packages},
        tokenize_pretokenized=True,
        download_method=None,
        use_gpu=False,
        logging_level="ERROR",
    )

    def tag(sentences: list[list[str]]) -> Iterator[list[Tagged]]:
        # Stanza takes a space in a form for the end of a token.
        document = pipeline([[form.replace(" ", "\u00a0") for form in forms] for forms in sentences])
        for sentence, forms in zip(document.sentences, sentences, strict=True):
            yield [
                (word.lemma or form, word.upos or "", frozenset(word.feats.split("|")) if word.feats else frozenset())
                for word, form in zip(sentence.words, forms, strict=True)
            ]

    named = ", ".join(f"{processor} {package}" for processor, package in sorted(packages.items()))
    return NeuralLemmatiser("stanza", f"Stanza {metadata.version('stanza')}, {named}", tag)


def _packages(folder: Path) -> dict[str, str]:
    """The package of each processor that the folder's `resources.json` names for Finnish, tokenisation aside."""
    try:
        finnish = json.loads((folder / "resources.json").read_text(encoding="utf-8"))["fi"]
        named = {"lemma": finnish["default_processors"]["lemma"], **finnish["default_processors"]}
        packages = {processor: str(named[processor]) for processor in ("pos", "lemma") if processor in named}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MissingDependency(
            f"There are no Finnish models of Stanza in {folder}; put `resources.json` and `fi/` there, or name their "
            "folder in the environment variable MUISTIO_STANZA."
        ) from error
    return packages
