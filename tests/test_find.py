"""`muistio find`: items by the base forms of their words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.find import _line, command
from pipeline.errors import UsageError
from pipeline.search import Hit
from tests.stores import Said, example_store, make_store, meeting


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_store(tmp_path_factory.mktemp("store"))


def run(store: Path, *words: str, color: bool = False) -> Result:
    return CliRunner().invoke(command, ["--store", str(store), *words], standalone_mode=False, color=color)


def found(store: Path, *words: str) -> list[str]:
    return [json.loads(line)["item_id"] for line in run(store, "--json", *words).stdout.splitlines()]


def test_finds_inflected_forms_first_and_compounds_after_them(store: Path) -> None:
    assert found(store, "oppilashuolto") == ["vuori-1", "vuori-2"]
    assert found(store, "oppilashuollossa") == ["vuori-1", "vuori-2"]
    assert set(found(store, "huolto")) == {"vuori-1", "vuori-2"}
    assert found(store, "ryhmä") == ["vuori-2"]


def test_a_piece_of_a_word_is_no_part_of_a_compound(store: Path) -> None:
    assert found(store, "uolto") == []
    assert found(store, "huoltoryhmä") == ["vuori-2"]


def test_a_part_is_found_by_its_base_form_however_it_stands(tmp_path: Path) -> None:
    said = Said("Työnantajien kädentaidot."), Said("Tilannetta seurataan."), Said("TE-palvelut ja KVTES:n tulkinta.")
    store = make_store(tmp_path, [meeting("a-1.txt", *said)])
    assert found(store, "työ") == ["a-1"]
    assert found(store, "käsi") == ["a-1"]
    assert found(store, "tila") == []
    assert found(store, "te-palvelu") == found(store, "palvelu") == found(store, "kvtes") == ["a-3"]


def test_all_words_must_occur(store: Path) -> None:
    assert found(store, "oppilashuolto", "tila") == ["vuori-1"]
    assert found(store, "oppilashuolto", "talo") == []


def test_exact_words_come_before_compounds_and_then_the_newest(tmp_path: Path) -> None:
    minutes = [
        meeting("vanha-1.txt", Said("Vuokra nousee."), date="2023-01-01"),
        meeting("uusi-1.txt", Said("Vuokrasopimus päättyy."), Said("Vuokrat laskevat."), date="2025-01-01"),
        meeting("paivaton-1.txt", Said("Vuokrista sovittiin."), date=None),
    ]
    store = make_store(tmp_path, minutes)
    assert found(store, "vuokra") == ["uusi-2", "vanha-1", "paivaton-1", "uusi-1"]


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("talo OR oppilashuolto", {"laakso-1", "vuori-1", "vuori-2"}),
        ("oppilashuolto AND NOT tila", {"vuori-2"}),
        ("oppilashuolto -tila", {"vuori-2"}),
        ("(talo OR vuokra) kunta", {"laakso-2"}),
        ("talo OR vuokra kunta", {"laakso-1", "laakso-2"}),
        ("NOT NOT talo", {"laakso-1"}),
        ('"oppilashuolto jono"', {"vuori-1"}),
        ('"jono oppilashuolto"', set()),
        ('"oppilashuolto lumiukko"', set()),
        ("theme:premises type:agreed_action", {"vuori-3", "laakso-2"}),
        ("NOT theme:premises year:2025", {"vuori-2", "vuori-4"}),
        ("party:kaira kokous", {"vuori-4"}),
        ('body:"vuoren kunta" speaker:kallio', {"vuori-1"}),
        ("NOT speaker:kallio oppilashuolto", {"vuori-2"}),
        ("part:decision", {"vuori-2"}),
        ("section:§", {"vuori-1", "vuori-2", "vuori-3", "vuori-4", "laakso-1", "laakso-2"}),
    ],
)
def test_questions_join_words_phrases_and_fields(store: Path, question: str, hits: set[str]) -> None:
    assert set(found(store, "--", question)) == hits


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("talo AND", "a word is missing at its end"),
        ("OR talo", "a word is missing before 'OR'"),
        ("(talo", "a parenthesis is not closed"),
        ("talo)", "there is a ')' too many"),
        ('"talo', "a quotation mark is not closed"),
        ("colour:red talo", "there is no field 'colour'"),
    ],
)
def test_a_question_that_makes_no_sense_is_told(store: Path, question: str, reason: str) -> None:
    error = run(store, "--", question).exception
    assert isinstance(error, UsageError)
    assert reason in str(error)


def test_what_answers_best_comes_first(tmp_path: Path) -> None:
    said = [
        Said("Pitkässä keskustelussa puhuttiin monesta muusta asiasta ja lopuksi myös vuokrasta."),
        Said("Vuokra ja kuljetus."),
        Said("Kuljetus, kuljetus."),
    ]
    store = make_store(tmp_path, [meeting("a-1.txt", *said)])
    assert found(store, "vuokra") == ["a-2", "a-1"]
    assert found(store, "vuokra OR kuljetus")[0] == "a-2"


def test_theme_and_type_narrow_the_hits_down(store: Path) -> None:
    assert found(store, "oppilashuolto", "--type", "agreed_action") == ["vuori-2"]
    assert found(store, "oppilashuolto", "--theme", "premises") == ["vuori-1"]
    error = run(store, "koulu", "--theme", "sports").exception
    assert isinstance(error, UsageError)
    assert "premises" in str(error)


def test_a_hit_is_shown_in_its_line_with_its_place(store: Path) -> None:
    line, place, _ = run(store, "oppilashuolto", "--limit", "1").stdout.split("\n")[:3]
    assert line == "Oppilashuollon jonot ovat kasvaneet, ja koulun tilat ovat ahtaat."
    for part in ("Vuoren koulun neuvottelu, 2025-03-12", "p. 3", "§ 7 Koulun tilat", "Tiina Kallio", "vuori-1"):
        assert part in place


def test_the_match_is_bold_on_a_terminal_only(store: Path) -> None:
    assert "\x1b[1mOppilashuollon\x1b[0m jonot" in run(store, "oppilashuolto", color=True).stdout
    assert "\x1b" not in run(store, "oppilashuolto").stdout


def test_a_long_text_is_cut_around_the_match(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "alku " * 40 + "vuokra " + "loppu " * 40
    at = text.index("vuokra")
    hit = Hit("i", "d", "p", None, None, 1, None, None, None, text, (), True, 1.0, ((at, at + 6),))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    line = _line(hit)
    assert "vuokra" in line
    assert len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) == 60
    assert line.startswith("…")
    assert line.endswith("…")


def test_json_holds_the_text_and_the_places_of_the_words(store: Path) -> None:
    (hit,) = [json.loads(line) for line in run(store, "talo", "kiitos", "--json").stdout.splitlines()]
    assert [hit["text"][start:end] for start, end in hit["matches"]] == ["talon", "kiitosta"]
    assert hit["exact"] is True
    assert hit["labels"] == ["kulttuuri", "ngos", "success"]


def test_no_hit_is_a_sentence_and_no_failure(store: Path) -> None:
    done = run(store, "lumiukko")
    assert (done.return_value, done.stdout) == (0, "")
    assert "lumiukko" in done.stderr


def test_more_hits_than_shown_are_told_of(store: Path) -> None:
    assert "2 hits in all; --limit 2" in run(store, "oppilashuolto", "--limit", "1").stderr
    assert run(store, "oppilashuolto", "--limit", "2").stderr == ""


def test_no_word_is_a_usage_error(store: Path) -> None:
    assert isinstance(run(store, "...").exception, UsageError)


def test_escapes_of_a_document_do_not_reach_the_terminal(tmp_path: Path) -> None:
    store = make_store(tmp_path, [meeting("a-1.txt", Said("Vuokra \x1b[31mnousee\x07\u202e."), title="M\x1b]0;x\x07")])
    for color in (False, True):
        shown = run(store, "vuokra", color=color).stdout.replace("\x1b[1m", "").replace("\x1b[2m", "")
        assert not set(shown.replace("\x1b[0m", "")) & set("\x1b\x07\u202e")
    assert "\x1b" not in run(store, "vuokra", "--json").stdout
