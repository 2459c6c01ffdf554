import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.export import command
from pipeline.language import load_lemmatiser
from pipeline.pseudonyms import KEY_FILE, Replaced, Span, pseudonym, pseudonymised, read_key
from pipeline.records import Participant, document_id
from pipeline.store import open_store, read_columns
from pipeline.tables import Columns, check
from tests.stores import Said, make_store, meeting

KEY = b"a key for the tests alone"
ANNA, PEKKA, TIINA = ("anna", "virtanen"), ("pekka", "virtanen"), ("tiina", "kallio")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = (
        Said(
            "Tiina Kallion mukaan koulun tilat ovat ahtaat, ja Kalliolta pyydetään selvitys.",
            {"premises": "tilat", "challenge": "ovat ahtaat"},
            {"task": "pyydetään Kalliolta selvitys", "owner": "Tiina Kallio"},
            {"speaker": "Anna Virtanen; Pekka Virtanen"},
        ),
        Said("Virtasen esitys hyväksyttiin, ja Pekka Virtaselle annettiin tehtäväksi kysyä Anna Virtaselta."),
        Said("Talo seisoo kalliolla."),
        Said("Kunnanjohtaja Ilona Zzyrkin esitteli asian, ja Zzyrkiä kiitettiin. Kyselyyn vastasi Seppo Virtanen."),
        Said("Korpivaaran kunta vastaa.", {"ngos": "Korpivaaran"}, {"task": "vastaa", "owner": "Korpivaara"}),
    )
    one = meeting("a-1.txt", *said, heading="Tiina Kallion terveiset", title="Virtasen muistio", body="Korpivaara")
    owner = document_id(b"a-1.txt")
    people = tuple(Participant(owner, " ".join(name).title(), "jäsen") for name in (ANNA, PEKKA))
    other = meeting("b-1.txt", Said("Kallio oli poissa.", more={"speaker": "Tiina Kallio"}))
    folder = tmp_path_factory.mktemp("names")
    return make_store(folder, [replace(one, participants=people), other])


@pytest.fixture(scope="module")
def tables(store: Path) -> dict[str, Columns]:
    with open_store(store) as connection, pseudonymised(connection, KEY, load_lemmatiser()) as made:
        return read_columns(made)


def test_no_known_name_is_left_in_any_column_but_paths(tables: dict[str, Columns]) -> None:
    words = json.dumps({name: {k: v for k, v in columns.items() if k != "path"} for name, columns in tables.items()})
    for name in ("irtanen", "irtase", "Kallio", "Tiina", "Pekka", "Anna", "Seppo", "Zzyrk", "Ilona"):
        assert name not in words, name


def test_inflected_names_go_by_the_person_and_common_words_stay(tables: dict[str, Columns]) -> None:
    anna, pekka, tiina = (pseudonym(person, KEY) for person in (ANNA, PEKKA, TIINA))
    texts = tables["items"]["text"]
    assert texts[0] == f"{tiina} mukaan koulun tilat ovat ahtaat, ja {tiina} pyydetään selvitys."
    assert texts[2] == "Talo seisoo kalliolla."
    assert texts[4] == "Korpivaaran kunta vastaa."
    assert texts[5] == f"{tiina} oli poissa.", "the same person in another document"
    assert tables["items"]["speaker"][0] == f"{anna}; {pekka}"
    assert tables["participants"]["name"] == [anna, pekka]
    assert tables["actions"]["owner"] == [tiina, "Korpivaara"]
    assert tables["actions"]["task"][0] == f"pyydetään {tiina} selvitys"
    assert tables["sections"]["title"][0] == f"{tiina} terveiset"


def test_a_surname_of_two_persons_alone_is_nobodys_in_particular(tables: dict[str, Columns]) -> None:
    anna, pekka, either = (pseudonym(person, KEY) for person in (ANNA, PEKKA, ("virtanen",)))
    assert tables["items"]["text"][1] == (
        f"{either} esitys hyväksyttiin, ja {pekka} annettiin tehtäväksi kysyä {anna}."
    )
    assert tables["items"]["text"][3].endswith(f"Kyselyyn vastasi {pseudonym(('seppo', 'virtanen'), KEY)}.")
    assert len({anna, pekka, either}) == 3


def test_all_offsets_hold(store: Path, tables: dict[str, Columns]) -> None:
    assert check(tables) == []
    texts = dict(zip(tables["texts"]["document_id"], tables["texts"]["text"], strict=True))
    sections = tables["sections"]
    headings = zip(*(sections[name] for name in ("document_id", "start", "end", "title")), strict=True)
    assert all(texts[owner][start:end] == title for owner, start, end, title in headings)
    assert tables["labels"]["evidence"] == ["tilat", "ovat ahtaat", "Korpivaaran"]
    with open_store(store) as connection:
        before = read_columns(connection)
    assert {name: len(rows["document_id"]) for name, rows in before.items() if "document_id" in rows} == {
        name: len(rows["document_id"]) for name, rows in tables.items() if "document_id" in rows
    }


def test_a_place_within_a_name_goes_to_its_start_or_its_end() -> None:
    text = Replaced("ab XYZ cd", (Span(3, 4, "XYZ"),))  # from "ab N cd"
    assert [text.at(place) for place in range(8)] == [0, 1, 2, 3, 6, 7, 8, 9]
    longer = Replaced("ab X cd", (Span(3, 8, "X"),))  # from "ab Names cd"
    assert [(longer.at(place), longer.at(place, end=True)) for place in (3, 5, 8)] == [(3, 3), (3, 4), (4, 4)]


def _export(store: Path, folder: Path, *more: str) -> Result:
    arguments = [str(folder), "--store", str(store), "--pseudonymise", *more]
    return CliRunner().invoke(command, arguments, standalone_mode=False)


@pytest.mark.parametrize("form", ["jsonl", "sqlite", "parquet"])
def test_any_format_is_exported_so_and_the_key_is_kept_for_its_owner(store: Path, tmp_path: Path, form: str) -> None:
    result = _export(store, tmp_path / "out", "--format", form)
    assert result.exception is None
    found = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"Virtase" not in found
    key = store.parent / KEY_FILE
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert read_key(None, store) == read_key(None, store.parent) == key.read_bytes().strip()


def test_a_key_of_ones_own_decides_the_pseudonyms(store: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY)
    assert _export(store, tmp_path / "out", "--format", "csv", "--key-file", str(tmp_path / "key")).exception is None
    assert pseudonym(TIINA, KEY) in (tmp_path / "out" / "items.csv").read_text("utf-8")
    assert pseudonym(TIINA, KEY) != pseudonym(TIINA, KEY + b"2")


def test_a_key_that_is_missing_or_short_and_one_without_use_are_told(store: Path, tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"short")
    for name, words in (("short", "is shorter than 16 bytes"), ("none", "cannot be used: No such file")):
        result = _export(store, tmp_path / "out", "--format", "csv", "--key-file", str(tmp_path / name))
        assert words in str(result.exception)
    arguments = [str(tmp_path), "--format", "csv", "--key-file", "x"]
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert "--key-file is for --pseudonymise only" in str(result.exception)
