"""Makes slices_reference.json and inputs/slices.csv: groups and their figures by scikit-learn, scipy and numpy.

    /usr/bin/python3 make_slices.py        (scikit-learn 1.2.1, scipy 1.10.1, numpy 1.24.2)

Differences between groups are defined as Fairlearn's demographic_parity_difference, demographic_parity_ratio,
equal_opportunity_difference and equalized_odds_difference define them with agg='worst_case' and method='between_groups'.
"""
import json
import os

import numpy as np
from scipy import stats
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, mean_absolute_error, precision_score

HERE = os.path.dirname(os.path.abspath(__file__))
CARRIERS = ["AA", "UA", "DL", "WN"]

random = np.random.default_rng(20010203)
n = 2400
day = random.integers(0, 24, n)
carrier = random.choice(CARRIERS, n, p=[0.35, 0.3, 0.15, 0.2])
distance = np.round(random.gamma(2.0, 400.0, n) + 50).astype(int)
bad_day = random.normal(0, 0.5, 24)[day]
risk = 1 / (1 + np.exp(-(-0.6 + 0.5 * (carrier == "UA") + distance / 2000)))
truth = 1 / (1 + np.exp(-(-0.6 + 0.5 * (carrier == "UA") + distance / 2000 + bad_day + 3.0 * (carrier == "WN"))))
score = np.float32(np.clip(risk + random.normal(0, 0.12, n), 0.02, 0.98))
label = (random.random(n) < truth).astype(int)
three = np.float32(random.dirichlet([2, 2, 2], n))
label3 = np.array([random.choice(3, p=row / row.sum()) for row in np.float64(three) ** (1 + (carrier == "WN"))[:, None]])
number = np.float32(distance / 10 + random.normal(0, 5, n))
actual = np.round(np.float64(number) + random.normal(0, 8, n) + 6 * (carrier == "DL"), 3)

with open(os.path.join(HERE, "inputs", "slices.csv"), "w") as out:
    out.write("day,carrier,distance,score,label,p0,p1,p2,label3,number,actual\n")
    for i in range(n):
        out.write(f"{day[i]},{carrier[i]},{distance[i]},{score[i]:.9g},{label[i]},{three[i, 0]:.9g},{three[i, 1]:.9g},{three[i, 2]:.9g},{label3[i]},{number[i]:.9g},{actual[i]:.3f}\n")


def compared(loss, group):
    """Welch's test on rows, and the sandwich of a regression on the group's dummy with days as clusters, times B / (B - 1)."""
    test = stats.ttest_ind(loss[group], loss[~group], equal_var=False)
    x = np.column_stack([np.ones(n), group.astype(float)])
    bread = np.linalg.inv(x.T @ x)
    residual = loss - x @ (bread @ x.T @ loss)
    meat = np.zeros((2, 2))
    for d in np.unique(day):
        g = x[day == d].T @ residual[day == d]
        meat += np.outer(g, g)
    b = len(np.unique(day))
    return {
        "rows": int(group.sum()), "loss": float(loss[group].mean()), "elsewhere": float(loss[~group].mean()),
        "difference": float(loss[group].mean() - loss[~group].mean()), "share": float(group.mean()),
        "impact": float(loss.mean() - loss[~group].mean()),
        "row_error": float((loss[group].mean() - loss[~group].mean()) / test.statistic), "row_freedom": float(
            (loss[group].var(ddof=1) / group.sum() + loss[~group].var(ddof=1) / (~group).sum()) ** 2
            / ((loss[group].var(ddof=1) / group.sum()) ** 2 / (group.sum() - 1) + (loss[~group].var(ddof=1) / (~group).sum()) ** 2 / ((~group).sum() - 1))),
        "block_error": float(np.sqrt((bread @ meat @ bread)[1, 1] * b / (b - 1))),
    }


def rates(actual, predicted, c):
    tn, fp, fn, tp = confusion_matrix(actual == c, predicted == c, labels=[False, True]).ravel()
    return {
        "selection_rate": float(np.mean(predicted == c)), "base_rate": float(np.mean(actual == c)), "true_positive_rate": float(tp / (tp + fn)), "false_positive_rate": float(fp / (fp + tn)),
        "precision": float(precision_score(actual == c, predicted == c)), "accuracy": float(accuracy_score(actual, predicted)),
    }


def gaps(groups):
    def spread(key):
        return max(g[key] for g in groups.values()) - min(g[key] for g in groups.values())
    return {
        "demographic_parity_difference": spread("selection_rate"),
        "demographic_parity_ratio": min(g["selection_rate"] for g in groups.values()) / max(g["selection_rate"] for g in groups.values()),
        "equal_opportunity_difference": spread("true_positive_rate"),
        "equalized_odds_difference": max(spread("true_positive_rate"), spread("false_positive_rate")),
    }


binary_loss = -np.log(np.where(label == 1, np.float64(score), 1 - np.float64(score)))
assert np.isclose(binary_loss.mean(), log_loss(label, np.float64(score)))
three_loss = -np.log(np.float64(three)[np.arange(n), label3])
error = np.float64(number) - actual
predicted, predicted3 = (score >= np.float32(0.5)).astype(int), three.argmax(axis=1)
binary = {c: rates(label[carrier == c], predicted[carrier == c], 1) for c in CARRIERS}
several = {c: rates(label3[carrier == c], predicted3[carrier == c], 2) for c in CARRIERS}
json.dump({
    "binary": {"groups": binary, "gaps": gaps(binary), "compared": {c: compared(binary_loss, carrier == c) for c in CARRIERS}, "band": compared(binary_loss, (distance >= 500) & (distance < 1200))},
    "multiclass": {"class": 2, "groups": several, "gaps": gaps(several), "compared": {c: compared(three_loss, carrier == c) for c in CARRIERS}},
    "regression": {
        "groups": {c: {"mean_prediction": float(np.float64(number)[carrier == c].mean()), "mean_error": float(error[carrier == c].mean()), "mae": float(mean_absolute_error(actual[carrier == c], np.float64(number)[carrier == c]))} for c in CARRIERS},
        "compared": {c: compared(np.abs(error), carrier == c) for c in CARRIERS},
    },
}, open(os.path.join(HERE, "slices_reference.json"), "w"), indent=1)
