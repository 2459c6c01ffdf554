"""`muistio lemmatise`: text and CoNLL-U in, lemmas out."""

import subprocess
import sys
from pathlib import Path

import pytest

CONLLU = """\
# sent_id = 1
1-2\tettei\t_\t_\t_\t_\t_\t_\t_\t_
1\tettä\t_\tSCONJ\t_\t_\t3\tmark\t_\t_
2\tei\t_\t_\t_\t_\t3\taux\t_\tNote=x
2.1\tole\t_\t_\t_\t_\t_\t_\t_\t_
3\tkokouksia\t_\t_\t_\t_\t0\troot\t_\tSpaceAfter=No

# sent_id = 2
1\tTilat\t_\t_\t_\t_\t0\troot\t_\t_
"""


def lemmatise(*arguments: str, given: bytes | str = b"") -> subprocess.CompletedProcess[bytes]:
    data = given.encode() if isinstance(given, str) else given
    command = [sys.executable, "-m", "pipeline", "lemmatise", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False)


def rows(output: bytes) -> list[list[str]]:
    return [line.split("\t") for line in output.decode().splitlines()]


def test_text_from_a_pipe_one_token_a_line_blank_line_after_each_sentence() -> None:
    done = lemmatise(given="Kokous avattiin. TE-palvelujen tilat\novat ahtaat.\n\nUusi asia")
    assert done.returncode == 0, done.stderr
    assert [row[0] for row in rows(done.stdout)] == [
        "Kokous", "avattiin", ".", "", "TE-palvelujen", "tilat", "ovat", "ahtaat", ".", "", "Uusi", "asia", "",
    ]  # fmt: skip
    assert ["avattiin", "avata", "VERB", "Mood=Ind|Tense=Past|VerbForm=Fin|Voice=Pass"] in rows(done.stdout)


def test_candidates_follow_with_scores() -> None:
    (first, *others) = [row for row in rows(lemmatise("--candidates", given="kuusi").stdout) if len(row) > 1]
    assert first[0] == "kuusi" and others and all(row[0] == "" for row in others)
    assert {row[1] for row in [first, *others]} >= {"kuusi"}
    assert sum(float(row[-1]) for row in [first, *others]) == pytest.approx(1, abs=0.01)


def test_conllu_keeps_everything_and_fills_what_is_missing(tmp_path: Path) -> None:
    source = tmp_path / "a.conllu"
    source.write_text(CONLLU, encoding="utf-8")
    out = tmp_path / "b.conllu"
    done = lemmatise(str(source), "--output", str(out))
    assert (done.returncode, done.stdout) == (0, b"")
    before, after = rows(source.read_bytes()), rows(out.read_bytes())
    assert [row for row in after if len(row) == 1 or "-" in row[0] or "." in row[0]] == [
        *(row for row in before if len(row) == 1 or "-" in row[0] or "." in row[0]),
        [""],
    ]
    words = [row for row in after if row[0].isdecimal()]
    assert [row[2] for row in words] == ["että", "ei", "kokous", "tila"]
    assert [row[3] for row in words] == ["SCONJ", "AUX", "NOUN", "NOUN"]
    assert "Case=Par" in words[2][5] and words[2][6:] == ["0", "root", "_", "SpaceAfter=No"]
    assert list(tmp_path.iterdir()) == [source, out] or set(tmp_path.iterdir()) == {source, out}


def test_conllu_candidates_stand_in_misc() -> None:
    done = lemmatise("--format", "conllu", "--candidates", given=CONLLU)
    misc = [row[9] for row in rows(done.stdout) if row[0].isdecimal()]
    assert misc[1].startswith("Note=x|Candidates=ei:AUX:")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("# x\n1\tkoira\t_\n", ["line 2", "3 columns", "--format text"]),
        ("x\t" + "\t".join("a_______b"), ["line 1", "'x'"]),
        ("1\t\t" + "\t".join("________"), ["line 1", "FORM"]),
    ],
)
def test_malformed_conllu_names_file_and_line(tmp_path: Path, bad: str, words: list[str]) -> None:
    source = tmp_path / "bad.conllu"
    source.write_text(bad, encoding="utf-8")
    out = tmp_path / "out.conllu"
    done = lemmatise(str(source), "--output", str(out))
    message = done.stderr.decode()
    assert done.returncode == 2 and "Traceback" not in message
    assert all(word in message for word in ["bad.conllu", *words])
    assert not out.exists()


def test_text_that_is_not_utf8_is_said_so() -> None:
    done = lemmatise(given="Pöytäkirja".encode("latin-1"))
    assert done.returncode == 2
    assert b"not UTF-8" in done.stderr and b"iconv" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ei-ole.txt"], "Cannot read ei-ole.txt"),
        (["-", "--output", "ei/ole/out.txt"], "Cannot write ei/ole/out.txt"),
        (["--lemmatiser", "snowball"], "snowball"),
    ],
)
def test_wrong_use_is_one_sentence_and_code_2(arguments: list[str], words: str) -> None:
    done = lemmatise(*arguments, given="asia")
    assert done.returncode == 2
    assert words in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_empty_input_gives_empty_output() -> None:
    assert lemmatise().stdout == b""
    assert lemmatise("--format", "conllu").stdout == b""


def test_nul_bytes_and_endless_lines_pass_through() -> None:
    text = "a\x00b " + "sana " * 60_000 + "x" * 300_000
    done = lemmatise(given=text)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"sana\tsana\t") == 60_000
    assert sum(len(row[0]) for row in rows(done.stdout) if set(row[0]) == {"x"}) == 300_000


def test_ten_megabytes_without_a_space_pass_whole() -> None:
    done = lemmatise(given="ä" * 5_000_000)
    assert done.returncode == 0, done.stderr
    assert sum(len(row[0]) for row in rows(done.stdout)) == 5_000_000


def test_other_scripts_pass_through_among_finnish() -> None:
    words = ["Кокous", "漢字", "كلمة", "ελληνικά", "kokouksia", "👍🏽", "שלום"]
    done = lemmatise(given=" ".join(words))
    assert done.returncode == 0, done.stderr
    assert "".join(row[0] for row in rows(done.stdout)) == "".join(words)
    assert ["kokouksia", "kokous"] in [row[:2] for row in rows(done.stdout)]


def test_conllu_that_is_not_utf8_is_said_so(tmp_path: Path) -> None:
    source = tmp_path / "bad.conllu"
    source.write_bytes(CONLLU.encode() + "1\tpöytä\t".encode("latin-1"))
    done = lemmatise(str(source))
    assert done.returncode == 2
    assert b"bad.conllu is not UTF-8" in done.stderr and b"Traceback" not in done.stderr


def test_memory_does_not_grow_with_the_input() -> None:
    resource = pytest.importorskip("resource")
    del resource
    script = (
        "import io, sys, resource\n"
        "from pipeline.cli.lemmatise import _text\n"
        "from pipeline.language import load_lemmatiser\n"
        "class Endless(io.TextIOBase):\n"
        "    def __init__(self, left): self.left = left\n"
        "    def readline(self, size=-1):\n"
        "        self.left -= 1\n"
        "        return 'Lautakunta päätti asiasta yksimielisesti.\\n' * (self.left >= 0)\n"
        "system = load_lemmatiser()\n"
        "for _ in _text(Endless(int(sys.argv[1])), 'x', system, False): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    small, large = (
        int(subprocess.run([sys.executable, "-c", script, count], capture_output=True, check=True).stdout)
        for count in ("5000", "50000")
    )
    assert large < small * 1.2
