"""Actions followed from meeting to meeting."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.batch import run
from pipeline.config import Settings
from pipeline.corrections import Correction, publish_state, save, text_id
from pipeline.following import follow, series_of
from pipeline.labelling import load_rules
from pipeline.language import load_lemmatiser
from pipeline.records import Document
from pipeline.state import open_state
from pipeline.store import open_store
from tests.series import FOLDER, Scores, meetings, score

RULES = load_rules()
WORDS = load_lemmatiser()
HEAD = "Koivumäen kaupunki\nTurvallisuustyöryhmä\nMuistio {0}/2025\nAika: 1{0}.{0}.2025 klo 9.00–10.30\n"
FIRST = f"""{HEAD.format(1)}
1 Avaus
- Puheenjohtaja avasi kokouksen.

2 Toimenpiteet
- {{a1}} Tekninen johtaja korjauttaa rantaraitin valaistuksen 28.2. mennessä.
- {{a2}} Palotarkastaja laatii koulujen poistumisharjoituksista aikataulun.
- {{a3}} Sivistysjohtaja selvittää koulukyytien turvavyöt maaliskuun loppuun mennessä.
"""
SECOND = f"""{HEAD.format(3)}
1 Edellisen kokouksen sovitut asiat
- Rantaraitin valaistus on korjattu.
- Poistumisharjoitusten aikataulu ei ole vielä valmis, siirtyy huhtikuulle.

2 Katsaukset
- Rantaraitin penkit on töhritty.
- Koulukyytien myöhästymiset ovat vähentyneet.
"""


def followed(*texts: str) -> list[tuple[str, str, str | None]]:
    """(status, task, evidence) of every action of a series, in order."""
    series = meetings("=====\n".join(texts), ".txt", RULES, WORDS)
    told = follow(series)
    return [(a.status, a.task, a.status_evidence) for one in series for a in told[one.document.document_id]]


def test_done_ends_an_action_and_late_stands_in_its_place() -> None:
    rows = followed(FIRST, SECOND)
    assert [(status, evidence) for status, _, evidence in rows] == [
        ("done", "on korjattu"),
        ("superseded", "ei ole vielä"),
        ("open", None),
        ("done", "on korjattu"),
        ("open", "ei ole vielä"),
    ]
    assert rows[4][1] == rows[1][1]  # what is to be done stays what it was


def test_a_report_may_come_meetings_later() -> None:
    third = f"{HEAD.format(5)}\n1 Muuta\n- Koulujen poistumisharjoitusten aikataulu on valmistunut.\n\n2 Loppu\n- Ei.\n"
    assert "open" not in {status for status, task, _ in followed(FIRST, SECOND, third) if "Palotarkastaja" in task}


@pytest.mark.parametrize(
    "line",
    [
        "Rantaraitin penkit on töhritty.",
        "Rantaraitin valaistus on ollut hyvä.",
        "Koulukyytien hinnat ovat nousseet.",
        "Koulujen lukkoja on uusittu.",
        "Tekninen johtaja on valittu.",
        "Palotarkastaja on käynyt kouluissa.",
        "Kirjaston valaistus on korjattu.",
    ],
)
def test_same_theme_is_not_the_same_task(line: str) -> None:
    other = f"{HEAD.format(3)}\n1 Katsaukset\n- {line}\n- Asiasta keskusteltiin.\n\n2 Muuta\n- Ei muuta.\n"
    assert {status for status, *_ in followed(FIRST, other)} == {"open"}


def test_other_bodies_and_earlier_days_do_not_report() -> None:
    other = SECOND.replace("Turvallisuustyöryhmä", "Tekninen lautakunta")
    texts = [meetings(text, ".txt", RULES, WORDS)[0].document for text in (FIRST, other)]
    assert series_of(texts[0]) != series_of(texts[1])
    assert {s for s, *_ in followed(FIRST, SECOND.replace("13.3.2025", "11.1.2025"))} == {"open"}
    assert series_of(Document("x", "x.txt", body="Kunta, hallitus")) == ""


def test_series_goes_by_title_where_no_body_is_told() -> None:
    one = Document("x", "x", title="Kyläkokous, muistio 1/2025", date="2025-01-01")
    assert series_of(one) == series_of(replace(one, title="Kyläkokous, muistio 2/2025")) != ""


def test_status_column_of_a_table_tells_without_an_earlier_meeting() -> None:
    table = (
        "# Metsälän kunta, hyvinvointityöryhmä, muistio\n\nAika: 12.5.2025 klo 13.00\n\n## 1. Toimenpiteet\n\n"
        "| Toimenpide | Vastuu | Tila |\n| --- | --- | --- |\n| Liikuntakysely | ohjaaja | tehty |\n"
        "| Kulttuurilähete | tuottaja | kesken |\n"
    )
    (minutes,) = meetings(table, ".md", RULES, WORDS)
    assert [(one.task, one.status) for one in minutes.actions] == [
        ("Liikuntakysely", "done"),
        ("Kulttuurilähete", "open"),
    ]


@pytest.fixture(scope="module")
def scores() -> Scores:
    return score(sorted(FOLDER.glob("[0-9]*")), RULES, WORDS)


def test_series_of_the_corpus(scores: Scores) -> None:
    assert scores.false == [] and scores.wrong_closed == []
    assert scores.recall >= 0.75
    assert scores.right_status == scores.found


def statuses(out: Path) -> dict[str, str]:
    with open_store(out / "muistio.duckdb") as store:
        rows = store.execute("SELECT task, status FROM actions WHERE follows IS NULL").fetchall()
        assert store.execute("SELECT count(*) FROM actions a ANTI JOIN actions b ON a.follows = b.action_id"
                             " WHERE a.follows IS NOT NULL").fetchone() == (0,)  # fmt: skip
    return {task.split()[0]: status for task, status in rows}


def test_a_run_follows_and_goes_back(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    settings = Settings(out=out, workers=1)
    (source / "1.txt").write_text(FIRST.replace("{a1} ", "").replace("{a2} ", "").replace("{a3} ", ""), "utf-8")
    run([source], settings)
    assert set(statuses(out).values()) == {"open"}
    (source / "2.txt").write_text(SECOND, "utf-8")
    run([source], settings)
    assert statuses(out) == {"Tekninen": "done", "Palotarkastaja": "superseded", "Sivistysjohtaja": "open"}
    task = "Tekninen johtaja korjauttaa rantaraitin valaistuksen 28.2. mennessä."
    with open_state(out / "state.sqlite") as state:
        owner = next(
            one.document.document_id for one in state.minutes(state.marks()) if one.document.path.endswith("1.txt")
        )
        save(out, [Correction(owner, text_id(task), "type", "agreed_action", "remove", "random")])
        publish_state(out, state)
    assert statuses(out).keys() == {"Palotarkastaja", "Sivistysjohtaja"}
    (out / "corrections.csv").unlink()
    (source / "2.txt").write_text(SECOND.replace("on korjattu", "on himmeä"), "utf-8")
    run([source], settings)
    assert statuses(out)["Tekninen"] == "open"
