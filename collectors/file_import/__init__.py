"""File import: CSV, JSON Lines, JSON and Parquet that the user names; no network, no credentials.

``plan`` shows what an import would do; ``FileImport`` does it. A file has no terms of its own:
those of the place it came from hold, and ``origin`` says which.
"""

from collectors.file_import.collector import FileImport
from collectors.file_import.planning import Column, ImportPlan, plan

__all__ = ["Column", "FileImport", "ImportPlan", "plan"]
