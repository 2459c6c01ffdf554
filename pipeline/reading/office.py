"""ODT, RTF and the DOC of old Word: LibreOffice turns them into DOCX, where it is installed."""

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.reading import docx, packed, sniff
from pipeline.reading.source import Source
from pipeline.records import Reading

ENDINGS = {sniff.ODT: ".odt", sniff.DOC: ".doc", sniff.RTF: ".rtf"}
TIME_SHARE = 0.8  # of the time that a document may take


def read(source: Source) -> Reading:
    """Lines as of the DOCX that LibreOffice makes.

    Raises:
        DocumentError: LibreOffice is missing, fails, or takes too long.
    """
    if source.media_type == sniff.ODT:
        packed.check(source)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise DocumentError(
            f"{source.name} needs LibreOffice, which is not installed; install it (`apt install libreoffice-writer`),"
            " or save the file as DOCX or PDF."
        )
    with tempfile.TemporaryDirectory() as folder:
        # The name is ours: nothing of the document's own name reaches a command line.
        original = Path(folder) / f"document{ENDINGS[source.media_type]}"
        original.write_bytes(source.data)
        # A profile of its own, so that an open LibreOffice is not in the way and macros stay off.
        profile = (Path(folder) / "profile").as_uri()
        command = [
            program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
        ]
        try:
            subprocess.run(
                [*command, str(original)], capture_output=True, timeout=TIME_SHARE * source.limits.seconds, check=True
            )
            data = original.with_suffix(".docx").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise DocumentError(f"LibreOffice took too long over {source.name}; save it as DOCX or PDF.") from error
        except (subprocess.CalledProcessError, OSError) as error:
            raise DocumentError(f"LibreOffice could not read {source.name}; save it as DOCX or PDF.") from error
    reading = docx.read(replace(source, data=data, media_type=sniff.DOCX))
    return replace(reading, media_type=source.media_type, reader=f"libreoffice+{reading.reader}")
