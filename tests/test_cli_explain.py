"""`muistio explain`: in words, why an item has its labels."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.explain import command
from pipeline.errors import UsageError
from tests.stores import Said, make_store, meeting

MINUTES = meeting(
    "koulu-2025.pdf",
    Said("Kuraattorista ei ole pulaa, mutta psykologia ei ole saatu."),
    Said("Hyväksyttiin.", more={"part": "decision"}),
    Said("Sihteeri selvittää vuokran 31.3. mennessä."),
    Said("Kahvit juotiin."),
    heading="Koulun tilat",
    date="2025-03-12",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store"), [MINUTES])


def explain(store: Path, item: str) -> str:
    result = CliRunner().invoke(command, [item, "--store", str(store)], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_words_that_fired_and_words_that_were_blocked(store: Path) -> None:
    text = explain(store, "koulu-1")
    assert "[Kuraattorista]" in text and "[ei ole saatu]" in text
    assert "theme pupil_welfare" in text and "rule pupil_welfare:curator" in text
    assert "not challenge: challenge:trouble-noun found 'pulaa', but it is denied by 'ei'" in text
    assert "(another rule gave the label)" in text


def test_heading_is_named(store: Path) -> None:
    text = explain(store, "koulu-2")
    assert "theme premises" in text
    assert "from the heading or an item above 'Koulun tilat'" in text
    assert "Part: decision" in text


def test_action(store: Path) -> None:
    assert "owner: sihteeri | deadline: 2025-03-31 ('31.3. mennessä')" in explain(store, "koulu-3")


def test_unknown_and_ambiguous_items(store: Path) -> None:
    with pytest.raises(UsageError, match="no item 'talo'"):
        explain(store, "talo")
    with pytest.raises(UsageError, match="Several items begin with 'koulu'"):
        explain(store, "koulu")
    with pytest.raises(UsageError, match="no item ''"):
        explain(store, "")
