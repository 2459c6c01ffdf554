"""The report tells what changed since the last one, from what that one remembers or from an earlier store."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import html

from pipeline.cli.report import command
from pipeline.diff import State, read
from pipeline.language import load_lemmatiser
from pipeline.records import document_id
from pipeline.report import recall, render
from pipeline.report.blocks import pack
from pipeline.report.changes import changes, memory
from pipeline.store import open_store
from tests.stores import SCRIPT, Said, make_store, meeting

NEW = meeting(
    "uusi-1.txt",
    Said("Tilat paranivat.", {"premises": "Tilat", "success": "paranivat"}),
    Said("Työ alkaa.", {"agreed_action": "alkaa"}, {"task": "Aloittaa työ"}),
    title=f"Uusi {SCRIPT}",
    date="2025-03-03",
)
KEPT = meeting(
    "sama-1.txt",
    Said("Rehtori kartoittaa tilat.", {"premises": "tilat", "agreed_action": "kartoittaa"}, {"task": "Kartoittaa"}),
    Said("Kuntoutus jatkuu.", {"ngos": "Kuntoutus"}, {"task": "Jatkaa kuntoutusta"}),
    date="2025-01-10",
)
GONE = meeting("poistunut-1.txt", Said("Yhdistys lopetti.", {"ngos": "Yhdistys"}), date="2024-01-01")
DRAFT = meeting("luonnos-1.txt", Said("Luonnos."), date=None)
FINAL = replace(DRAFT, document=replace(DRAFT.document, document_id=document_id(b"other")), sections=(), items=())
DONE = replace(KEPT, actions=(replace(KEPT.actions[0], status="done"),))
SENTENCES = (
    "Edellisellä kerralla oli 3 asiakirjaa, uusin kokous 10.1.2025."
    " Asiakirjoja on tullut 1, muuttunut 1 ja poistunut 1. Kohtia on nyt 4, ennen 4."
    " Avoimia toimenpiteitä on tullut 1, ja avoimista on päättynyt tai poistunut 2."
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("stores")
    return make_store(folder / "old", [KEPT, GONE, DRAFT]), make_store(folder / "new", [DONE, FINAL, NEW])


def report(store: Path, out: Path, *more: Any) -> html.HtmlElement:
    done = CliRunner().invoke(
        command, ["--store", str(store), "--out", str(out), *map(str, more)], standalone_mode=False
    )
    assert done.exception is None
    return html.document_fromstring(out.read_text(encoding="utf-8"))


def section(tree: html.HtmlElement) -> html.HtmlElement | None:
    found = tree.xpath("//section[@aria-labelledby='muutokset']")
    return found[0] if found else None


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_first_report_tells_of_no_change(stores: tuple[Path, Path], tmp_path: Path) -> None:
    tree = report(stores[0], tmp_path / "report.html")
    assert section(tree) is None
    assert "#muutokset" not in tree.xpath("//nav//a/@href")


def test_a_report_over_an_earlier_one_tells_what_changed(stores: tuple[Path, Path], tmp_path: Path) -> None:
    report(stores[0], tmp_path / "report.html")
    tree = report(stores[1], tmp_path / "report.html")
    told = section(tree)
    assert told is not None
    assert words(told.find(".//p")) == SENTENCES
    assert tree.xpath("//nav//a/@href")[0] == "#muutokset"
    assert told.xpath(".//p/a/@href") == [f"#document={NEW.document.document_id}"]
    assert words(told.xpath(".//p/a")[0]) == f"Uusi {SCRIPT}"
    assert [[words(cell) for cell in row] for row in told.xpath(".//tbody/tr")] == [
        ["Tilat ja kiinteistöt", "1", "2", "+1"],
        ["Sovitut toimenpiteet", "1", "2", "+1"],
        ["Onnistumiset", "0", "1", "+1"],
        ["Järjestöt", "2", "1", "−1"],
    ]


def test_new_documents_stand_newest_first_and_the_page_names_a_few(tmp_path: Path) -> None:
    dates = ["2025-05-05", None, *(f"2025-04-{day:02}" for day in range(1, 9))]
    many = [meeting(f"uusi{number}-1.txt", title=f"Kokous {number}", date=day) for number, day in enumerate(dates)]
    first = State({}, {}, 0, {})
    with open_store(make_store(tmp_path, many)) as connection:
        told = section(html.document_fromstring(render(connection, load_lemmatiser(), before=first)))
        assert told is not None
        assert [words(link) for link in told.xpath(".//p/a")] == ["Kokous 0", *(f"Kokous {n}" for n in range(9, 2, -1))]
        assert "ja 2 muuta." in words(told)
        assert changes(first, read(connection)).new[-1]["title"] == "Kokous 1"


def test_a_report_made_twice_says_the_same(stores: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    report(stores[0], out)
    report(stores[1], out)
    first = out.read_bytes()
    report(stores[1], out)
    assert out.read_bytes() == first
    english = section(report(stores[1], out, "--lang", "en"))
    assert english is not None
    assert "Documents: 1 new, 1 changed, 1 gone." in words(english)


def test_a_report_compares_with_the_earlier_store_it_is_told(stores: tuple[Path, Path], tmp_path: Path) -> None:
    told = section(report(stores[1], tmp_path / "report.html", "--since", stores[0].parent))
    assert told is not None
    assert words(told.find(".//p")) == SENTENCES
    same = section(report(stores[1], tmp_path / "report.html", "--since", stores[1]))
    assert same is not None
    assert words(same).endswith("Mikään ei ole muuttunut.")


@pytest.mark.parametrize("packed", [None, "!", "eJw=", pack([1]), pack([{"documents": 3}, None]), pack(7)])
def test_a_page_without_a_memory_is_no_hindrance(packed: str | None) -> None:
    kept = "" if packed is None else f'<script type="text/plain" id="muisti">{packed}</script>'
    assert recall(f"<p>Something else</p>{kept}", State({}, {}, 0, {})) is None


def test_what_is_gone_leaves_no_text_in_the_page(stores: tuple[Path, Path], tmp_path: Path) -> None:
    with open_store(stores[0]) as old, open_store(stores[1]) as new:
        kept = str(memory(read(new), read(old)))
    assert GONE.document.document_id in kept
    assert "kuntoutusta" not in kept
    assert "Uusi" not in kept
