"""One document through all stages: from its bytes to labelled minutes.

What fails is written down and what does not need it goes on: a document that cannot be read is `failed` and alone in
that, one whose labelling stumbles keeps its sections and items and is `partial`.
"""

import shutil
import traceback
from dataclasses import dataclass, replace
from pathlib import PurePath

from pipeline import __version__
from pipeline.config import Settings
from pipeline.errors import DocumentError
from pipeline.labelling import Rules, label_minutes
from pipeline.language import Lemmatiser
from pipeline.reading import read
from pipeline.records import Document, Minutes, Problem, Status, digest, document_id
from pipeline.structure import parse
from pipeline.tables import check, columns


@dataclass(frozen=True, slots=True)
class Versions:
    """What decides the outcome of a run, so that only what would come out differently is done again.

    Attributes:
        rules: version of the rules.
        lemmatiser: name and version of what gives the base forms.
        reading: changes whenever documents have to be read again.
        labels: changes whenever they have to be labelled again.
    """

    rules: str
    lemmatiser: str
    reading: str
    labels: str


def versions(settings: Settings, rules: Rules, lemmatiser: Lemmatiser) -> Versions:
    """Versions of everything that a run with these settings depends on."""
    words = f"{lemmatiser.name} {lemmatiser.version}"
    programs = [name for name in ("tesseract", "soffice") if shutil.which(name)]
    limits = settings.limits
    return Versions(
        rules=rules.version,
        lemmatiser=words,
        reading=digest(__version__, str(settings.ocr), str(limits.pages), str(limits.characters), *programs),
        labels=digest(__version__, rules.version, words),
    )


def process(data: bytes, path: str, settings: Settings, rules: Rules, lemmatiser: Lemmatiser) -> Minutes:
    """Read, structure and label one document; never raises for what is wrong with it.

    Args:
        data: the bytes of the file.
        path: where it stands; only the name is used, as a hint of the format.
    """
    identity = document_id(data)
    known = versions(settings, rules, lemmatiser)
    try:
        name = PurePath(path).name
        reading = read(data, name, password=settings.password, ocr=settings.ocr, limits=settings.limits)
        minutes = parse(reading, document_id=identity, path=path)
    except DocumentError as error:
        return failed(identity, path, "reading", str(error), known)
    except MemoryError:
        raise
    except Exception as error:
        return failed(identity, path, "reading", _stumble(error), known)
    return label(minutes, rules, lemmatiser, known)


def label(minutes: Minutes, rules: Rules, lemmatiser: Lemmatiser, known: Versions) -> Minutes:
    """Label minutes whose sections and items are settled; labels of an earlier time are dropped first."""
    bare = replace(
        minutes,
        items=tuple(replace(item, lemmas=()) for item in minutes.items),
        labels=(),
        actions=(),
        traces=(),
        problems=tuple(problem for problem in minutes.problems if problem.stage not in ("language", "labelling")),
    )
    try:
        labelled = label_minutes(bare, rules, lemmatiser)
    except MemoryError:
        raise
    except Exception as error:
        labelled = replace(bare, problems=(*bare.problems, Problem("labelling", "error", _stumble(error))))
    status: Status = "partial" if any(problem.severity == "error" for problem in labelled.problems) else "ok"
    finished = replace(labelled, document=_stamped(replace(labelled.document, status=status), known))
    faults = check(columns([finished]))
    if faults:
        message = f"The program made rows that do not fit together, please report it: {faults[0]}"
        return failed(minutes.document.document_id, minutes.document.path, "batch", message, known)
    return finished


def failed(identity: str, path: str, stage: str, message: str, known: Versions) -> Minutes:
    """Minutes that hold nothing but why there are none."""
    document = _stamped(Document(identity, path, status="failed"), known)
    return Minutes(document, problems=(Problem(stage, "error", message),))


def _stamped(document: Document, known: Versions) -> Document:
    return replace(document, pipeline_version=__version__, rules_version=known.rules, lemmatiser=known.lemmatiser)


def _stumble(error: Exception) -> str:
    """An error that nobody foresaw, in one sentence that a maintainer can use."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    words = " ".join(str(error).split())[:200]
    return f"The program stumbled over this document, please report it: {type(error).__name__}{place}: {words}"
