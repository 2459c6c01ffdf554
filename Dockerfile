# muistio with everything that Debian adds to it: native Voikko, OCR in Finnish and Swedish.
#   docker build -t muistio .
#   docker run --rm --network none -v "$PWD/minutes:/in:ro" -v "$PWD/results:/out" muistio run /in --out /out
FROM python:3.12-slim-bookworm

# A stable Debian moves a version only to mend it, and takes the one before away: pins would break the build.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libvoikko1 voikko-fi tesseract-ocr tesseract-ocr-fin tesseract-ocr-swe \
    && rm -rf /var/lib/apt/lists/*

COPY . /src
RUN pip install --no-cache-dir -c /src/constraints.txt "/src[ocr]" && rm -rf /src

# Minutes are read and written by nobody in particular; name another user with --user for files of your own.
USER 1000
WORKDIR /out
ENTRYPOINT ["muistio"]
CMD ["--help"]
