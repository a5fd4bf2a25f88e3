"""The words of a search: what they may also be, how each database is asked for them, and where they stand in a text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.models.searching import WORDS

#: More words than these are left out, and so is what follows so many letters.
MOST_WORDS = 8
LONGEST = 40
#: How many words of the register a beginning stands for; the shortest come first.
BEGINNINGS = 12
#: How many words of the register a mistyped one may be.
NEAREST = 3
#: A shorter word is one slip away from everything.
SHORTEST = 3
#: From so many letters on, two slips are forgiven.
LONG = 6
#: After every letter that words are made of.
_END = "\U0010ffff"
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")

#: The words that begin in one of many ways. Written out, since either database would read every word there is for
#: each beginning: a CROSS JOIN has SQLite look them up, a part that is in order and stands alone PostgreSQL.
_BEGINNING_SO = {
    "sqlite": text(
        "SELECT term FROM (SELECT value FROM json_each(:beginnings)) AS begun CROSS JOIN search_words "
        "WHERE term >= begun.value AND term < begun.value || :end AND length(term) BETWEEN :least AND :most"
    ),
    "postgresql": text(
        "SELECT found.term FROM json_array_elements_text(CAST(:beginnings AS json)) AS begun(value) "
        "CROSS JOIN LATERAL (SELECT term FROM search_words WHERE term >= begun.value "
        "AND term < begun.value || :end AND length(term) BETWEEN :least AND :most ORDER BY term OFFSET 0) AS found"
    ),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, marked where it is what was searched for."""

    text: str
    is_marked: bool = False


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a search as the index has them: small letters without accents."""
    return tuple(word[:LONGEST] for word in _WORD.findall(_letters(text)))[:MOST_WORDS]


def begun(session: Session, word: str) -> tuple[str, ...]:
    """Return the words that begin so, the word itself first. 1 query."""
    query = (
        select(WORDS.c.term)
        .where(WORDS.c.term >= word, WORDS.c.term < word + _END)
        .order_by(func.length(WORDS.c.term), WORDS.c.term)
        .limit(BEGINNINGS)
    )
    found = session.scalars(query).all() if len(word) >= SHORTEST - 1 else ()
    return (word, *(each for each in found if each != word))


def nearest(session: Session, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the words of the register that each of these may have been meant for, equally near. 1 query.

    A slip is a letter too many, too few, wrong, or changed places with the next. A word that the register has is
    not mistyped; one that is too short stands for itself.
    """
    wanted = [word for word in dict.fromkeys(words) if len(word) >= SHORTEST]
    if not wanted:
        return {}
    lengths = [len(word) for word in wanted]
    asked = {
        "beginnings": json.dumps(sorted({each for word in wanted for each in _beginnings(word)})),
        "end": _END,
        "least": min(lengths) - 2,
        "most": max(lengths) + 2,
    }
    query = _BEGINNING_SO[session.get_bind().dialect.name]
    known = sorted(set(session.scalars(query, asked)), key=_by_length)
    return {word: _like(word, known) for word in wanted}


def _beginnings(word: str) -> Iterator[str]:
    """Yield how the words begin that this one may have been meant for."""
    yield word[0]
    yield word[1] + word[0]  # changed places
    yield word[1:3]  # one too many
    for letter in ascii_lowercase:
        yield letter + word[:2]  # one too few
        yield letter + word[1:3]  # a wrong one


def _by_length(word: str) -> tuple[int, str]:
    return len(word), word


def _like(word: str, known: Sequence[str]) -> tuple[str, ...]:
    slips = 2 if len(word) >= LONG else 1
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=NEAREST)
    if found and found[0][1] == 0:
        return ()
    return tuple(each for each, slip, _ in found if slip == found[0][1])


def for_sqlite(groups: Sequence[Sequence[str]], *, in_title: bool) -> str:
    """Return the question for FTS5: one word of each group, in the title or anywhere."""
    asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
    return f"title : ({asked})" if in_title else asked


def for_postgresql(groups: Sequence[Sequence[str]], *, in_title: bool) -> str:
    """Return the question for a ``tsvector``: one word of each group, in the title or anywhere."""
    label = ":A" if in_title else ""
    return " & ".join("(" + " | ".join(f"'{word}'{label}" for word in group) + ")" for group in groups)


def marked(text: str, words: Iterable[str]) -> tuple[Piece, ...]:
    """Cut a text where its words are forms of those searched for."""
    sought = tuple(words)
    pieces: list[Piece] = []
    rest = 0
    for match in re.finditer(r"[^\W_]+", text):
        if any(_is_form(_letters(match[0]), word) for word in sought):
            if match.start() > rest:
                pieces.append(Piece(text[rest : match.start()]))
            pieces.append(Piece(match[0], is_marked=True))
            rest = match.end()
    if rest < len(text):
        pieces.append(Piece(text[rest:]))
    return tuple(pieces)


def excerpt(text: str, words: Iterable[str], *, length: int = 180) -> tuple[Piece, ...]:
    """Return the part of a text, all of it on one line, in which the first word stands, a little before it and after it."""
    sought = tuple(words)
    at = next(
        (m.start() for m in _WORD.finditer(text) if any(_is_form(_letters(m[0]), word) for word in sought)),
        None,
    )
    if at is None:
        return ()
    begin = text.rfind(" ", 0, max(at - length // 3, 0)) + 1
    end = len(text) if len(text) <= begin + length else text.rfind(" ", at, begin + length)
    end = end if end > at else begin + length
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return marked(before + text[begin:end] + after, sought)


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text)).lower()


def _is_form(word: str, sought: str) -> bool:
    """Say whether a word of a text is the one sought, begins with it, or differs in its ending only."""
    if word.startswith(sought):
        return True
    shorter = min(len(word), len(sought))
    stem = max(SHORTEST + 1, shorter - 2)
    return abs(len(word) - len(sought)) <= LONG - 1 and word[:stem] == sought[:stem] and shorter >= stem
