"""Lemmas from spaCy's Finnish pipeline of PyPI: neural tags, lemmas by Voikko's rules."""

from collections.abc import Iterator
from importlib import metadata

from pipeline.errors import MissingDependency
from pipeline.language.neural import NeuralLemmatiser, Tagged

_PACKAGE = "spacy_fi_experimental_web_md"


def spacy_lemmatiser() -> NeuralLemmatiser:
    """The spaCy lemmatiser.

    Raises:
        MissingDependency: spaCy, its Finnish model or the native Voikko library that the model needs is missing.
    """
    try:
        import spacy
        from spacy.tokens import Doc

        pipeline = spacy.load(_PACKAGE, exclude=["ner", "parser"])
    except ImportError as error:
        raise MissingDependency(
            "spaCy is not installed; run `make setup-all`, or `pip install 'muistio[spacy]'`."
        ) from error
    except OSError as error:
        raise MissingDependency(
            f"spaCy's Finnish model does not load ({error}); run `make setup-all`, or `pip install 'muistio[spacy]'`, "
            "and `make system` for the native Voikko library."
        ) from error

    def tag(sentences: list[list[str]]) -> Iterator[list[Tagged]]:
        # The zone forgets the strings of this batch afterwards, so that a long stream does not fill the memory.
        with pipeline.memory_zone():
            for doc in pipeline.pipe(Doc(pipeline.vocab, words=words) for words in sentences):
                yield [
                    (
                        token.lemma_ or token.text,
                        token.pos_,
                        frozenset(str(token.morph).split("|")) if token.morph else frozenset(),
                    )
                    for token in doc
                ]

    version = f"spaCy {metadata.version('spacy')}, {pipeline.meta['name']} {pipeline.meta['version']}"
    return NeuralLemmatiser("spacy", version, tag)
