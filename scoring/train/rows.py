"""Rows as scoring/train/export writes them."""

import csv
import hashlib
from pathlib import Path

import numpy as np

BEFORE = ["world", "group", "sequence", "scheme", "outcome", "charge_cents", "provider_total_cents"]


class Rows:
    """One set: features with NaN for missing, and the truth."""

    def __init__(self, path):
        path = Path(path)
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        with path.open(newline="") as file:
            reader = csv.reader(file)
            head = next(reader)
            if head[: len(BEFORE)] != BEFORE:
                raise SystemExit(f"{path}: other columns than expected")
            self.names = head[len(BEFORE) :]
            cells = list(reader)
        self.group = np.array([c[1] for c in cells])
        self.scheme = np.array([c[3] for c in cells])
        self.outcome = np.array([c[4] for c in cells])
        self.charge = np.array([float(c[5]) for c in cells])
        self.provider_total = np.array([float(c[6]) for c in cells])
        self.features = np.array([[float(x) if x else np.nan for x in c[len(BEFORE) :]] for c in cells])
        self.label = (self.scheme != "").astype(int)

    def only(self, keep):
        """The rows where keep is true."""
        part = object.__new__(Rows)
        part.sha256, part.names = self.sha256, self.names
        for name in ("group", "scheme", "outcome", "charge", "provider_total", "features", "label"):
            setattr(part, name, getattr(self, name)[keep])
        return part

    def payable(self):
        """Claims that would be paid but for the score: the only ones that a score can hold."""
        return self.only(self.outcome == "pay")
