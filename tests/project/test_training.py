"""`make train`: the script that fits the weights of confidence, on cases of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support import ROOT, loaded
from watcher.config.weights import START, load_weights
from watcher.detect.claims.confidence import confidence_of

if TYPE_CHECKING:
    from pathlib import Path


def training() -> Any:
    """The script as a module."""
    return loaded(ROOT / "training" / "train_confidence.py")


def test_what_is_fitted_can_be_read_and_used(tmp_path: Path) -> None:
    """What speaks against a claim in the data gets a weight against it, and what is rare gets none."""
    script = training()

    def case(*names: str, is_right: bool) -> Any:
        return script.Case(names, is_right)

    news = [case("said by a verb", is_right=True)] * 40 + [case("said by a verb", "rare", is_right=False)] * 2
    stories = [case("told as a story", is_right=False)] * 30 + [case("told as a story", is_right=True)] * 3
    weights = script.fitted({"news": news, "stories": stories})
    assert weights["told as a story"] < 0 < weights["said by a verb"]
    assert "rare" not in weights
    (tmp_path / "weights.toml").write_text(script.as_toml("0" * 64, weights, {"news": {START: 0.5}}))
    read = load_weights(tmp_path)
    assert read.weights == weights
    assert read.left_out == {"news": {START: 0.5}}
    assert confidence_of(("told as a story",), read.weights) < confidence_of(("said by a verb",), read.weights)


def test_a_set_gives_the_claims_that_its_labels_can_judge(tmp_path: Path) -> None:
    """Each with what speaks for and against it."""
    (tmp_path / "own.jsonl").write_text(
        '{"id": "own/1", "text": "Two soldiers were killed.", "doc_label": false}\n'
        '{"id": "own/2", "text": "Zwei Soldaten starben.", "lang": "de", "doc_label": true}\n'
    )
    (case,) = training().cases_of(tmp_path / "own.jsonl")
    assert not case.is_right
    assert "asserted" in case.names
