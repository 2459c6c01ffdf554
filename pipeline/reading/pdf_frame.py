"""Where a point of a PDF page lies for a reader: from the top left corner, with the writing upright."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible box of a page in points; pdfium counts from the bottom left, before the page is turned.

    Attributes:
        rotation: quarter turns clockwise by which the page is shown.
    """

    left: float
    low: float
    right: float
    high: float
    rotation: int

    @classmethod
    def of(cls, page: Any) -> "Frame":
        """The frame of a pypdfium2 page."""
        left, low, right, high = page.get_bbox()
        return cls(left, low, right, high, page.get_rotation() // 90)

    def place(self, x: float, y: float, turn: int) -> tuple[float, float]:
        """Distance along the writing and down the page, for writing turned by quarter turns anticlockwise."""
        if turn == 0:
            return x - self.left, self.high - y
        if turn == 1:
            return y - self.low, x - self.left
        if turn == 2:
            return self.right - x, y - self.low
        return self.high - y, self.right - x

    @property
    def area(self) -> float:
        """Square points."""
        return (self.right - self.left) * (self.high - self.low)
