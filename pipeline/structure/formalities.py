"""Lines about the paperwork of a matter: who prepared it and how to reach them, its case number, its attachments."""

import re

CASE_NUMBER = re.compile(
    r"(?:(?:Dnro|Dno|Diaarinumero|Diaarinro|Asianro|Asianumero|Asia)\.?:?\s*)?"
    r"(?P<number>[A-ZÅÄÖ]{2,}(?:[A-Za-zÅÄÖåäö]*)?[-/ ]?\d{0,6}(?:[-/:.]\d+)+|\d+/\d\d(?:\.\d\d)*/\d{4})$"
)
_PREPARED_BY = (
    r"(?:Valmisteli(?:ja|jat)?|Esitteli(?:jä)?|Asian valmistelija|Lisätietoja(?: antaa)?|Lisätiedot|Liitteet?|"
    r"Oheismateriaali)"
)
NOTE = re.compile(rf"{_PREPARED_BY}\s*(?:\d*)\s*[:/]")
# The label alone: the lines below it, down to the next blank one, are names, posts and addresses.
NOTE_LABEL = re.compile(rf"{_PREPARED_BY}(?:\s*/\s*\w+)?\s*:")
# A person to ask: name, post, e-mail.
CONTACT = re.compile(r"[A-ZÅÄÖ](?:[^.!?@:]|\b(?:v[st]|m?vs|ma)\.){3,100}\s\S+@\S+\.\w{2,}(?:$|[\s,])")
ATTACHMENT = re.compile(r"\d{1,2}\s+\S|liite\b|\S.*\.(?:pdf|docx?|xlsx?|pptx?|rtf)$", re.IGNORECASE)


def is_note(text: str) -> bool:
    """True for a line that names who prepared a matter, or a person to ask."""
    return bool(NOTE.match(text) or ("@" in text and CONTACT.match(text)))
