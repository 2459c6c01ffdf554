"""The HTML report: true to the tables, safe, whole in one file."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from lxml import html

from pipeline.cli.report import command
from pipeline.errors import UsageError
from pipeline.report import render
from pipeline.report.data import Entry, Reason, Source
from pipeline.store import open_store
from tests.conftest import missing
from tests.stores import MEETINGS, SCRIPT, Said, example_store, make_store, meeting


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def page(store: Path) -> str:
    with open_store(store) as connection:
        return render(connection)


@pytest.fixture(scope="module")
def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_says_the_period_and_the_counts(tree: html.HtmlElement) -> None:
    assert words(tree.find(".//header/p")) == "5.11.2024–12.3.2025 · 3 asiakirjaa"
    assert "Jotakin teemaa koskee 5 kohtaa, eniten Tilat ja kiinteistöt (3)." in words(tree)
    assert "Kirjattu on 1 haaste, 1 onnistuminen ja 3 sovittua toimenpidettä." in words(tree)
    assert "Avoinna on 3 toimenpidettä, joista 1:n määräaika on ohi." in words(tree)
    assert "2 asiakirjaa ei voitu lukea kokonaan" in words(tree)


def test_every_number_of_the_matrix_is_the_count_of_sql_and_of_the_items_it_leads_to(
    store: Path, tree: html.HtmlElement
) -> None:
    with open_store(store) as connection:
        for row in tree.xpath("//table[contains(@class, 'matrix')]/tbody/tr"):
            for link in row.xpath("td/a"):
                theme, type_ = link.get("data-theme"), link.get("data-type")
                assert int(words(link)) == counted(connection, theme, type_)
                listed = tree.xpath(f"//*[@id='{link.get('href')[1:]}']//li[@data-item]/@data-item")
                assert len(set(listed)) == int(words(link))
        for link in tree.xpath("//table[contains(@class, 'matrix')]/tfoot//a"):
            assert int(words(link)) == counted(connection, "", link.get("data-type"))


def counted(connection: duckdb.DuckDBPyConnection, theme: str, type_: str) -> int:
    """Items of a theme and a type; empty for any, `-` for none."""
    answer = connection.execute(
        """
        WITH marked AS (SELECT item_id, list(label) FILTER (axis = 'theme') AS themes,
            list(label) FILTER (axis = 'type') AS types FROM items LEFT JOIN labels USING (item_id) GROUP BY item_id)
        SELECT count(*) FROM marked
        WHERE CASE $theme WHEN '' THEN true WHEN '-' THEN themes IS NULL ELSE list_contains(themes, $theme) END
            AND CASE $type WHEN '' THEN true WHEN '-' THEN types IS NULL ELSE list_contains(types, $type) END
        """,
        {"theme": theme, "type": type_},
    ).fetchone()
    assert answer is not None
    return int(answer[0])


def test_the_chart_shows_the_numbers_of_the_matrix(tree: html.HtmlElement) -> None:
    matrix = {
        link.get("href"): words(link)
        for link in tree.xpath("//table[contains(@class, 'matrix')]/tbody//a")
        if link.get("data-theme") not in ("", "-") and link.get("data-type") not in ("", "-")
    }
    for chart in tree.xpath("//*[name()='svg']"):
        assert set(chart.xpath(".//*[name()='a']/@href")) == set(matrix)
        shown = Counter(words(text) for text in chart.xpath(".//*[name()='text'][contains(@class, 'value')]"))
        assert shown - Counter({"0": shown["0"]}) == Counter(matrix.values())


def test_nothing_is_lost(store: Path, tree: html.HtmlElement) -> None:
    with open_store(store) as connection:
        everything = {item for (item,) in connection.execute("SELECT item_id FROM items").fetchall()}
    assert set(tree.xpath("//li[@data-item]/@data-item")) == everything
    assert len(tree.xpath("//section[@aria-labelledby='asiakirjat']//tbody/tr")) == 3


def test_ids_are_unique_and_every_link_leads_to_one(tree: html.HtmlElement) -> None:
    ids = Counter(tree.xpath("//@id"))
    assert max(ids.values()) == 1
    links = [href[1:] for href in tree.xpath("//@href") if href.startswith("#")]
    assert links
    assert set(links) <= ids.keys()


def test_an_item_shows_its_place_and_why(tree: html.HtmlElement) -> None:
    item = tree.get_element_by_id("kohta-vuori-1")
    assert [words(mark) for mark in item.iter("mark")] == ["Oppilashuollon", "jonot ovat kasvaneet", "tilat"]
    assert [mark.get("class") for mark in item.iter("mark")] == ["theme", "type", "theme"]
    place = words(item.find_class("place")[0])
    assert place == "Vuoren koulun neuvottelu, 12.3.2025 · s. 3 · § 7 Koulun tilat · puhuja Tiina Kallio"
    assert "Opiskeluhuolto: Oppilashuollon · sääntö theme.yaml:pupil_welfare.1" in words(item)
    inherited = tree.get_element_by_id("kohta-vuori-3")
    assert "Koulun tilat (muualla kuin kohdan tekstissä) · otsikko" in words(inherited)
    assert "päätös" in words(tree.get_element_by_id("kohta-vuori-2"))


def test_overlapping_evidence_keeps_the_text_whole() -> None:
    def reason(axis: str, start: int, end: int) -> Reason:
        return Reason(axis, "x", 1.0, "rule", "r", "", start, end)

    source = Source("d", "d.txt", None, None, None, None, 1, "ok", None, 0, 1)
    reasons = (reason("theme", 0, 4), reason("type", 2, 6))
    entry = Entry("i", source, "abcdef", "bullet", None, None, 1, None, None, reasons)
    assert entry.pieces() == [("ab", "theme"), ("cd", "theme type"), ("ef", "type")]


def test_actions_tell_owner_and_deadline_and_which_has_passed(tree: html.HtmlElement) -> None:
    rows = [[words(cell) for cell in row] for row in tree.xpath("//table[contains(@class, 'tasks')]/tbody/tr")]
    assert [row[1:3] for row in rows] == [
        ["Kunta", "31.1.2025 ohi"],
        ["rehtori", "30.4.2025"],
        ["ei nimetty", "ei määräaikaa"],
    ]


def test_what_failed_or_is_doubtful_is_shown(tree: html.HtmlElement) -> None:
    rows = [[words(cell) for cell in row] for row in tree.xpath("//table[contains(@class, 'troubles')]/tbody/tr")]
    assert rows[0] == [
        "salattu.pdf", "virhe", "luku", "–", "The file is encrypted; give its password with --password.",
    ]  # fmt: skip
    assert rows[1][1:4] == ["varoitus", "rakenne", "2"]
    assert "1 / 2" in words(tree.get_element_by_id("asiakirjat").getparent())


def test_a_theme_of_the_users_own_goes_by_its_name(tree: html.HtmlElement) -> None:
    headings = [words(heading) for heading in tree.iter("h3")]
    assert [heading.split(" ")[0] for heading in headings] == [
        "Työllisyys", "Opiskeluhuolto", "Turvallisuus", "Tilat", "Järjestöt", "kulttuuri", "Ei",
    ]  # fmt: skip


def test_document_text_stays_text(page: str, tree: html.HtmlElement) -> None:
    assert SCRIPT not in page
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//img")
    assert not tree.xpath("//@onerror")
    assert words(tree).count(SCRIPT) > 5
    assert "laakso-<img src=x onerror=alert(1)>.pdf" in words(tree)


def test_loads_nothing(page: str, tree: html.HtmlElement) -> None:
    addresses = set(re.findall(r"\bhttps?://[^\s\"'<]+|url\([^)]*\)|@import", page))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, not addresses
    assert not tree.xpath("//@src | //link | //iframe | //object | //@style")
    assert tree.xpath("//meta[@http-equiv]/@content")[0].startswith("default-src 'none'")


def test_two_reports_of_one_store_are_equal(store: Path, page: str) -> None:
    with open_store(store) as connection:
        assert render(connection) == page
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", page)


def test_is_well_formed(page: str) -> None:
    open_tags: list[str] = []
    void = {"meta", "input", "br"}

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in void:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Checker().feed(page)
    assert open_tags == []


def test_headings_descend_one_by_one_and_tables_have_captions(tree: html.HtmlElement) -> None:
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert all(table.find("caption") is not None for table in tree.iter("table"))
    assert all(cell.get("scope") for cell in tree.iter("th"))
    assert tree.get("lang") == "fi"


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        ([], "0 asiakirjassa on 0 kohtaa. Mikään kohta ei koske seurattuja teemoja."),
        ([MEETINGS[2]], "Avoimia toimenpiteitä ei ole."),
        ([meeting("a-1.txt", Said("Kokous avattiin."), date=None)], "1 asiakirjassa on 1 kohta."),
    ],
    ids=["empty", "failed", "undated"],
)
def test_a_store_with_little_in_it(tmp_path: Path, minutes: list[object], sentence: str) -> None:
    with open_store(make_store(tmp_path / "out", minutes)) as connection:  # type: ignore[arg-type]
        tree = html.document_fromstring(render(connection))
    assert sentence in words(tree).replace("\u00a0", " ")


def test_a_theme_may_be_named_at_will(tmp_path: Path) -> None:
    odd = meeting("a-1.txt", Said("Vene & jäälautta.", {"vene, jää": "Vene"}), date="2025-01-01")
    with open_store(make_store(tmp_path / "out", [odd])) as connection:
        tree = html.document_fromstring(render(connection))
    (link,) = tree.xpath("//tbody//a[@data-theme='vene, jää'][@data-type='-']")
    assert tree.get_element_by_id(link.get("href")[1:]).tag == "ol"


def test_command_writes_beside_the_store_or_where_it_is_told(store: Path, page: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--store", str(store)], standalone_mode=False)
    assert (done.exception, done.return_value, done.stdout) == (None, 0, "")
    beside = store.with_name("report.html")
    assert beside.read_text(encoding="utf-8") == page
    assert str(beside) in done.stderr
    CliRunner().invoke(command, ["--store", str(store.parent), "--out", str(tmp_path / "a" / "b.html")])
    assert (tmp_path / "a" / "b.html").read_bytes() == beside.read_bytes()


def test_command_says_what_is_wrong(store: Path, tmp_path: Path) -> None:
    invoke: Callable[..., object] = lambda *words: CliRunner().invoke(command, words, standalone_mode=False).exception  # noqa: E731
    assert isinstance(invoke("--store", str(tmp_path / "no.duckdb")), UsageError)
    (tmp_path / "file").write_text("")
    error = invoke("--store", str(store), "--out", str(tmp_path / "file" / "report.html"))
    assert isinstance(error, UsageError)
    assert "--out" in str(error)


def test_runs_in_a_browser_without_complaint(page: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        missing("Chromium")
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--dump-dom",
            f"file://{tmp_path / 'report.html'}#kohta-vuori-2",
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    tree = html.document_fromstring(done.stdout)
    form = tree.get_element_by_id("rajaus")
    assert form.get("hidden") is None
    assert words(form.find(".//output")) == "6 kohtaa"
    (group,) = tree.xpath("//details[contains(@class, 'group')][.//li[@id='kohta-vuori-2']]")
    assert group.get("open") is not None
