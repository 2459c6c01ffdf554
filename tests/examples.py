"""Small fictional minutes, ready made, for tests of what comes after labelling."""

from pipeline.records import Action, Document, Item, Label, Minutes, Participant, Problem, Section, document_id

HEADING = "1. Oppilashuolto"
ITEM = "Tukea on ollut vaikea saada."
TASK = "Kuraattori kutsuu koolle työryhmän 31.3.2025 mennessä."


def example(path: str = "kokous.txt", *, data: bytes = b"kokous", title: str = "Neuvottelu") -> Minutes:
    """Minutes with one section, two items, two labels, one action and one warning."""
    owner = document_id(data)
    text = f"{title}\n{HEADING}\n{ITEM}\n{TASK}"
    heading, item, task = (text.index(part) for part in (HEADING, ITEM, TASK))
    document = Document(
        owner, path, media_type="text/plain", reader="text", pages=1, characters=len(text), kind="memo", title=title,
        date="2025-01-15", sections_found=1, pipeline_version="0", rules_version="r", lemmatiser="fake 1",
    )  # fmt: skip
    section = Section(f"{owner}-s", owner, 1, "1.", "Oppilashuolto", start=heading, end=heading + len(HEADING))
    items = (
        Item(f"{owner}-1", owner, section.section_id, 1, "bullet", ITEM, lemmas=("tuki", "olla"), start=item,
             end=item + len(ITEM)),
        Item(f"{owner}-2", owner, section.section_id, 2, "bullet", TASK, start=task, end=task + len(TASK)),
    )  # fmt: skip
    at = ITEM.index("vaikea")
    labels = (
        Label(f"{owner}-1", "type", "challenge", 0.9, "rule", "types:difficult", "vaikea", at, at + len("vaikea")),
        Label(f"{owner}-1", "theme", "pupil_welfare", 0.8, "heading", "themes:pupil_welfare", "Oppilashuolto"),
    )
    return Minutes(
        document,
        text,
        (Participant(owner, "Aino Ranta", "puheenjohtaja"),),
        (section,),
        items,
        labels,
        (Action(f"{owner}-a", f"{owner}-2", TASK, "Kuraattori", deadline="2025-03-31"),),
        (Problem("structure", "warning", "Otsikoita puuttuu."),),
    )
