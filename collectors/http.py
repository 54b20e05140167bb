"""The client of the wire, for sources that other packages bring; see docs/plugins.md."""

from collectors._http import API_CAP_BYTES, Answer, Http

__all__ = ["API_CAP_BYTES", "Answer", "Http"]
