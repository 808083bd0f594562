"""The model is trained once, kept beside the database, and never trusted when it does not fit."""

from pathlib import Path

import numpy as np
import pytest

from bot.content.load import load
from bot.content.model import examples_of, load_or_train
from bot.core.catalogue import Catalogue
from tests.build import write_content

QUESTION = "câu hỏi số a về health.coverage"


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load(write_content(tmp_path / "content"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cache = tmp_path / "cache"
    cache.mkdir()
    return cache


def models(folder: Path) -> list[Path]:
    return sorted(folder.glob("caunoi-model-*"))


def test_a_second_start_reads_the_same_model_back(catalogue: Catalogue, folder: Path) -> None:
    trained = load_or_train(catalogue, folder)
    (file,) = models(folder)
    before = file.stat().st_mtime_ns

    read = load_or_train(catalogue, folder)

    assert file.stat().st_mtime_ns == before
    assert read.rank(QUESTION) == trained.rank(QUESTION)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a file", b"no zip at all"])
def test_a_damaged_model_is_trained_over(catalogue: Catalogue, folder: Path, damage: bytes) -> None:
    trained = load_or_train(catalogue, folder)
    (file,) = models(folder)
    file.write_bytes(damage)

    again = load_or_train(catalogue, folder)

    assert again.rank(QUESTION) == trained.rank(QUESTION)
    assert len(file.read_bytes()) > 1000


def test_a_model_whose_parts_do_not_fit_each_other_is_trained_over(catalogue: Catalogue, folder: Path) -> None:
    trained = load_or_train(catalogue, folder)
    (file,) = models(folder)
    with file.open("rb") as raw, np.load(raw) as held:
        parts = dict(held)
    np.savez(file, **{**parts, "weights": parts["weights"][:-1]})

    assert load_or_train(catalogue, folder).rank(QUESTION) == trained.rank(QUESTION)


def test_other_examples_make_another_model_and_the_old_file_goes(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    load_or_train(catalogue, folder)
    (old,) = models(folder)
    label = "examples:\n  - giá vàng hôm nay\n  - chuyện khác hẳn\n"
    changed = load(write_content(tmp_path / "changed", {"labels/out_of_scope.yaml": label}))

    load_or_train(changed, folder)

    (new,) = models(folder)
    assert new != old


def test_a_folder_that_is_not_there_costs_only_the_training(catalogue: Catalogue, tmp_path: Path) -> None:
    ranker = load_or_train(catalogue, tmp_path / "nowhere")

    assert ranker.rank(QUESTION).labels
    assert not (tmp_path / "nowhere").exists()


def test_a_topic_is_learnt_from_its_examples_its_label_and_what_its_answer_says(tmp_path: Path) -> None:
    topic = (
        "label: {vi: Thẻ của tôi, en: My card}\nparts:\n  answer:\n"
        '    vi: "**Thẻ** do [xã nơi bạn ở](https://a.vn) phát không mất tiền."\n    en: "The commune hands it out."\n'
        "examples:\n" + "".join(f"  - câu thứ {letter}\n" for letter in "abcdefgh") + "review_by: 2027-01-31\n"
    )
    catalogue = load(write_content(tmp_path, {"topics/health/coverage.yaml": topic}))

    texts = examples_of(catalogue)["health.coverage"]

    assert {"câu thứ a", "Thẻ của tôi", "My card", "Thẻ do xã nơi bạn ở phát không mất tiền."} <= set(texts)
