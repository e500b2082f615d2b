"""Writes a model's card twice: JSON for the engine, MODEL_CARD.md for people."""

import json

LIMITS = [
    "Trained and judged on simulated claims only. The figures compare rankings on those claims; they say nothing about how much real fraud would be found.",
    "Unseen schemes are not equally unlike those of training: impossibleDay also bills high levels and many units, as upcoding and maximumUnits do, and outOfPattern adds services that make claims dear. cloned is the hardest test of an unseen way; read it by itself in the table of schemes.",
    "The simulation's fraud rates are far above those of real payers, so precision is overstated; ranking figures are not affected by the rate itself.",
    "The bootstrap draws providers. With few fraudulent providers in a set the intervals are wide and do not cover the choice of worlds or parameters.",
    "History reaches back 30 days, as the fact look-up does. A longer window changes what history features mean and needs a new model.",
    "Trained on claims without edit findings, because simulated fraud carries no defects: the three edit features are in the row and the model never asks them.",
    "A provider in no snapshot yet is judged by the claim alone.",
    "A score may pend a claim or put it in a sample. It never denies one, and it is not a finding against anybody.",
    "Age is a feature; sex, race, language and region are not. Outcomes by patient group have not been studied, since simulated groups differ in nothing that matters.",
]


def interval(value):
    v, low, high = value
    return f"{v:.3f} ({low:.3f}–{high:.3f})"


def measured(card, name, ranking, metric):
    for m in card["evaluation"]:
        if (m["set"], m["ranking"], m["metric"]) == (name, ranking, metric):
            return interval((m["value"], *m["ci95"]))
    raise KeyError((name, ranking, metric))


def ranking_table(card, name):
    top = next(m["metric"] for m in card["evaluation"] if m["metric"].startswith("precision@"))
    lines = [f"| ranked by | ROC-AUC | PR-AUC | {top} |", "|---|---|---|---|"]
    for ranking in ("model", "claim charge", "provider total"):
        cells = [measured(card, name, ranking, metric) for metric in ("ROC-AUC", "PR-AUC", top)]
        lines.append(f"| {ranking} | " + " | ".join(cells) + " |")
    for size in ("claim charge", "provider total"):
        cells = [measured(card, name, f"model minus {size}", metric) for metric in ("ROC-AUC", "PR-AUC")]
        lines.append(f"| *model minus {size}* | " + " | ".join(cells) + " | |")
    return lines


def section(card, name, what, table):
    first = next(m for m in card["evaluation"] if m["set"] == name)
    lines = [f"### {name}: {what}", "", f"{first['rows']:,} payable claims, {first['fraud']:,} of them fraudulent.", ""]
    lines += ranking_table(card, name)
    inside = measured(card, name, "model", "ROC-AUC within deciles of charge")
    lines += ["", f"Between claims of about the same charge (within its deciles) the model's ROC-AUC is {inside}.", ""]
    lines += ["| at the threshold | |", "|---|---|"]
    for metric in ("flagged share", "precision at threshold", "recall at threshold", "honest flagged"):
        lines.append(f"| {metric} | {measured(card, name, 'model', metric)} |")
    lines += ["", "| scheme | claims | providers | ROC-AUC against honest claims | recall at threshold |", "|---|---|---|---|---|"]
    for scheme, claims, providers, auc, recall in table:
        lines.append(f"| {scheme} | {claims:,} | {providers} | {interval(auc)} | {interval(recall)} |")
    return lines + [""]


def page(card, sets, tables, gain):
    training = card["training"]
    total = sum(g for g, _ in gain)
    lines = [
        f"# {card['name']}",
        "",
        "Written by `scoring/train/run.sh`; do not edit. `" + card["name"] + ".card.json` has the same figures for machines.",
        "",
        "**What it does.** Ranks payable claims by how much they look like the simulated fraud of training. At or above the",
        "threshold a claim is flagged; the contract's payment gate may then pend it. Nothing is ever denied for a score.",
        "",
        f"**Threshold.** Margin {card['thresholdMillionths'] / 1e6:.6f}: {card['thresholdRule']}. That is its price: about one honest",
        "claim in a hundred waits for a person.",
        "",
        f"**Training.** {training['library']}, {training['parameters']['trees']} trees of at most {training['parameters']['num_leaves']} leaves, on {training['rows']:,} rows,",
        f"{training['fraud']:,} of them fraudulent, of the schemes {', '.join(training['schemes'])}.",
        f"Never seen in training, nor in choosing the threshold: {', '.join(training['heldOut'])}.",
        "No world is in two sets. Parameters, checksums of the rows and seeds are in the card.",
        "",
        "**How to read the figures.** In brackets: 95 % percentile bootstrap over billing providers. \"Claim charge\" and",
        "\"provider total\" (charges in the snapshot that the claim saw) are size alone, with no training.",
        "",
        "## Figures",
        "",
    ]
    for name, what in sets.items():
        lines += section(card, name, what, tables[name])
    lines += ["## What it looks at most", "", "| feature | share of gain |", "|---|---|"]
    lines += [f"| {name} | {g / total:.1%} |" for g, name in gain[:15]]
    unused = [name for g, name in gain if g == 0]
    lines += ["", "Never used: " + (", ".join(unused) or "none") + ".", "", "## Limits", ""]
    lines += [f"* {limit}" for limit in card["limits"]]
    return "\n".join(lines) + "\n"


def write_card(out, card, sets, tables, gain):
    card["limits"] = LIMITS
    (out / f"{card['name']}.card.json").write_text(encoded(card))
    (out / "MODEL_CARD.md").write_text(page(card, sets, tables, gain))


def encoded(card):
    """JSON that reads well in a diff: one line for each figure and each golden row."""
    long = {"evaluation", "golden"}
    parts = []
    for key, value in card.items():
        if key in long:
            body = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f' "{key}": [\n{body}\n ]')
        else:
            parts.append(f' "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
