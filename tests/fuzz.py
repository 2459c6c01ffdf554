"""Damaged copies of the sample minutes through the whole of `process`: `python -m tests.fuzz COUNT [--seed N]`.

A mutation depends on nothing but its number, the seed and the samples, so that what went wrong can be made again.
"""

import argparse
import base64
import io
import random
import re
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pipeline.batch.local import run_local
from pipeline.batch.worker import Job, Result, Tools, load_tools, serve, work
from pipeline.config import Limits, Settings
from pipeline.encoding import decode
from pipeline.process import versions
from pipeline.records import Minutes, document_id

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "raw"
SETTINGS = Settings(workers=2, ocr=False, limits=Limits(seconds=20, megabytes=1500))

TAG = re.compile(rb"<[^<>]*>")
TAGS = (b"<table>", b"<tr>", b"<td colspan=9999 rowspan=9999>", b"<ul><li>" * 40, b"</ul>", b"<h2>", b"<pre>", b"<!--",
        b"<![CDATA[", b"<p hidden>", b"<ol start=999999 type=I>", b"<script>", b"<div>" * 300, b"&#xD800;",
        b"&nbsp" * 9, b"<dt>", b"<br>")  # fmt: skip
ENCODINGS = ("cp1252", "iso8859-15", "mac_roman", "cp850", "utf-16", "utf-16-le", "utf-8-sig", "utf-7")
STREAM = re.compile(rb"(/FlateDecode ] /Length )\d+([^>]*>>\s*stream\r?\n)(.*?)\r?\n?endstream", re.DOTALL)
ENDINGS = {".txt": (".txt", ".md")}  # a text may just as well be meant as Markdown


class Mutation(NamedTuple):
    """A damaged document; its name begins with its number."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Timed(Result):
    """A result with the seconds that the document took; 0 where its worker died."""

    seconds: float = 0.0


class Outcome(NamedTuple):
    """What came of one mutation."""

    mutation: Mutation
    minutes: Minutes
    died: bool
    seconds: float


def mutations(seed: int, count: int) -> Iterator[Mutation]:
    """`count` damaged copies of the samples, each sample in its turn."""
    samples = sorted(SAMPLES.iterdir())
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        sample = samples[number % len(samples)]
        damage = chance.choice([_bytes, *OWN.get(sample.suffix, ())])
        ending = chance.choice(ENDINGS.get(sample.suffix, (sample.suffix,)))
        original = damaged = sample.read_bytes()
        while damaged == original:
            damaged = damage(original, chance)
        yield Mutation(f"{number:05}-{sample.stem}{ending}", damaged)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    """Between one wound and a few dozen, of the kinds that disks, networks and programs inflict."""
    for _ in range(int(2 ** chance.uniform(0, 5))):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + int(2 ** chance.uniform(0, 10)))
        middle = data[start:end]
        match chance.randrange(6):
            case 0:
                middle = bytes(byte ^ (1 << chance.randrange(8)) for byte in middle[:4]) + middle[4:]
            case 1:
                middle = b""
            case 2:
                middle = chance.randbytes(chance.randint(1, 40)) + middle
            case 3:
                middle *= chance.randint(2, 9)
            case 4:
                place = chance.randrange(len(data) + 1)  # the slice stands in another place
                data, middle = data[:place] + middle + data[place:], b""
            case 5 if chance.random() < 0.1:
                return data[:start]
        data = data[:start] + middle + data[end:]
    return data


def _tags(data: bytes, chance: random.Random) -> bytes:
    """Tags lost, doubled, swapped, cut short, and such as nobody expects."""
    for _ in range(chance.randint(1, 20)):
        spans = [match.span() for match in TAG.finditer(data)]
        if len(spans) < 2:
            return data
        first, second = sorted(chance.sample(spans, 2))
        one, other = data[slice(*first)], data[slice(*second)]
        one, other = chance.choice(
            [(b"", other), (one * 2, other), (other, one), (one[:-1], other), (chance.choice(TAGS), other), (one, one)]
        )
        data = data[: first[0]] + one + data[first[1] : second[0]] + other + data[second[1] :]
    return data


def _encoding(data: bytes, chance: random.Random) -> bytes:
    """Parts of the text in other encodings than the rest, or read in a wrong one and saved again."""
    text = data.decode("utf-8")
    cuts = sorted(chance.randrange(len(text) + 1) for _ in range(chance.randint(0, 4)))
    parts = [text[start:end] for start, end in pairwise((0, *cuts, len(text)))]
    if chance.random() < 0.3:
        parts = [part.encode("utf-8").decode("cp1252", "replace") for part in parts]
    return b"".join(part.encode(chance.choice(("utf-8", *ENCODINGS)), "replace") for part in parts)


def _members(data: bytes, chance: random.Random) -> bytes:
    """Members of a zip archive damaged or left out, the archive itself sound."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        names = source.namelist()
        hurt = {"word/document.xml"} if chance.random() < 0.6 else set(chance.sample(names, chance.randint(1, 3)))
        for name in names:
            content = source.read(name)
            if name in hurt:
                content = chance.choice((_tags, _bytes, _elements, _elements, _elements, _elements))(content, chance)
            if name not in hurt or chance.random() < 0.95:
                # `ZipInfo` has a fixed date; a name alone would take the clock's, and the same seed would differ.
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _elements(data: bytes, chance: random.Random) -> bytes:
    """XML that stays well formed: values and whole elements changed, moved, lost or repeated."""
    for _ in range(chance.randint(1, 10)):
        values = [match.span(1) for match in re.finditer(rb' (?!xmlns)[\w:]+="([^"]*)"', data)]
        leaves = [match.span() for match in re.finditer(rb"<([\w:]+)(?: [^<>]*)?(?:/>|>[^<>]*</\1>)", data)]
        if len(values) < 2 or len(leaves) < 2:
            return data
        spans = chance.choice((values, leaves))
        start, end = chance.choice(spans)
        other = data[slice(*chance.choice(spans))]
        odd = chance.choice((b"-1", b"999999999999", b"", b"x", b"1e9")) if spans is values else other * 50
        data = data[:start] + chance.choice((b"", other, odd)) + data[end:]
    return data


def _streams(data: bytes, chance: random.Random) -> bytes:
    """Content inside of the compressed streams of a PDF damaged, their compression sound."""
    streams = chance.sample(list(STREAM.finditer(data)), chance.randint(1, 3))
    for match in sorted(streams, key=lambda one: -one.start()):
        before, between, packed = match.groups()
        in_letters = packed.endswith(b"~>")
        plain = zlib.decompressobj().decompress(base64.a85decode(packed[:-2]) if in_letters else packed)
        packed = zlib.compress(_bytes(plain, chance))
        packed = base64.a85encode(packed) + b"~>" if in_letters else packed
        stream = before + str(len(packed)).encode() + between + packed + b"\nendstream"
        data = data[: match.start()] + stream + data[match.end() :]
    return data


Damage = Callable[[bytes, random.Random], bytes]
OWN: dict[str, tuple[Damage, ...]] = {
    ".docx": (_members, _members, _members),
    ".html": (_tags, _tags, _encoding),
    ".pdf": (_streams, _streams),
    ".txt": (_encoding,),
}


def outcomes(documents: Iterable[Mutation], settings: Settings = SETTINGS) -> Iterator[Outcome]:
    """Each document processed in a child process, within its time and memory, as a run does it."""
    tools = load_tools(settings)
    known = versions(settings, tools.rules, tools.lemmatiser)
    jobs = (Job(document_id(one.data), one.name, one.data) for one in documents)
    for job, result in run_local(jobs, settings, known, target=partial(serve, do=_timed)):
        assert job.data is not None
        seconds = result.seconds if isinstance(result, Timed) else 0.0
        yield Outcome(Mutation(job.path, job.data), decode(result.minutes), result.died, seconds)


def _timed(job: Job, tools: Tools) -> Timed:
    begin = time.perf_counter()
    result = work(job, tools)
    values = {field.name: getattr(result, field.name) for field in fields(Result)}
    return Timed(**values, seconds=time.perf_counter() - begin)


def faults(minutes: Minutes) -> list[str]:
    """What must not be, whatever the document."""
    document, text = minutes.document, minutes.text
    errors = [problem.message for problem in minutes.problems if problem.severity == "error"]
    found = [message for message in errors if message.startswith("The program")]
    if document.status not in ("ok", "partial", "failed"):
        found.append(f"The status is {document.status!r}.")
    if document.status != "ok" and not any(re.fullmatch(r"\S.*[.!?]", message) for message in errors):
        found.append(f"It is {document.status} and no sentence says why.")
    found += [f"An item is {item.text!r} but its offsets say {text[item.start : item.end]!r}." for item in minutes.items
              if text[item.start : item.end] != item.text]  # fmt: skip
    found += [f"A heading is {section.title!r} but its offsets say {text[section.start : section.end]!r}."
              for section in minutes.sections if section.title not in text[section.start : section.end]]  # fmt: skip
    items = {item.item_id: item for item in minutes.items}
    for label in minutes.labels:
        evidence = items[label.item_id].text[label.evidence_start : label.evidence_end]
        if label.evidence_start is not None and evidence != label.evidence:
            found.append(f"The evidence is {label.evidence!r} but its offsets say {evidence!r}.")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the documents with a fault and those that ended a worker")
    chosen = parser.parse_args(arguments)
    statuses: Counter[str] = Counter()
    deaths: list[str] = []
    wrong: list[str] = []
    times: list[tuple[float, str]] = []
    for mutation, minutes, died, seconds in outcomes(mutations(chosen.seed, chosen.count)):
        statuses[minutes.document.status] += 1
        times.append((seconds, mutation.name))
        bad = faults(minutes)
        wrong += [f"{mutation.name}: {fault}" for fault in bad]
        if died:
            deaths.append(f"{mutation.name}: {minutes.problems[0].message}")
        if chosen.keep and (bad or died):
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / mutation.name).write_bytes(mutation.data)
    hangs = sum("takes longer" in death for death in deaths)
    print(f"documents       {chosen.count}  " + "  ".join(f"{name} {n}" for name, n in sorted(statuses.items())))
    print(f"without status  {chosen.count - statuses.total()}")
    print(f"hangs           {hangs}")
    print(f"dead workers    {len(deaths) - hangs}  (crashes and memory; each took one document)")
    print(f"faults          {len(wrong)}")
    print("slowest         " + "  ".join(f"{name} {seconds:.1f} s" for seconds, name in sorted(times)[:-4:-1]))
    print(*deaths, *wrong, sep="\n")
    return int(bool(wrong or hangs or statuses.total() != chosen.count))


if __name__ == "__main__":
    sys.exit(main())
