"""Passages: an item as the rules see it, with its words analysed and its surroundings at hand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.labelling.figures import with_figures
from pipeline.labelling.wordforms import WordForm, word_forms
from pipeline.language import Lemmatiser
from pipeline.records import ItemKind, Minutes, Part, Section, Token


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading above an item; headings of the same text are equal.

    Attributes:
        words: the word form of each token.
    """

    text: str
    tokens: tuple[Token, ...] = field(default=(), compare=False)
    words: tuple[WordForm, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", word_forms(self.tokens))


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One item as the rules see it.

    Attributes:
        level: 1 for the outermost bullets and for paragraphs.
        headings: from the outermost to the one right above the item.
        columns: for a table row, the header cells above its cells.
        date: of the meeting, ISO; None where it is not known.
        words: the word form of each token; a figure that is held against another knows it (`figures`).
    """

    text: str
    tokens: tuple[Token, ...]
    item_id: str = ""
    kind: ItemKind = "paragraph"
    level: int = 1
    headings: tuple[Heading, ...] = ()
    part: Part | None = None
    speaker: str | None = None
    date: str | None = None
    columns: tuple[str, ...] = ()
    words: tuple[WordForm, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", word_forms(with_figures(self.tokens)))

    @property
    def section_title(self) -> str:
        """The heading right above the item; empty where there is none."""
        return self.headings[-1].text if self.headings else ""


def heading(text: str, lemmatiser: Lemmatiser) -> Heading:
    """Analyse a heading; one in capitals is read in lower case, so that its words are known."""
    plain = text.capitalize() if text.isupper() else text
    return Heading(text, lemmatiser.analyse(plain))


_NUMBERED = re.compile(r"^[\s\d.)§]+")


def part_named(name: str, part_names: Mapping[str, str]) -> Part | None:
    """The part that a contract value or a printed heading stands for; None where it means nothing."""
    plain = _NUMBERED.sub("", name.strip().lower()).rstrip(" :.")
    if plain in ("background", "proposal", "discussion", "decision"):
        return plain  # type: ignore[return-value]
    found = part_names.get(plain)
    if found is None and plain:
        words = plain.split()
        found = part_names.get(words[-1]) if len(words) <= 3 else None
    return found  # type: ignore[return-value]


def passages_of(minutes: Minutes, lemmatiser: Lemmatiser) -> tuple[Passage, ...]:
    """A document's items in order, each with the chain of headings above it."""
    sections = {section.section_id: section for section in minutes.sections}
    known: dict[str, tuple[Heading, ...]] = {}

    def chain(section: Section | None) -> tuple[Heading, ...]:
        if section is None:
            return ()
        if section.section_id not in known:
            known[section.section_id] = ()  # a section that is its own ancestor ends here
            above = chain(sections.get(section.parent_id or ""))
            known[section.section_id] = (*above, heading(section.title, lemmatiser))
        return known[section.section_id]

    return tuple(
        Passage(
            text=item.text,
            tokens=lemmatiser.analyse(item.text),
            item_id=item.item_id,
            kind=item.kind,
            level=item.level,
            headings=chain(sections.get(item.section_id or "")),
            part=item.part,
            speaker=item.speaker,
            date=minutes.document.date,
            columns=item.columns,
        )
        for item in minutes.items
    )


def lemmas(tokens: Sequence[Token]) -> tuple[str, ...]:
    """One lemma a word, punctuation left out, lower case except for proper nouns."""
    return tuple(
        token.lemma if token.pos == "PROPN" else token.lemma.lower()
        for token in tokens
        if any(character.isalnum() for character in token.form)
    )
