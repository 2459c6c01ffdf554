"""The media type of a file, told from its bytes; the name only breaks ties."""

import io
import re
import zipfile
from pathlib import PurePath

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
DOC = "application/msword"
RTF = "application/rtf"
HTML = "text/html"
TEXT = "text/plain"
ZIP = "application/zip"
UNKNOWN = "application/octet-stream"

IMAGES = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
LEGACY_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML_START = re.compile(rb"<(!doctype\s+html|html|head|body|h[1-6]|p|div|table|ul|ol|meta)\b", re.IGNORECASE)
HTML_LEAD = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def media_type(data: bytes, name: str) -> str:
    """Media type of `data`; `application/octet-stream` for what is no document that is known here."""
    suffix = PurePath(name).suffix.lower()
    head = data[:1024]
    if b"%PDF-" in head:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _packed(data, suffix)
    if head.startswith(LEGACY_OFFICE):
        return DOC
    if head.startswith(b"{\\rtf"):
        return RTF
    for start, image in IMAGES.items():
        if head.startswith(start):
            return image
    wide = head.startswith(BYTE_ORDER_MARKS[1:])
    readable = head.replace(b"\x00", b"") if wide else head
    if HTML_LEAD.match(readable.removeprefix(BYTE_ORDER_MARKS[0])):
        return HTML
    if suffix in {".html", ".htm", ".xhtml"} and HTML_START.search(readable):
        return HTML
    if wide or _is_text(data):
        return TEXT
    return UNKNOWN


def _packed(data: bytes, suffix: str) -> str:
    """Which office format a zip archive holds; the name tells where the archive is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return DOCX
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                declared = archive.read("mimetype").decode("ascii", "replace").strip()
                return ODT if declared == ODT else ZIP
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError):
        return {".docx": DOCX, ".odt": ODT}.get(suffix, ZIP)
    return ZIP


def _is_text(data: bytes) -> bool:
    """Whether the bytes look like text in an eight-bit encoding: control characters are rare in it."""
    sample = data[:65536]
    odd = sum(sample.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13, 26, 27))
    return odd <= 2 + len(sample) * 0.01
