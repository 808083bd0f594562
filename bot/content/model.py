"""The ranker of a catalogue: its model is trained once and kept beside the database, by the hash of what made it."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.core.catalogue import Catalogue
from bot.core.ranking import HANDOVER, SMALLTALK, VERSION, Model, Ranker, train
from bot.core.text import fold


def load_or_train(catalogue: Catalogue, folder: Path | None) -> Ranker:
    """Return the catalogue's ranker. A cached model that cannot be read is trained anew; None keeps no cache."""
    examples = _examples(catalogue)
    name = f"caunoi-model-{_fingerprint(examples, catalogue)}.npz"
    model = _read(folder / name) if folder else None
    if model is None:
        model = train(examples, catalogue.words)
        if folder:
            _write(folder / name, model)
    exact = {
        fold(text): label
        for label, texts in catalogue.labels.items()
        if label.startswith(SMALLTALK) or label == HANDOVER
        for text in texts
    }
    return Ranker(model, catalogue.words, exact)


def _examples(catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    topics = {name: (*topic.examples, *topic.label.values()) for name, topic in catalogue.topics.items()}
    return {**topics, **catalogue.labels}


def _fingerprint(examples: Mapping[str, Sequence[str]], catalogue: Catalogue) -> str:
    words = catalogue.words
    made_of = [VERSION, sorted(examples.items()), sorted(words.abbreviations.items()), sorted(words.english.items())]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def _read(file: Path) -> Model | None:
    try:
        with np.load(file, allow_pickle=False) as held:
            return Model(
                tuple(held["labels"].tolist()),
                held["weights"],
                held["idf"],
                held["bias"],
                frozenset(held["syllables"].tolist()),
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def _write(file: Path, model: Model) -> None:
    """Write beside the database, whole or not at all; a folder that cannot be written costs a training each start."""
    try:
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".npz.tmp")
        with os.fdopen(handle, "wb") as out:
            np.savez(
                out,
                labels=np.array(model.labels),
                weights=model.weights,
                idf=model.idf,
                bias=model.bias,
                syllables=np.array(sorted(model.syllables)),
            )
        for old in file.parent.glob("caunoi-model-*.npz"):
            old.unlink(missing_ok=True)
        Path(temporary).replace(file)
    except OSError:
        return
