"""What anyone could have without rules: a keyword search, and a classifier off the shelf."""

from collections.abc import Sequence

from pipeline.evaluate.gold import GoldItem
from pipeline.evaluate.runs import Scored
from pipeline.evaluate.scores import Scores, score_labels
from pipeline.labelling import Rules
from pipeline.records import Axis, Label

# What somebody types who looks for a label in a pile of text, inflection cut off by hand.
STEMS = {
    "employment": ("työllis", "työttöm", "työvoima", "työnhak", "työpaj"),
    "pupil_welfare": ("oppilashuol", "opiskeluhuol", "opiskelijahuol", "kuraattor", "psykolog", "kouluterveyd"),
    "security": ("turvalli", "varautumi", "valmius", "pelastus", "poliisi"),
    "premises": ("tilat", "tiloj", "tiloi", "toimitil", "kiinteistö", "vuokra", "sisäilma"),
    "ngos": ("järjestö", "yhdisty", "vapaaehtois", "kolmas sektori", "kolmannen sektorin"),
    "challenge": ("haaste", "haastav", "ongelm", "puut", "huol", "vaike", "viiväst"),
    "success": ("onnist", "hyvin", "sujuv", "parantu", "kiitet", "kiito"),
    "agreed_action": ("sovitt", "sovimme", "päätet", "toimenpi", "vastuu", "mennessä"),
}
_STEM = 0.7  # share of a title's word that its forms have in common
_FEW = 100  # items among which what stands once is all there is

_Guess = frozenset[tuple[Axis, str]]


def keyword_search(documents: Sequence[Scored], rules: Rules) -> list[Scores]:
    """Each item gets every label one of whose stems stands in its heading or text; the scores of each document.

    A theme of a user's own has no stems here; the words of its title, cut short, stand in for them.
    """
    stems: dict[tuple[Axis, str], Sequence[str]] = {("type", name): STEMS.get(name, ()) for name in rules.types}
    for theme in rules.themes:
        words = [word.strip("-,") for word in theme.title.casefold().split()]
        cut = [word[: max(4, round(len(word) * _STEM))] for word in words if len(word) > 3]
        stems["theme", theme.label] = STEMS.get(theme.label, cut)
    texts = [f"{gold.section[1]}\n{gold.text}".casefold() for one in documents for gold in _golds(one)]
    return _scores(
        documents,
        [frozenset(label for label, ones in stems.items() if any(s in text for s in ones)) for text in texts],
    )


def tfidf_svm(documents: Sequence[Scored]) -> list[Scores]:
    """A linear SVM a label on TF-IDF of letters, for each document trained on all the others; needs two or more.

    Three to five letters within words, labels weighted by rarity, the text without its heading: of what a user would
    try first this was the best (whole words, which Finnish inflects, reach a third of it).
    """
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.svm import LinearSVC

    golds = [gold for one in documents for gold in _golds(one)]
    owner = np.repeat(np.arange(len(documents)), [len(_golds(one)) for one in documents])
    letters = CountVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=2 if len(golds) > _FEW else 1, dtype=np.float32
    )
    counts = letters.fit_transform([gold.text for gold in golds])
    axes: dict[str, Axis] = {name: "theme" for gold in golds for name in gold.themes}
    axes |= {name: "type" for gold in golds for name in gold.types}
    settled = {axis: np.array([f"{axis}s" not in gold.disputed for gold in golds]) for axis in set(axes.values())}
    truth = {name: np.array([name in gold.themes | gold.types for gold in golds]) for name in axes}
    guesses: list[set[tuple[Axis, str]]] = [set() for _ in golds]
    for place in range(len(documents)):
        own = np.flatnonzero(owner == place)
        if not len(own):
            continue
        weighted = TfidfTransformer(sublinear_tf=True).fit(counts[owner != place]).transform(counts)
        for name, axis in axes.items():
            read = np.flatnonzero((owner != place) & settled[axis])
            if len(set(truth[name][read])) < 2:
                said = np.full(len(own), truth[name][read].any())
            else:
                learner = LinearSVC(class_weight="balanced", random_state=0).fit(weighted[read], truth[name][read])
                said = learner.predict(weighted[own])
            for row in own[said]:
                guesses[row].add((axis, name))
    return _scores(documents, [frozenset(ones) for ones in guesses])


def _golds(document: Scored) -> list[GoldItem]:
    return [one.gold for one in document.items if one.gold]


def _scores(documents: Sequence[Scored], guesses: Sequence[_Guess]) -> list[Scores]:
    """The label scores of each document; actions are not asked of what gives none."""
    left, found = iter(guesses), []
    for one in documents:
        own: Scores = {}
        golds = _golds(one)
        labels = [[Label("", axis, name, 1.0, "rule", "", "") for axis, name in next(left)] for _ in golds]
        score_labels([(gold, given, ()) for gold, given in zip(golds, labels, strict=True)], own)
        found.append({key: counts for key, counts in own.items() if key.startswith(("theme", "type"))})
    return found
