"""Loading the rules: `models/rules/`, and a user's own theme file beside it.

Whatever is wrong with a file ends as one `RuleError` that names file, line, key and the likely fix.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from pipeline.config import fingerprint, models_dir, rules_dir
from pipeline.errors import RuleError
from pipeline.labelling.learned import load_model
from pipeline.labelling.matching import Index
from pipeline.labelling.patterns import Pattern, Word, classes_in, parse_pattern, parse_word
from pipeline.labelling.rulebook import (
    CIRCUMSTANCES,
    KINDS,
    NONE,
    PARTS,
    REACHES,
    SCOPES,
    Circumstance,
    Cue,
    Patterns,
    Reach,
    Reports,
    Rule,
    Rules,
    Scope,
    Theme,
    WordClass,
    triggers_of,
)
from pipeline.labelling.yamlfile import Entry, read_yaml
from pipeline.records import Axis, digest

PATTERN_KEYS = ("any", "not", "unless", "with", "section")
RULE_KEYS = ("id", *PATTERN_KEYS, "scope", "parts", "kinds", *CIRCUMSTANCES, "becomes", "weight", "note", "examples")
THEME_KEYS = ("theme", "title", "uri", "note", "rules", "classes")
TYPE_KEYS = ("type", "title", "note", *CIRCUMSTANCES, "rules", "classes")
CONTEXT_KEYS = ("note", "classes", "circumstances", "masks", "bare", "parts", "inherit")
CUE_KEYS = ("id", "any", "not", "section", "reach", "note")
ACTION_KEYS = ("note", "classes", "owners", "columns", "reports")
OWNER_KEYS = ("actor", "named", "possessed", "vowing", "doing", "charging", "saying", "together")
REPORT_KEYS = ("earlier", "done", "happened", "nothing", "undone", "late", "changed", "dropped", "common")
COLUMN_KEYS = ("task", "owner", "deadline", "status")


class _Loader:
    """Collects what the files say; complains with file and line."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.themes: list[Theme] = []
        self.types: list[str] = []
        self.cues: list[Cue] = []
        self.masks: list[Cue] = []
        self.bare = NONE
        self.inherit = NONE
        self.part_names: dict[str, str] = {}
        self.owners: dict[str, Patterns] = {}
        self.columns: dict[str, tuple[str, ...]] = {}
        self.reports: dict[str, Patterns] = {}
        self.report_patterns: list[Pattern] = []
        self.classes: dict[str, tuple[Word, ...]] = {}
        self.patterns: list[Pattern] = []
        self._numbers: dict[str, range] = {}
        self._ids: dict[str, Entry] = {}
        self._class_texts: list[WordClass] = []
        self._uses: list[tuple[str, Entry]] = []
        self._targets: list[tuple[str, Entry]] = []

    def _patterns(self, entry: Entry | None) -> Patterns:
        if entry is None:
            return NONE
        texts: list[str] = []

        def parse(text: str) -> None:
            if text not in self._numbers:
                readings = parse_pattern(text)
                self._numbers[text] = range(len(self.patterns), len(self.patterns) + len(readings))
                self.patterns += readings
                self._uses += [(n, entry) for pattern in readings for word in pattern.words for n in classes_in(word)]
            texts.append(text)

        entry.parsed(parse)
        return Patterns(tuple(texts), frozenset(number for text in texts for number in self._numbers[text]))

    def _identify(self, file: Path, entry: Entry, keys: Mapping[str, Entry]) -> str:
        if "id" not in keys or not keys["id"].text():
            entry.fail("the rule has no id; add 'id: a-short-name'.")
        name = f"{file.stem}:{keys['id'].text()}"
        if name in self._ids:
            first = self._ids[name]
            where = first.file.name if first.file == file else first.file
            keys["id"].fail(f"'{name}' is used already on line {first.line} of {where}; choose another id.")
        self._ids[name] = keys["id"]
        return name

    def _classes(self, entry: Entry | None) -> None:
        for name, words in (entry.pairs() if entry else {}).items():
            if name in self.classes:
                words.fail("there is a word class of this name already; choose another name.")
            self.classes[name] = tuple(words.parsed(parse_word))
            if not self.classes[name]:
                words.fail("the word class is empty; write at least one word or drop it.")
            self._class_texts.append(WordClass(name, words.file, words.line, tuple(words.texts())))
            self._uses += [(word.key, words) for word in self.classes[name] if word.kind == "class"]

    def _rule(self, entry: Entry, axis: Axis, label: str, defaults: Mapping[str, str]) -> Rule:
        keys = entry.mapping(RULE_KEYS)
        name = self._identify(entry.file, entry, keys)
        if not any(key in keys for key in ("any", "section", "parts")):
            entry.fail(f"the rule '{name}' has no patterns; add 'any: [...]' with at least one.")
        for key in ("any", "parts", "section"):
            if key in keys and not keys[key].texts():
                keys[key].fail("the list is empty; write at least one entry or drop the key.")
        settings = dict(defaults)
        for circumstance in CIRCUMSTANCES:
            if circumstance in keys:
                settings[circumstance] = keys[circumstance].choice(("block", "keep"))
        examples = keys["examples"].mapping(("yes", "no")) if "examples" in keys else {}
        becomes = keys["becomes"].text() if "becomes" in keys else None
        if becomes:
            self._targets.append((becomes, keys["becomes"]))
        return Rule(
            id=name,
            axis=axis,
            label=label,
            file=entry.file,
            line=entry.line,
            any=self._patterns(keys.get("any")),
            look_alikes=self._patterns(keys.get("not")),
            unless=self._patterns(keys.get("unless")),
            with_=self._patterns(keys.get("with")),
            section=self._patterns(keys.get("section")),
            scope=cast(Scope, keys["scope"].choice(SCOPES)) if "scope" in keys else "sentence",
            parts=_choices(keys.get("parts"), PARTS),
            kinds=_choices(keys.get("kinds"), KINDS),
            keeps=frozenset(c for c in CIRCUMSTANCES if settings.get(c, "keep") == "keep"),
            becomes=becomes,
            weight=_weight(keys.get("weight")),
            note=keys["note"].text() if "note" in keys else "",
            yes=tuple(examples["yes"].texts()) if "yes" in examples else (),
            no=tuple(examples["no"].texts()) if "no" in examples else (),
        )

    def theme_file(self, root: Entry) -> None:
        """A file of one theme, or of a list of themes under `themes`."""
        keys = root.pairs()
        entries = keys["themes"].items() if "themes" in keys else [root]
        if "themes" in keys:
            root.mapping(("themes", "note", "classes"))
            self._classes(keys.get("classes"))
        if not entries:
            root.fail("there is no theme in the file; add 'theme: name' and 'rules:'.")
        for entry in entries:
            theme = entry.mapping(THEME_KEYS)
            if "theme" not in theme or not theme["theme"].text():
                entry.fail("there is no theme; add 'theme: name' (a short name without spaces) above 'rules:'.")
            label = theme["theme"].text()
            if label in self.types:
                theme["theme"].fail(f"'{label}' is a type; choose another name for the theme.")
            self._classes(theme.get("classes"))
            rules = theme["rules"].items() if "rules" in theme else []
            if not rules:
                theme["theme"].fail(f"the theme '{label}' has no rules; add 'rules:' with at least one rule.")
            if label not in {known.label for known in self.themes}:
                title = theme["title"].text() if "title" in theme else label
                self.themes.append(Theme(label, title, theme["uri"].text() if "uri" in theme else ""))
            self.rules += [self._rule(rule, "theme", label, {}) for rule in rules]

    def type_file(self, root: Entry) -> None:
        """A file of one type."""
        keys = root.mapping(TYPE_KEYS)
        if "type" not in keys:
            root.fail("there is no type; add 'type: name' above 'rules:'.")
        label = keys["type"].text()
        if label in self.types:
            keys["type"].fail(f"another file has the type '{label}'; put its rules there.")
        defaults: dict[str, str] = {c: keys[c].choice(("block", "keep")) for c in CIRCUMSTANCES if c in keys}
        self._classes(keys.get("classes"))
        self.types.append(label)
        self.rules += [
            self._rule(rule, "type", label, defaults) for rule in (keys["rules"].items() if "rules" in keys else [])
        ]

    def _cue(self, entry: Entry, circumstance: Circumstance | None) -> Cue:
        keys = entry.mapping(CUE_KEYS)
        if "any" not in keys and "section" not in keys:
            entry.fail("there are no patterns; add 'any: [...]' with at least one.")
        return Cue(
            id=self._identify(entry.file, entry, keys),
            file=entry.file,
            line=entry.line,
            circumstance=circumstance,
            any=self._patterns(keys.get("any")),
            look_alikes=self._patterns(keys.get("not")),
            section=self._patterns(keys.get("section")),
            reach=cast(Reach, keys["reach"].choice(REACHES)) if "reach" in keys else "clause",
        )

    def context_file(self, root: Entry) -> None:
        """Circumstances, masks, bare outcomes, names of parts."""
        keys = root.mapping(CONTEXT_KEYS)
        self._classes(keys.get("classes"))
        groups = keys["circumstances"].mapping(CIRCUMSTANCES) if "circumstances" in keys else {}
        for name, group in groups.items():
            self.cues += [self._cue(entry, cast(Circumstance, name)) for entry in group.items()]
        self.masks = [self._cue(entry, None) for entry in (keys["masks"].items() if "masks" in keys else [])]
        self.bare = self._patterns(keys.get("bare"))
        self.inherit = self._patterns(keys.get("inherit"))
        for part, names in (keys["parts"].mapping(PARTS[:4]) if "parts" in keys else {}).items():
            self.part_names.update({text.lower(): part for text in names.texts()})

    def action_file(self, root: Entry) -> None:
        """Vocabulary of owners, table columns and deadlines."""
        keys = root.mapping(ACTION_KEYS)
        self._classes(keys.get("classes"))
        owners = keys["owners"].mapping(OWNER_KEYS) if "owners" in keys else {}
        columns = keys["columns"].mapping(COLUMN_KEYS) if "columns" in keys else {}
        self.owners = {key: self._patterns(owners.get(key)) for key in OWNER_KEYS}
        self.columns = {key: tuple(entry.texts()) for key, entry in columns.items()}
        apart = _Loader()
        reports = keys["reports"].mapping(REPORT_KEYS) if "reports" in keys else {}
        self.reports = {key: apart._patterns(reports.get(key)) for key in REPORT_KEYS}
        self.report_patterns = apart.patterns
        self._uses += apart._uses

    def _check_references(self) -> None:
        """Every word class that is used and every label that a rule turns into must exist."""
        for name, entry in self._uses:
            if name not in self.classes:
                entry.fail(f"there is no word class '@{name}'; define it under 'classes:' or correct the name.")
        for name, entry in self._targets:
            if name not in {*self.types, *(theme.label for theme in self.themes)}:
                entry.fail(f"there is no label '{name}'; write the name of a type.")
        self._check_circles()

    def compile(self, files: list[Path]) -> Rules:
        """The rules of all files read so far."""
        self._check_references()
        return Rules(
            version=fingerprint(files),
            files=tuple(files),
            themes=tuple(self.themes),
            types=tuple(self.types),
            rules=tuple(self.rules),
            cues=tuple(self.cues),
            masks=tuple(self.masks),
            bare=self.bare,
            inherit=self.inherit,
            part_names=self.part_names,
            owners=self.owners,
            columns=self.columns,
            reports=Reports(words=self.reports, index=Index(self.report_patterns, self.classes)),
            classes=self.classes,
            class_texts=tuple(self._class_texts),
            index=Index(self.patterns, self.classes),
            own_negation=frozenset(
                number
                for number, pattern in enumerate(self.patterns)
                if any("neg" in w.features for w in pattern.words)
            ),
            triggers=triggers_of(rule.any for rule in self.rules),
            cue_triggers=triggers_of(cue.any for cue in self.cues),
        )

    def _check_circles(self) -> None:
        def visit(name: str, above: tuple[str, ...]) -> None:
            if name in above:
                raise RuleError(f"The word classes {' -> '.join(f'@{n}' for n in (*above, name))} use one another.")
            for word in self.classes[name]:
                if word.kind == "class":
                    visit(word.key, (*above, name))

        for name in self.classes:
            visit(name, ())


def _choices(entry: Entry | None, allowed: Iterable[str]) -> frozenset[str]:
    names = list(allowed)
    return frozenset(item.choice(names) for item in entry.items()) if entry else frozenset()


def _weight(entry: Entry | None) -> float:
    if entry is None:
        return 1.0
    try:
        weight = float(entry.text())
    except ValueError:
        entry.fail(f"'{entry.text()}' is no number; write a weight above 0 and at most 1, such as 0.4.")
    if not 0 < weight <= 1:
        entry.fail(f"the weight is {weight}; write one above 0 and at most 1.")
    return weight


def load_rules(themes: Path | None = None, folder: Path | None = None, *, model: bool = True) -> Rules:
    """Load every rule file of `folder` (the shipped rules) and, added to them, a user's file of `themes`.

    With the shipped rules comes the learned part that judges them, unless `model` is false.

    Raises:
        RuleError: a file cannot be used; the message names file, line, key and the likely fix.
    """
    learned = load_model(models_dir() / "labels") if model and folder is None else None
    folder = folder or rules_dir()
    theme_files = sorted((folder / "themes").glob("*.yaml"))
    type_files = sorted((folder / "types").glob("*.yaml"))
    context, actions = folder / "context.yaml", folder / "actions.yaml"
    if not theme_files or not type_files or not context.is_file() or not actions.is_file():
        raise RuleError(
            f"{folder} is no folder of rules; it must hold themes/*.yaml, types/*.yaml, context.yaml and actions.yaml."
        )
    loader = _Loader()
    loader.context_file(read_yaml(context))
    loader.action_file(read_yaml(actions))
    for path in type_files:
        loader.type_file(read_yaml(path))
    for path in theme_files + ([themes] if themes else []):
        loader.theme_file(read_yaml(path))
    rules = loader.compile([*theme_files, *type_files, context, actions, *([themes] if themes else [])])
    if learned is None:
        return rules
    return replace(rules, model=learned, version=digest(rules.version, learned.version))
