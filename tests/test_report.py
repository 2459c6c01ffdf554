"""The HTML report: true to the tables, safe, whole in one file."""

import json
import re
import shutil
import subprocess
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import pytest
from click.testing import CliRunner
from lxml import html

from pipeline.cli.report import command
from pipeline.errors import UsageError
from pipeline.language import load_lemmatiser
from pipeline.report import blocks
from pipeline.report import render as render_page
from pipeline.report.names import LANGUAGES
from pipeline.report.texts import EN, FI
from pipeline.store import open_store
from tests.conftest import missing
from tests.stores import MEETINGS, SCRIPT, Said, example_store, make_store, meeting


def render(connection: duckdb.DuckDBPyConnection, language: Any = "fi") -> str:
    return render_page(connection, load_lemmatiser(), language)


def unfold(element: html.HtmlElement) -> Any:
    """What the page's script gets out of a packed element."""
    return json.loads(zlib.decompress(b64decode(element.text_content())))


def rows(steps: list[int]) -> list[int]:
    return [sum(steps[: end + 1]) for end in range(len(steps))]


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
    lists = unfold(tree.get_element_by_id("hakemisto"))["lists"]
    with open_store(store) as connection:
        for link in tree.xpath("//table[contains(@class, 'matrix')]//a[contains(@href, '=')]"):
            wanted = {key: values[0] for key, values in parse_qs(link.get("href")[1:]).items()}
            assert int(words(link)) == counted(connection, wanted.get("theme", ""), wanted.get("type", ""))
            found = set.intersection(*(set(rows(lists[key][value])) for key, value in wanted.items()))
            assert len(found) == int(words(link))


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
        if "theme=" in link.get("href") and "type=" in link.get("href") and "=-" not in link.get("href")
    }
    for chart in tree.xpath("//*[@class='figure-theme']//*[name()='svg']"):
        assert set(chart.xpath(".//*[name()='a']/@href")) == set(matrix)
        shown = Counter(words(text) for text in chart.xpath(".//*[name()='text'][contains(@class, 'value')]"))
        assert shown - Counter({"0": shown["0"]}) == Counter(matrix.values())


def test_other_charts_compare_years_and_parties(tree: html.HtmlElement) -> None:
    links = set(tree.xpath("//*[@class='figure-year' or @class='figure-party']//*[name()='a']/@href"))
    assert "#from=2025&to=2025&type=challenge" in links
    assert not tree.xpath("//*[@class='figure-side']"), "nobody's side is known"


def test_nothing_is_lost(store: Path, tree: html.HtmlElement) -> None:
    with open_store(store) as connection:
        everything = connection.execute("SELECT item_id, text FROM items").fetchall()
    ids = unfold(tree.get_element_by_id("hakemisto"))["ids"]
    texts = [item[0] for block in tree.xpath("//*[starts-with(@id, 'lohko-')]") for item in unfold(block)]
    assert sorted(zip(ids, texts, strict=True)) == sorted(everything)
    assert len(tree.xpath("//section[@aria-labelledby='asiakirjat']//tbody/tr")) == 3


def test_blocks_hold_a_few_items_each(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 4)
    with open_store(store) as connection:
        tree = html.document_fromstring(render(connection))
    assert [len(unfold(block)) for block in tree.xpath("//*[starts-with(@id, 'lohko-')]")] == [4, 2]
    assert unfold(tree.get_element_by_id("hakemisto"))["block"] == 4


def test_ids_are_unique_and_every_link_leads_somewhere(tree: html.HtmlElement) -> None:
    ids = Counter(tree.xpath("//@id"))
    assert max(ids.values()) == 1
    links = [href[1:] for href in tree.xpath("//@href")]
    assert {link for link in links if "=" not in link} <= ids.keys()
    packed = unfold(tree.get_element_by_id("hakemisto"))
    items = {parse_qs(link)["item"][0] for link in links if link.startswith("item=")}
    assert items
    assert items <= set(packed["ids"])


def test_words_are_found_by_base_form_compound_part_and_the_forms_that_occur(tree: html.HtmlElement) -> None:
    vocabulary = unfold(tree.get_element_by_id("sanasto"))
    ids = unfold(tree.get_element_by_id("hakemisto"))["ids"]

    def found(term: str) -> set[str]:
        return {ids[row] for lemma in vocabulary["terms"].get(term, []) for row in rows(vocabulary["rows"][lemma])}

    assert found("oppilashuolto") == found("huolto") == {"vuori-1", "vuori-2"}
    assert found("oppilashuollon") == {"vuori-1", "vuori-2"}
    assert found("uolto") == set()


def test_an_item_keeps_its_place_and_why(tree: html.HtmlElement) -> None:
    ids = unfold(tree.get_element_by_id("hakemisto"))["ids"]
    (packed,) = (unfold(block) for block in tree.xpath("//*[starts-with(@id, 'lohko-')]"))
    text, page, heading, part, speaker, reasons = packed[ids.index("vuori-1")]
    assert (page, heading, part, speaker) == (3, "§ 7 Koulun tilat", None, "Tiina Kallio")
    assert [text[start:end] for *_, start, end in reasons] == ["tilat", "Oppilashuollon", "jonot ovat kasvaneet"]
    assert reasons[1][:5] == ["theme", "pupil_welfare", 90, "rule", "theme.yaml:pupil_welfare.1"]
    inherited = packed[ids.index("vuori-3")][5][0]
    assert inherited == ["theme", "premises", 90, "heading", "theme.yaml:premises.1", "Koulun tilat"]


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
        "salattu.pdf", "virhe", "luku", "–",
        "Asiakirjaa ei voitu lukea. Ohjelman viesti englanniksi"
        "The file is encrypted; give its password with --password.",
    ]  # fmt: skip
    english = tree.xpath("//*[@lang='en']")
    assert len(english) == 2
    assert all(element.getparent().tag == "details" for element in english)
    assert rows[1][1:4] == ["varoitus", "rakenne", "2"]
    assert "1 / 2" in words(tree.get_element_by_id("asiakirjat").getparent())


def test_a_theme_of_the_users_own_goes_by_its_name(tree: html.HtmlElement) -> None:
    names = [words(name) for name in tree.xpath("//table[contains(@class, 'matrix')]/tbody//th")]
    assert names == [
        "Työllisyys", "Opiskeluhuolto", "Turvallisuus", "Tilat ja kiinteistöt", "Järjestöt", "kulttuuri", "Ei teemaa",
    ]  # fmt: skip


def test_document_text_stays_text(page: str, tree: html.HtmlElement) -> None:
    assert SCRIPT not in page
    assert len(tree.xpath("//script[not(@type)]")) == 1
    assert not tree.xpath("//img")
    assert not tree.xpath("//@onerror")
    assert words(tree).count(SCRIPT) >= 3
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
    links = [parse_qs(href[1:]) for href in tree.xpath("//tbody//a/@href") if "=" in href]
    assert {"theme": ["vene, jää"], "type": ["-"]} in links
    assert unfold(tree.get_element_by_id("hakemisto"))["lists"]["theme"] == {"vene, jää": [0]}


def test_the_report_speaks_english_when_told(store: Path) -> None:
    with open_store(store) as connection:
        page = render(connection, "en")
    tree = html.document_fromstring(page)
    assert tree.get("lang") == "en"
    assert "The file is encrypted" in words(tree)
    assert "5 Nov 2024–12 Mar 2025" in words(tree)
    assert FI.keys() == EN.keys()
    assert LANGUAGES["fi"].names.keys() >= LANGUAGES["en"].names.keys()
    finnish = [text for key, text in FI.items() if len(text) > 12 and "{" not in text and text != EN[key]]
    assert [text for text in finnish if text in page] == []


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


@pytest.fixture
def browse(page: str, tmp_path: Path) -> Callable[[str], html.HtmlElement]:
    """Opens the page at an address in Chromium and returns what then stands on it."""
    browser = shutil.which("chromium")
    if browser is None:
        missing("Chromium")
    (tmp_path / "report.html").write_text(page, encoding="utf-8")

    def at(address: str) -> html.HtmlElement:
        done = subprocess.run(
            [
                str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--virtual-time-budget=5000",
                "--dump-dom", f"file://{tmp_path / 'report.html'}{address}",
            ],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert "CONSOLE" not in done.stderr
        return html.document_fromstring(done.stdout)

    return at


def listed(tree: html.HtmlElement) -> list[str]:
    return list(tree.xpath("//ol[@id='luettelo']/li/@data-item"))


def test_runs_in_a_browser_without_complaint(browse: Callable[[str], html.HtmlElement]) -> None:
    tree = browse("")
    form = tree.get_element_by_id("rajaus")
    assert form.get("hidden") is None
    assert words(form.find(".//output")) == "6 kohtaa"
    first = tree.xpath("//ol[@id='luettelo']/li")[0]
    assert [words(mark) for mark in first.iter("mark")] == ["Oppilashuollon", "jonot ovat kasvaneet", "tilat"]
    assert [mark.get("class") for mark in first.iter("mark")] == ["theme", "type", "theme"]
    place = words(first.find_class("place")[0])
    assert place == "Vuoren koulun neuvottelu, 12.3.2025 · s. 3 · § 7 Koulun tilat · puhuja Tiina Kallio"
    assert "Opiskeluhuolto: Oppilashuollon · sääntö theme.yaml:pupil_welfare.1 · varmuus 90 %" in words(first)
    third = tree.xpath("//ol[@id='luettelo']/li")[2]
    assert "Koulun tilat (muualla kuin kohdan tekstissä) · otsikko" in words(third)
    assert SCRIPT in words(tree.xpath("//ol[@id='luettelo']/li")[4])


@pytest.mark.parametrize(
    ("address", "items"),
    [
        ("#theme=premises&type=agreed_action", ["vuori-3", "laakso-2"]),
        ("#words=oppilashuollossa%20-jono", ["vuori-2"]),
        ("#from=2025&to=2025&type=-&theme=-", ["vuori-4"]),
        ("#party=Yl%C3%A4-Kairan+hyvinvointialue&words=tila", ["vuori-1"]),
        ("#item=laakso-2", ["laakso-2"]),
        ("#theme=no_such", []),
    ],
)
def test_the_address_sets_the_filters(
    browse: Callable[[str], html.HtmlElement], address: str, items: list[str]
) -> None:
    assert listed(browse(address)) == items
