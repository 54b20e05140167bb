"""Fits the network to the drawn examples; can be stopped at any time and goes on where it was."""

# torch is installed only with the extra [train].
# mypy: disable-error-code="import-not-found,import-untyped"

import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.pieces import Row, padded
from groundswell.scoring.train.drawing import ROUND, Drawing
from groundswell.scoring.train.examples import Example

log = logging.getLogger(__name__)

ENCODER_RATE = 1.2e-4
HEADS_RATE = 1e-3
DECAY = 0.01
WARM_UP = 0.06
CLIP = 1.0
SMOOTHING = 0.05
CHECKPOINT = "checkpoint.pt"
SAVE_EVERY_S = 120.0
SAY_EVERY_ROUNDS = 5
AVERAGED = 0.999  # a step moves the shipped average of the weights by a thousandth
SHOWN_STEPS = 80  # the loss shown is the mean of so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Training ends with whichever comes first; the rate of learning falls to 0 towards it.
    ``seconds`` are of training, over all its parts, None for no such limit."""

    examples: int
    seconds: float | None = None

    def progress(self, examples: int, seconds: float) -> float:
        """How much is done, 0…1."""
        by_time = seconds / self.seconds if self.seconds else 0.0
        return min(1.0, max(examples / self.examples, by_time))


def fit(network: Any, drawing: Drawing, folder: Path, limits: Limits, seed: int) -> Any:
    """The network with the running average of its fitted weights, which does better than the last
    ones (Izmailov et al. 2018). Checkpoints go to ``folder``; one that lies there is gone on with.
    """
    import torch

    torch.manual_seed(seed)
    optimiser = _optimiser(network)
    average = torch.optim.swa_utils.AveragedModel(network, avg_fn=_moved)
    done, spent = _resume(network, average, optimiser, folder / CHECKPOINT)
    weights = torch.tensor(drawing.class_weights())
    network.train()
    saved, losses = 0.0, deque[float](maxlen=SHOWN_STEPS)
    while (progress := limits.progress(done * ROUND, spent)) < 1:
        begin = time.monotonic()
        for rows, examples in drawing.batches(done):
            _set_rates(optimiser, progress)
            losses.append(_step(network, optimiser, rows, examples, weights))
            average.update_parameters(network)
        done += 1
        spent += time.monotonic() - begin
        saved += time.monotonic() - begin
        if done % SAY_EVERY_ROUNDS == 0:
            log.info("%d examples, %.0f s, loss %.3f", done * ROUND, spent, mean(losses))
        if saved > SAVE_EVERY_S:
            saved = 0.0
            _save(network, average, optimiser, folder / CHECKPOINT, done, spent)
    _save(network, average, optimiser, folder / CHECKPOINT, done, spent)
    return average.module.eval()


def examples_done(folder: Path) -> int:
    """How many examples the checkpoint in ``folder`` has seen."""
    import torch

    return int(torch.load(folder / CHECKPOINT, weights_only=True)["rounds"]) * ROUND


def _moved(average: Any, current: Any, steps: Any) -> Any:
    """The average of the weights a step later; early steps move it more, so that it forgets
    where training began."""
    return average.lerp(current, max(1 - AVERAGED, 9 / (10 + int(steps))))


def _optimiser(network: Any) -> Any:
    import torch

    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    groups = [
        {"params": encoder, "highest": ENCODER_RATE},
        {"params": list(network.heads.parameters()), "highest": HEADS_RATE},
    ]
    return torch.optim.AdamW(groups, lr=ENCODER_RATE, weight_decay=DECAY)


def _set_rates(optimiser: Any, progress: float) -> None:
    """Up in a straight line to the highest rate, then down to 0."""
    share = progress / WARM_UP if progress < WARM_UP else (1 - progress) / (1 - WARM_UP)
    for group in optimiser.param_groups:
        group["lr"] = group["highest"] * max(share, 1e-3)


def _step(
    network: Any, optimiser: Any, rows: Sequence[Row], examples: Sequence[Example], weights: Any
) -> float:
    import torch

    arrays = {name: torch.from_numpy(array) for name, array in padded(rows).items()}
    loss = mixed_loss(network(**arrays), examples, weights)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
    optimiser.step()
    return float(loss.detach())


def mixed_loss(logits: Any, examples: Sequence[Example], weights: Any) -> Any:
    """Mean loss of the examples, each by its own head only, classes weighted."""
    import torch

    total, start = logits.new_zeros(()), 0
    for head, classes in HEADS.items():
        end = start + len(classes)
        places = [n for n, example in enumerate(examples) if example.head == head]
        if places:
            labels = torch.tensor([examples[n].label for n in places])
            part = torch.nn.functional.cross_entropy(
                logits[places, start:end],
                labels,
                weight=weights[start:end],
                label_smoothing=SMOOTHING,
            )
            total = total + part * (len(places) / len(examples))
        start = end
    return total


def _resume(network: Any, average: Any, optimiser: Any, path: Path) -> tuple[int, float]:
    """Rounds and seconds already spent."""
    import torch

    if not path.is_file():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    average.load_state_dict(state["average"])
    optimiser.load_state_dict(state["optimiser"])
    log.info("going on after %d examples", state["rounds"] * ROUND)
    return int(state["rounds"]), float(state["seconds"])


def _save(network: Any, average: Any, optimiser: Any, path: Path, done: int, spent: float) -> None:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "network": network.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
        "rounds": done,
        "seconds": spent,
    }
    unfinished = path.with_suffix(".new")
    torch.save(state, unfinished)
    unfinished.replace(path)
