"""``python -m groundswell.scoring.train``: trains the default scorer and writes what ships."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from groundswell.errors import GroundswellError
from groundswell.scoring.lite import linear
from groundswell.scoring.lite.encoder import Encoder
from groundswell.scoring.lite.model import ENCODER, LINEAR, VOCABULARY
from groundswell.scoring.lite.pieces import Pieces
from groundswell.scoring.train import sayings, written
from groundswell.scoring.train.drawing import Drawing
from groundswell.scoring.train.examples import EVAL, read_training
from groundswell.scoring.train.export import export
from groundswell.scoring.train.fit import Limits, examples_done, fit
from groundswell.scoring.train.model_card import write_model_card
from groundswell.scoring.train.network import base_weights, new_network
from groundswell.scoring.train.shipping import write_card, write_linear

SAYINGS = 24_000


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, exports and calibrates; 0, or 1 and a line about what went wrong."""
    said = _arguments().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        train(said)
    except GroundswellError as error:
        logging.getLogger(__name__).error("%s", error)
        return error.exit_code
    return 0


def train(said: argparse.Namespace) -> None:
    """All steps in order. A checkpoint in ``said.checkpoints`` is gone on with, so that a run
    that was stopped loses some minutes at most."""
    source = base_weights()
    # Two threads that wait by spinning starve each other on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import_torch(said.threads)
    sets = {
        **read_training(said.eval),
        "sayings": sayings.made(SAYINGS, said.seed),
        "written": written.for_training(said.seed),
    }
    drawing = Drawing(sets, Pieces(source / VOCABULARY), said.seed)
    seconds = None if said.minutes is None else said.minutes * 60
    limits = Limits(examples=said.examples, seconds=seconds)
    network = fit(new_network(source), drawing, said.checkpoints, limits, said.seed)
    said.out.mkdir(parents=True, exist_ok=True)
    export(network, source / VOCABULARY, said.out / ENCODER, said.out / VOCABULARY)
    write_linear(sets, said.seed, said.out)
    write_card(
        said.out,
        Encoder(said.out / ENCODER, said.out / VOCABULARY, said.threads),
        linear.load(said.out / LINEAR, "message"),
        linear.load(said.out / LINEAR, "towards"),
        said.version,
        said.eval,
    )
    write_model_card(
        said.out,
        said.eval,
        version=said.version,
        seed=said.seed,
        examples=examples_done(said.checkpoints),
    )


def import_torch(threads: int) -> None:
    """Loads torch and sets how many threads it uses."""
    from importlib import import_module

    import_module("torch").set_num_threads(threads)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m groundswell.scoring.train", description=__doc__
    )
    add = parser.add_argument
    add("--examples", type=int, default=300_000, help="Examples drawn, about 45 a CPU-second.")
    add("--minutes", type=float, help="Stop training after so many, whatever is drawn.")
    add("--seed", type=int, default=1)
    add("--threads", type=int, default=2)
    add("--version", default="lite-1", help="Name under which scores are kept.")
    add("--eval", type=Path, default=EVAL, help="Folder of the labelled sets.")
    add("--checkpoints", type=Path, required=True, help="Folder for unfinished training.")
    add("--out", type=Path, required=True, help="Folder that will hold the model.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
