"""The words that head the columns of tables in minutes."""

import re
from collections.abc import Sequence

# What is to be done, who does it, by when, and what else such tables tell.
KINDS = (
    re.compile(
        r"(?:tehtäv|toimenpi|asia(?:t|n)?\b|päätö|mitä\b|aihe|kohta\b|toimi\b|kuvaus|tavoite|toteutus)", re.IGNORECASE
    ),
    re.compile(r"(?:vastuu|vastaa|kuka\b|toteutta|omistaja)", re.IGNORECASE),
    re.compile(
        r"(?:aikataul|määräai|määräpäiv|eräpäiv|milloin|mennessä|deadline|dl\b|valmi|aika\b|pvm\b)", re.IGNORECASE
    ),
    re.compile(r"(?:tila\b|status|seuranta|huom|nro\b|n:o\b|kustannu|mittari)", re.IGNORECASE),
)
LONGEST = 40  # characters of a header cell
MOST = 12  # columns


def heads_table(cells: Sequence[str], *, share: float = 0.5) -> bool:
    """True for the header of an action table: words of two kinds in at least `share` of its cells, all short."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not 2 <= len(filled) <= MOST or max(map(len, filled)) >= LONGEST:
        return False
    kinds = [kind for cell in filled for kind in KINDS if kind.match(cell)]
    return len(set(kinds)) >= 2 and len(kinds) >= share * len(filled)
