"""Figures of a ranking, with bootstrap intervals over billing providers.

A provider's claims stand or fall together, so an interval over claims would be far too narrow: whole providers are
drawn, and each draw is a weight on the provider's rows.
"""

import numpy as np


class Ranking:
    """Scores with labels, sorted once; every figure can then be taken under any weights."""

    def __init__(self, score, label):
        order = np.argsort(-score, kind="stable")
        self.order = order
        self.label = label[order].astype(float)
        ordered = score[order]
        # Ties share one threshold: the last row of each run of equal scores ends it.
        self.ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))

    def curve(self, weight):
        """Weighted true and false positives at each distinct score, highest score first."""
        w = weight[self.order]
        hits = np.cumsum(w * self.label)[self.ends]
        misses = np.cumsum(w * (1 - self.label))[self.ends]
        return hits, misses

    def roc_auc(self, weight):
        hits, misses = self.curve(weight)
        if hits[-1] == 0 or misses[-1] == 0:
            return np.nan
        x = np.append(0, misses) / misses[-1]
        y = np.append(0, hits) / hits[-1]
        return float(np.trapezoid(y, x))

    def pr_auc(self, weight):
        """Average precision."""
        hits, misses = self.curve(weight)
        if hits[-1] == 0:
            return np.nan
        total = hits + misses
        precision = np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)
        return float(np.sum(np.diff(np.append(0, hits)) * precision) / hits[-1])

    def precision_at(self, share):
        """Precision among the highest-scored share of claims; of a tie at the cut, its average."""

        def figure(weight):
            hits, misses = self.curve(weight)
            total = hits + misses
            want = share * total[-1]
            at = int(np.searchsorted(total, want))
            before_hits, before_total = (hits[at - 1], total[at - 1]) if at > 0 else (0.0, 0.0)
            tie = total[at] - before_total
            part = (want - before_total) / tie if tie > 0 else 0.0
            return float((before_hits + part * (hits[at] - before_hits)) / want)

        return figure


def within(score, label, size, bins=10):
    """ROC-AUC between claims of the same decile of size only: what a ranking knows beyond size."""
    edges = np.quantile(size, np.linspace(0, 1, bins + 1)[1:-1])
    place = np.searchsorted(edges, size, side="right")
    parts = []
    for b in range(bins):
        rows = np.flatnonzero(place == b)
        if len(rows):
            parts.append((rows, Ranking(score[rows], label[rows])))

    def figure(weight):
        total, pairs = 0.0, 0.0
        for rows, ranking in parts:
            w = weight[rows]
            n = np.sum(w * label[rows]) * np.sum(w * (1 - label[rows]))
            auc = ranking.roc_auc(w)
            if n > 0 and not np.isnan(auc):
                total, pairs = total + n * auc, pairs + n
        return total / pairs if pairs else np.nan

    return figure


def draws(group, count, seed):
    """The weights of each bootstrap draw of whole groups; the first is the sample itself."""
    names, member = np.unique(group, return_inverse=True)
    random = np.random.default_rng(seed)
    yield np.ones(len(group))
    for _ in range(count):
        drawn = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        yield drawn[member].astype(float)


def measure(figures, group, count=400, seed=20250701):
    """Each figure, a function of weights, as (value, low, high) with a 95 % percentile interval over the same draws."""
    values = np.array([[f(w) for f in figures] for w in draws(group, count, seed)])
    low, high = np.nanquantile(values[1:], [0.025, 0.975], axis=0)
    return [(float(v), float(a), float(b)) for v, a, b in zip(values[0], low, high)]
