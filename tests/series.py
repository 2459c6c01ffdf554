"""Series of fictional meetings whose reports are told by hand, and how well they are followed.

`python -m tests.series [FILE...]` scores the files of `data/corpus/series` and names every miss. In a file, `=====`
stands between meetings; an item after `{a1}` is the action a1, one after `{a1>late}` reports on it.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.following import follow, series_of
from pipeline.labelling import Rules, label_minutes, load_rules
from pipeline.language import Lemmatiser, load_lemmatiser
from pipeline.reading import read
from pipeline.records import Action, Minutes, document_id
from pipeline.structure import parse

FOLDER = Path(__file__).resolve().parent.parent / "data" / "corpus" / "series"
_TAG = re.compile(r"\{(?P<task>\w+)(?:>(?P<said>\w+))?\} ?")

Link = tuple[str, int, str]
"""Which action is reported, in which meeting, and what is said of it."""


@dataclass(slots=True)
class Scores:
    """What was found of one or more series; `false` and `missed` name links in words."""

    found: int = 0
    right_status: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    actions: int = 0
    wrong_open: list[str] = field(default_factory=list)
    wrong_closed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.found / max(self.found + len(self.false), 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.found + len(self.missed), 1)


def meetings(text: str, suffix: str, rules: Rules, words: Lemmatiser) -> list[Minutes]:
    """The meetings of a series, labelled."""
    made = []
    for number, part in enumerate(text.split("=====\n")):
        data = re.sub(r"^ \|", "|", _TAG.sub("", part), flags=re.MULTILINE).encode()
        name = f"{number}{suffix}"
        minutes = parse(read(data, name), document_id=document_id(data), path=name)
        made.append(label_minutes(minutes, rules, words))
    return made


def told(text: str) -> dict[tuple[int, str], tuple[str, str | None]]:
    """For each tagged line of each meeting the action and what is said of it; None where the line agrees on it."""
    return {
        (number, _plain(line[tag.end() :])): (tag["task"], tag["said"])
        for number, part in enumerate(text.split("=====\n"))
        for line in part.splitlines()
        for tag in _TAG.finditer(line)
    }


def score(paths: Iterable[Path], rules: Rules, words: Lemmatiser) -> Scores:
    """How well the links and what is open in the end agree with the tags."""
    scores = Scores()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        _score(path.name, meetings(text, path.suffix, rules, words), told(text), scores)
    return scores


def _score(
    name: str, series: list[Minutes], gold: dict[tuple[int, str], tuple[str, str | None]], scores: Scores
) -> None:
    assert len({series_of(one.document) for one in series}) == 1, name
    rows = {action.action_id: action for actions in follow(series).values() for action in actions}
    items = {item.item_id: (n, _plain(item.text)) for n, one in enumerate(series) for item in one.items}
    said = {trace.action_id: trace.said for one in series for trace in one.traces}

    def tag(action: Action, report: bool) -> tuple[str, str | None] | None:
        number, text = items[action.item_id]
        fits = [
            value
            for (n, line), value in gold.items()
            if n == number and text.endswith(line) and (value[1] is not None) == report
        ]
        return fits[0] if fits else None

    def first(action: Action) -> Action:
        while action.follows:
            action = rows[action.follows]
        return action

    links: set[tuple[str, int]] = set()
    for action in rows.values():
        if action.follows:
            report, task = tag(action, True), tag(first(action), False)
            number, text = items[action.item_id]
            if report and task and report[0] == task[0]:
                links.add((task[0], number))
                scores.found += 1
                scores.right_status += said[action.action_id] == report[1]
            else:
                scores.false.append(f"{name}: {text} -> {items[first(action).item_id][1]}")
    scores.missed += [
        f"{name}: {line} ({what})" for (n, line), (task, what) in gold.items() if what and (task, n) not in links
    ]
    last = {task: what for (_, _), (task, what) in sorted(gold.items()) if what}
    for task in {task for task, what in gold.values() if what is None}:
        mine = [row for row in rows.values() if (found := tag(first(row), False)) and found[0] == task]
        scores.actions += bool(mine)
        is_open, over = any(row.status == "open" for row in mine), last.get(task) in ("done", "dropped")
        if mine and is_open == over:
            (scores.wrong_open if is_open else scores.wrong_closed).append(f"{name}: {task}")


def _plain(text: str) -> str:
    return " ".join(text.strip(" |-–•*").split())


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("[0-9]*"))
    scores = score(paths, load_rules(), load_lemmatiser())
    for title, some in (("false", scores.false), ("missed", scores.missed), ("open, but over", scores.wrong_open),
                        ("closed, but open", scores.wrong_closed)):  # fmt: skip
        for one in some:
            print(f"{title}: {one}")
    right = scores.right_status / max(scores.found, 1)
    print(f"links: precision {scores.precision:.3f}, recall {scores.recall:.3f}; what is said right in {right:.3f}")
    print(
        f"{scores.actions} actions found, {len(scores.wrong_open)} open though over, {len(scores.wrong_closed)} closed"
    )


if __name__ == "__main__":
    main()
