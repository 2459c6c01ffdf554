"""What `docs/words.md` tells a reader to type works."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "words.md"


def test_the_three_lines_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert sum(map(bool, code.splitlines())) == 3
    exec(compile(code, str(PAGE), "exec"), {})
    assert capsys.readouterr().out.startswith("TE-palvelujen TE-palvelu NOUN ('TE', 'palvelu')\n")
