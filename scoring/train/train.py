"""Trains the fraud model, judges it, and writes model, card, golden rows and MODEL_CARD.md.

python -m train --rows FOLDER --out scoring/models

The same rows give the same model, byte for byte: one thread, fixed seeds, deterministic LightGBM.
"""

import argparse
import csv
import hashlib
import json
from pathlib import Path

import lightgbm
import numpy as np

from card import write_card
from measure import Ranking, measure, within
from rows import Rows

NAME = "fraud-v1"
SEED = 20250701
TREES = 120
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 24,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    "seed": SEED,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
HONEST_FLAGGED = 0.01  # of honest payable claims: what the threshold may cost
TOP = 0.02  # review capacity at which precision is reported
SETS = {
    "seen": "new worlds, schemes and parameters as in training",
    "parameters": "schemes of training, parameters never seen",
    "schemes": "schemes never seen",
    "everything": "all schemes as the demonstration has them",
}


def train(rows):
    """On payable claims without findings.

    Denied and pended claims need no score. And the simulation gives no defect to a fraudulent claim, so a model that
    saw findings would learn that they make a claim honest. Without them the edit features are constant and unused.
    """
    kept = rows.payable()
    kept = kept.only(kept.features[:, kept.names.index("edits")] == 0)
    data = lightgbm.Dataset(kept.features, kept.label, feature_name=kept.names, free_raw_data=False)
    return lightgbm.train(PARAMETERS, data, num_boost_round=TREES), kept


def threshold_of(model, validation):
    """The margin, in whole millionths, that at most HONEST_FLAGGED of honest payable claims reach."""
    rows = validation.payable()
    margin = model.predict(rows.features, raw_score=True)
    honest = np.sort(margin[rows.label == 0])[::-1]
    return int(np.floor(honest[int(HONEST_FLAGGED * len(honest))] * 1e6)) + 1


def at_threshold(flagged, label):
    """Figures of a yes or no: how many claims wait, how many of them rightly, how much fraud is among them."""

    def share(top, whole):
        return lambda w: np.sum(w * top) / np.sum(w * whole) if np.sum(w * whole) > 0 else np.nan

    everyone = np.ones(len(label))
    return {
        "flagged share": share(flagged, everyone),
        "precision at threshold": share(flagged * label, flagged),
        "recall at threshold": share(flagged * label, label),
        "honest flagged": share(flagged * (1 - label), 1 - label),
    }


def judge(model, threshold, rows, name):
    """All figures of one set, as the card keeps them."""
    margin = model.predict(rows.features, raw_score=True)
    flagged = (np.rint(margin * 1e6) >= threshold).astype(float)
    rankings = {"model": margin, "claim charge": rows.charge, "provider total": rows.provider_total}
    keys, figures = [], []

    def add(ranking, metric, figure):
        keys.append((ranking, metric))
        figures.append(figure)

    made = {}
    for ranking, score in rankings.items():
        r = Ranking(score, rows.label)
        made[ranking] = {"ROC-AUC": r.roc_auc, "PR-AUC": r.pr_auc, f"precision@{TOP:.0%}": r.precision_at(TOP)}
        for metric, figure in made[ranking].items():
            add(ranking, metric, figure)
    for size in ("claim charge", "provider total"):
        for metric in ("ROC-AUC", "PR-AUC"):
            a, b = made["model"][metric], made[size][metric]
            add(f"model minus {size}", metric, lambda w, a=a, b=b: a(w) - b(w))
    add("model", "ROC-AUC within deciles of charge", within(margin, rows.label, rows.charge))
    for metric, figure in at_threshold(flagged, rows.label.astype(float)).items():
        add("model", metric, figure)
    fraud = int(rows.label.sum())
    return [
        {"set": name, "ranking": k[0], "metric": k[1], "value": round(v, 4), "ci95": [round(a, 4), round(b, 4)], "rows": len(rows.label), "fraud": fraud}
        for k, (v, a, b) in zip(keys, measure(figures, rows.group))
    ]


def by_scheme(model, threshold, rows):
    """ROC-AUC and recall of each scheme against honest claims, with how many claims and providers that is."""
    margin = model.predict(rows.features, raw_score=True)
    table = []
    for scheme in sorted(set(rows.scheme) - {""}):
        keep = (rows.scheme == scheme) | (rows.label == 0)
        part, score = rows.only(keep), margin[keep]
        flagged = (np.rint(score * 1e6) >= threshold).astype(float)
        figures = [Ranking(score, part.label).roc_auc, at_threshold(flagged, part.label.astype(float))["recall at threshold"]]
        auc, recall = measure(figures, part.group)
        table.append((scheme, int(part.label.sum()), len(set(part.group[part.label == 1])), auc, recall))
    return table


def golden_rows(model, rows, count):
    """Rows from all over the ranking, so that they reach many leaves."""
    margin = model.predict(rows.features, raw_score=True)
    chosen = np.argsort(margin, kind="stable")[np.linspace(0, len(margin) - 1, count).astype(int)]
    return rows.features[chosen], margin[chosen]


def write_golden(path, names, features, margin):
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(names + ["margin"])
        for x, m in zip(features, margin):
            out.writerow(["" if np.isnan(v) else repr(float(v)) for v in x] + [repr(float(m))])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    where = parser.parse_args()
    sets = {name: Rows(where.rows / f"{name}.csv") for name in ["train", "validation", *SETS]}
    model, used = train(sets["train"])
    text = model.model_to_string()
    threshold = threshold_of(model, sets["validation"])
    evaluation = [m for name in SETS for m in judge(model, threshold, sets[name].payable(), name)]
    features, margin = golden_rows(model, sets["everything"], 116)
    write_golden(where.out / f"{NAME}.golden.csv", used.names, features[16:], margin[16:])
    golden = [
        {"features": [None if np.isnan(v) else float(v) for v in x], "margin": float(m)} for x, m in zip(features[::8], margin[::8])
    ]
    card = {
        "name": NAME,
        "modelSha256": hashlib.sha256(text.encode()).hexdigest(),
        "features": used.names,
        "thresholdMillionths": threshold,
        "thresholdRule": f"the margin that at most {HONEST_FLAGGED:.0%} of the honest payable claims of the validation worlds reach",
        "training": {
            "library": f"lightgbm {lightgbm.__version__}",
            "parameters": {k: str(v) for k, v in {**PARAMETERS, "trees": TREES}.items()},
            "dataSha256": {name: s.sha256 for name, s in sets.items()},
            "rows": len(used.label),
            "fraud": int(used.label.sum()),
            "schemes": sorted(set(used.scheme) - {""}),
            "heldOut": sorted(set(sets["schemes"].scheme) - {""}),
            "seed": SEED,
        },
        "evaluation": evaluation,
        "limits": [],
        "golden": golden,
    }
    if set(card["training"]["schemes"]) & set(card["training"]["heldOut"]):
        raise SystemExit("a held-out scheme is in the training rows")
    gain = sorted(zip(model.feature_importance("gain"), used.names), reverse=True)
    tables = {name: by_scheme(model, threshold, sets[name].payable()) for name in SETS}
    (where.out / f"{NAME}.txt").write_text(text)
    write_card(where.out, card, SETS, tables, gain)


if __name__ == "__main__":
    main()
