"""Cleans the characters that producers of Finnish minutes leave in their text."""

import re
import unicodedata

# Bullets of the fonts Symbol and Wingdings, which Word writes as private-use characters.
SYMBOLS = {
    0xF0B7: "•", 0xF06C: "•", 0xF09F: "•", 0xF0A7: "▪", 0xF06E: "▪", 0xF0A8: "▫", 0xF071: "▫", 0xF06F: "▫",
    0xF0D8: "➢", 0xF0D2: "➢", 0xF076: "❖", 0xF0FC: "✓", 0xF0FE: "☒", 0xF0E0: "→", 0xF0E8: "→", 0xF02D: "–",
    0xF0BE: "–", 0xF09E: "·", 0xF020: " ",
}  # fmt: skip
LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFC))
SPACES = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
CONTROLS = dict.fromkeys((*range(0, 9), 11, *range(14, 32), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFF))
TABLE = {**SYMBOLS, **LIGATURES, **INVISIBLE, **SPACES, **CONTROLS}
# pdfium puts this in the place of a hyphen at the end of a line.
JOINED = "\ufffe"
INNER_SOFT_HYPHEN = re.compile("\u00ad(?!$)")


def clean(text: str) -> str:
    """The line as a person sees it: no invisible characters, ligatures spelt out, composed letters.

    A soft hyphen stays at the end of the line alone, where it tells that a word was cut.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace(JOINED, "-").translate(TABLE)
    return INNER_SOFT_HYPHEN.sub("", unicodedata.normalize("NFC", text))
