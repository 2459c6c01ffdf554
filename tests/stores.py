"""A small fictional store for the tests of what reads a store: minutes that no rule has seen, labelled by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.labelling import lemmas
from pipeline.language import load_lemmatiser
from pipeline.publish import prepare, publish
from pipeline.records import Action, Axis, Document, Item, Label, Method, Minutes, Problem, Section, document_id
from pipeline.tables import File

TYPES = ("challenge", "success", "agreed_action")


@dataclass(frozen=True)
class Said:
    """An item in short: its text, its labels as `{label: evidence}`, its open action and further fields of the item."""

    text: str
    labels: dict[str, str] = field(default_factory=dict)
    action: dict[str, Any] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def meeting(
    path: str, *said: Said, heading: str = "Ajankohtaista", problems: tuple[Problem, ...] = (), **about: Any
) -> Minutes:
    """Minutes with one section, `§ 7`, and the items in it; `about` are fields of the document."""
    owner = document_id(path.encode())
    section = Section(f"{owner}-7", owner, 1, "§ 7", heading, end=len(heading))
    text, items, labels, actions = heading, [], [], []
    for ordinal, one in enumerate(said, start=1):
        start, name = len(text) + 1, f"{path.split('-')[0]}-{ordinal}"
        text += "\n" + one.text
        place = {"start": start, "end": len(text), "page": 3}
        items.append(Item(name, owner, section.section_id, ordinal, "bullet", one.text, **place, **one.more))
        labels += [_label(name, one.text, label, evidence) for label, evidence in one.labels.items()]
        if one.action is not None:
            actions.append(Action(f"{name}-a", name, **one.action))
    return Minutes(
        Document(owner, path, pages=4, sections_found=1, pipeline_version="0.1", rules_version="abc", **about),
        text=text,
        sections=(section,),
        items=tuple(items),
        labels=tuple(labels),
        actions=tuple(actions),
        problems=problems,
    )


def _label(item: str, text: str, label: str, evidence: str) -> Label:
    axis: Axis = "type" if label in TYPES else "theme"
    start = text.find(evidence)
    method: Method = "rule" if start >= 0 else "heading"
    place = (start, start + len(evidence)) if start >= 0 else (None, None)
    return Label(item, axis, label, 0.9, method, f"{axis}.yaml:{label}.1", evidence, *place)


def make_store(folder: Path, minutes: Iterable[Minutes]) -> Path:
    """Publishes `minutes` in `folder`, their items with base forms; returns the database."""
    lemmatiser = load_lemmatiser()
    minutes = [
        replace(one, items=tuple(replace(item, lemmas=lemmas(lemmatiser.analyse(item.text))) for item in one.items))
        for one in minutes
    ]
    files = [File(one.document.path, one.document.document_id, 1, "2025-01-01T00:00:00Z", True) for one in minutes]
    prepare(folder)
    publish(folder, minutes, files)
    return folder / "muistio.duckdb"


SCRIPT = "<script>alert('x')</script>"

MEETINGS = (
    meeting(
        "vuori-2025.pdf",
        Said(
            "Oppilashuollon jonot ovat kasvaneet, ja koulun tilat ovat ahtaat.",
            {"pupil_welfare": "Oppilashuollon", "premises": "tilat", "challenge": "jonot ovat kasvaneet"},
            more={"speaker": "Tiina Kallio"},
        ),
        Said(
            "Sovittiin, että oppilashuoltoryhmä kokoontuu huhtikuussa.",
            {"pupil_welfare": "oppilashuoltoryhmä", "agreed_action": "Sovittiin"},
            {"task": "oppilashuoltoryhmä kokoontuu", "owner": "rehtori", "deadline": "2025-04-30"},
            {"part": "decision"},
        ),
        Said("Hyväksyttiin.", {"premises": "Koulun tilat", "agreed_action": "Hyväksyttiin"}, {"task": "Hyväksyttiin."}),
        Said("Kokous päättyi klo 15."),
        title="Vuoren koulun neuvottelu",
        date="2025-03-12",
        body="Vuoren kunta",
        counterpart="Ylä-Kairan hyvinvointialue",
        heading="Koulun tilat",
    ),
    meeting(
        "laakso-<img src=x onerror=alert(1)>.pdf",
        Said(
            f"Yhdistys {SCRIPT} korjasi talon & sai kiitosta.",
            {"ngos": f"Yhdistys {SCRIPT}", "success": "sai kiitosta", "kulttuuri": "talon"},
        ),
        Said(
            "Kunta selvittää vuokran tammikuun loppuun mennessä.",
            {"premises": "vuokran", "agreed_action": "selvittää"},
            {"task": f"selvittää vuokran {SCRIPT}", "owner": "Kunta", "deadline": "2025-01-31"},
        ),
        title=f"Laakson muistio {SCRIPT}",
        date="2024-11-05",
        status="partial",
        problems=(Problem("structure", "warning", f"§ 8 {SCRIPT} is listed but not found.", 2),),
        sections_listed=2,
    ),
    Minutes(
        Document("f" * 16, "vanha/salattu.pdf", status="failed", pipeline_version="0.1", rules_version="abc"),
        problems=(Problem("reading", "error", "The file is encrypted; give its password with --password."),),
    ),
)


def example_store(folder: Path) -> Path:
    """The store of `MEETINGS`."""
    return make_store(folder, MEETINGS)
