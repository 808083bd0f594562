"""The ranker of a catalogue: its model is trained once and kept beside the database, by the hash of what made it.

`python -m bot.content.model CONTENT FOLDER` trains and stores: a process of its own, so that one that serves goes on.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.content.load import load
from bot.core.catalogue import Catalogue, Topic
from bot.core.features import Reader
from bot.core.linear import VERSION, Model, sketch, train
from bot.core.ranking import HANDOVER, SMALLTALK, Ranker

_NOT_SAID: Final = re.compile(r"\{[{%].*?[%}]\}|\]\([^)]*\)|[*\[]")  # calls, link targets, signs of the markup
_SENTENCE: Final = re.compile(r"\n+|(?<=[.?!])\s+")
_TOO_SHORT: Final = 4  # words: "Cách tính:" teaches nothing


def stored_ranker(catalogue: Catalogue, cache_folder: Path | None) -> Ranker | None:
    """Return the catalogue's ranker from its stored model; None where there is none that fits."""
    model = _read(_file_of(catalogue, cache_folder)) if cache_folder else None
    return None if model is None else ranker_of(catalogue, model)


def sketched_ranker(catalogue: Catalogue) -> Ranker:
    """Return a ranker made in a second or two, that offers and never answers: until the trained one is there."""
    return ranker_of(catalogue, sketch(examples_of(catalogue), reader_of(catalogue)), is_sketch=True)


def load_or_train(catalogue: Catalogue, cache_folder: Path | None) -> Ranker:
    """Return the catalogue's ranker, from the stored model where there is one (a tenth of a second; training: seconds).

    A stored model that is damaged or of other content is trained anew and replaced. None stores nothing.
    Raises ValueError when fewer than two labels have examples.
    """
    ranker = stored_ranker(catalogue, cache_folder)
    if ranker is None:
        model = train(examples_of(catalogue), reader_of(catalogue))
        if cache_folder:
            _write(_file_of(catalogue, cache_folder), model)
        ranker = ranker_of(catalogue, model)
    return ranker


def reader_of(catalogue: Catalogue) -> Reader:
    return Reader(catalogue.words, catalogue.places)


def ranker_of(catalogue: Catalogue, model: Model, *, is_sketch: bool = False) -> Ranker:
    """`is_sketch`: good enough to offer topics, not to answer."""
    of_class = {name: topic.household for name, topic in catalogue.topics.items() if topic.household}
    return Ranker(
        model, catalogue.words, phrases_of(catalogue), catalogue.places, of_class=of_class, is_sketch=is_sketch
    )


def examples_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """What the model learns from, by label: examples, labels, and the sentences of each topic's answer.

    The answer's own words find it when nobody has asked with them before (measured: wrong answers 2.3% → 1.4%).
    """
    topics = {
        name: (*topic.examples, *topic.label.values(), *_sentences_of(topic))
        for name, topic in catalogue.topics.items()
    }
    return {**topics, **catalogue.labels}


def phrases_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Whole messages that need no model, by label: small talk, and the wish for a person."""
    return {
        label: texts for label, texts in catalogue.labels.items() if label.startswith(SMALLTALK) or label == HANDOVER
    }


def _sentences_of(topic: Topic) -> list[str]:
    texts = topic.parts["answer"].values() if "answer" in topic.parts else ()
    sentences = (part.strip("- ") for text in texts for part in _SENTENCE.split(_NOT_SAID.sub("", text)))
    return [sentence for sentence in sentences if len(sentence.split()) > _TOO_SHORT]


def _file_of(catalogue: Catalogue, folder: Path) -> Path:
    return folder / f"caunoi-model-{_fingerprint(examples_of(catalogue), catalogue)}.npz"


def _fingerprint(examples: Mapping[str, Sequence[str]], catalogue: Catalogue) -> str:
    names = sorted(
        {name for place in catalogue.places for name in (place.old_name, place.new_name, place.old_district)}
    )
    made_of = [VERSION, examples, asdict(catalogue.words), names]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True, default=dict).encode()).hexdigest()[:16]


def _read(file: Path) -> Model | None:
    """Read a stored model; None where it is missing, damaged, or its parts do not fit each other."""
    try:
        with file.open("rb") as raw, np.load(raw, allow_pickle=False) as held:
            model = Model(_words(held["labels"]), _words(held["features"]), held["idf"], held["weights"], held["bias"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    size = (len(model.features), len(model.labels))
    fits = model.weights.shape == size and model.idf.shape == size[:1] and model.bias.shape == size[1:]
    return model if fits else None


def _write(file: Path, model: Model) -> None:
    """Store whole or not at all; in a folder that cannot be written each start trains."""
    try:
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix="caunoi-model-", suffix=".tmp")
        with os.fdopen(handle, "wb") as out:
            np.savez(
                out,
                labels=_letters(model.labels),
                features=_letters(model.features),
                idf=model.idf,
                weights=model.weights,
                bias=model.bias,
            )
        Path(temporary).replace(file)
        for old in file.parent.glob("caunoi-model-*"):
            if old != file:
                old.unlink(missing_ok=True)
    except OSError:
        return


def _letters(words: Sequence[str]) -> NDArray[np.uint8]:
    """Words as bytes, one a line: no feature or label holds a line break."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _words(letters: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(letters.tobytes().decode().split("\n"))


if __name__ == "__main__":
    load_or_train(load(Path(sys.argv[1])), Path(sys.argv[2]))
