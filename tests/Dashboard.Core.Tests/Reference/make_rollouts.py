"""Makes rollouts_reference.json: two-arm e-processes, mixture SPRT, sample-ratio mismatch, Bayesian comparison and buckets.

    /usr/bin/python3 make_rollouts.py        (Python 3.11, scipy 1.10.1, numpy 1.24.2)

Written from the published formulas, not from the product: likelihoods by scipy.stats.binom, the nearest refuted point by minimising
the Kullback-Leibler divergence, posteriors by numerical integration, means and variances from raw observations.
"""
import hashlib
import json
import os

import numpy as np
from scipy import integrate, optimize, special, stats

HERE = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(4004)


def divergence(n, bet, p):
    return n * (special.rel_entr(bet, p) + special.rel_entr(1 - bet, 1 - p))


def e_process(claim, offset, blocks):
    seen = np.zeros((2, 2))  # trials and events of champion and challenger
    log_e, path = 0.0, []
    for na, sa, nb, sb in blocks:
        pooled = (seen[:, 1].sum() + 0.5) / (seen[:, 0].sum() + 1)
        a, b = (seen[:, 1] + 50 * pooled) / (seen[:, 0] + 50)
        bets = {"differs": b - a != offset, "above": b - a > offset, "below": b - a < offset}[claim]
        if bets and na and nb:
            low, high = max(0, -offset), min(1, 1 - offset)
            p = optimize.minimize_scalar(lambda p: divergence(na, a, p) + divergence(nb, b, p + offset),
                                         bounds=(low + 1e-12, high - 1e-12), method="bounded", options={"xatol": 1e-14}).x
            log_e += (stats.binom.logpmf(sa, na, a) + stats.binom.logpmf(sb, nb, b)
                      - stats.binom.logpmf(sa, na, p) - stats.binom.logpmf(sb, nb, p + offset))
        seen += [[na, sa], [nb, sb]]
        path.append(log_e)
    return path


def blocks(count, size, share, a, b):
    nb = random.binomial(size, share, count)
    return [[int(size - n), int(random.binomial(size - n, a)), int(n), int(random.binomial(n, b))] for n in nb]


def mixture(d, v, tau, alpha):
    t = tau ** 2
    # The mixture's likelihood ratio as what it is: a normal integral over the effect.
    ratio = stats.norm.logpdf(d, 0, np.sqrt(v + t)) - stats.norm.logpdf(d, 0, np.sqrt(v))
    half = optimize.brentq(lambda x: stats.norm.logpdf(x, 0, np.sqrt(v + t)) - stats.norm.logpdf(x, 0, np.sqrt(v)) + np.log(alpha), 0, 1000 * np.sqrt(v))
    return {"log_ratio": float(ratio), "lower": float(d - half), "upper": float(d + half), "variance": float(v)}


def bayes(na, sa, nb, sb):
    a, b = stats.beta(sa + 1, na - sa + 1), stats.beta(sb + 1, nb - sb + 1)
    def quad(f):
        edges = np.unique(np.clip(np.concatenate([[0, 1], a.mean() + a.std() * np.arange(-12, 13), b.mean() + b.std() * np.arange(-12, 13)]), 0, 1))
        return float(sum(integrate.quad(f, x, y, epsabs=0, epsrel=1e-12)[0] for x, y in zip(edges, edges[1:])))
    return {"na": na, "sa": sa, "nb": nb, "sb": sb, "higher": quad(lambda x: b.pdf(x) * a.cdf(x)),
            # E[max(B - A, 0)] is the integral of P(A < t < B) over t.
            "loss_up": quad(lambda t: a.cdf(t) * b.sf(t)), "loss_down": quad(lambda t: b.cdf(t) * a.sf(t))}


out = {"e_process": [], "rates": [], "means": [], "mismatch": [], "bayes": [], "posterior_means": [], "buckets": []}
for claim, offset, rates in [("differs", 0.0, (0.01, 0.05)), ("above", 0.0, (0.01, 0.05)), ("above", 0.01, (0.02, 0.06)), ("below", 0.01, (0.03, 0.03)),
                             ("above", -0.05, (0.9, 0.9)), ("below", -0.03, (0.95, 0.85)), ("differs", 0.2, (0.5, 0.5)), ("below", 0.0, (0.2, 0.1))]:
    for share, size in [(0.05, 100), (0.5, 60)]:
        rows = blocks(12, size, share, *rates)
        rows[7][2:] = [0, 0]
        out["e_process"].append({"claim": claim, "offset": offset, "blocks": rows, "log_e": e_process(claim, offset, rows)})
for na, sa, nb, sb, tau, alpha in [(9500, 95, 500, 12, 0.01, 0.05), (2000, 400, 2000, 470, 0.02, 0.01), (100, 50, 99, 60, 0.05, 0.05), (1000, 20, 50, 9, 0.01, 0.05)]:
    p = (sa + sb) / (na + nb)
    look = mixture(sb / nb - sa / na, p * (1 - p) * (1 / na + 1 / nb), tau, alpha)
    out["rates"].append({"na": na, "sa": sa, "nb": nb, "sb": sb, "tau": tau, "alpha": alpha, "enough": min(sa, sb, na - sa, nb - sb) >= 10, **look})
for na, nb, spread, tau, alpha in [(400, 50, 1.0, 0.1, 0.05), (60, 60, 3.0, 0.5, 0.01), (500, 40, 0.3, 0.1, 0.05)]:
    a, b = random.normal(2, 1, na), random.normal(2.2, spread, nb)
    pooled = ((na - 1) * a.var(ddof=1) + (nb - 1) * b.var(ddof=1)) / (na + nb - 2) * (1 / na + 1 / nb)
    v = max(pooled, a.var(ddof=1) / na + b.var(ddof=1) / nb)
    out["means"].append({"na": na, "nb": nb, "sum_a": float(a.sum()), "squares_a": float((a ** 2).sum()), "sum_b": float(b.sum()), "squares_b": float((b ** 2).sum()),
                         "tau": tau, "alpha": alpha, **mixture(b.mean() - a.mean(), v, tau, alpha)})
for na, nb, w in [(950, 50, 0.05), (9700, 300, 0.05), (990, 10, 0.01), (5300, 4700, 0.5), (0, 3, 0.5)]:
    # The mixture by integration: the beta-binomial probability against the binomial one.
    log_e = stats.betabinom.logpmf(nb, na + nb, 100 * w, 100 * (1 - w)) - stats.binom.logpmf(nb, na + nb, w)
    out["mismatch"].append({"na": na, "nb": nb, "share": w, "log_e": float(log_e)})
for counts in [(100, 5, 20, 2), (9500, 95, 500, 12), (10, 10, 8, 7), (0, 0, 5, 1), (2000, 1400, 1500, 1100), (100000, 2000, 100000, 2100)]:
    out["bayes"].append(bayes(*counts))
for d, v in [(0.3, 0.04), (-0.1, 0.02), (0.0, 1.0)]:
    n = stats.norm(d, np.sqrt(v))
    out["posterior_means"].append({"d": d, "v": v, "higher": float(n.sf(0)), "loss_up": float(integrate.quad(lambda x: x * n.pdf(x), 0, d + 12 * np.sqrt(v), epsabs=1e-14)[0]),
                                   "loss_down": float(integrate.quad(lambda x: -x * n.pdf(x), d - 12 * np.sqrt(v), 0, epsabs=1e-14)[0])})
for salt in ["0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"]:
    for key in ["", "42", "user-1", "user-2", "Zürich", "客户", "🙂", "x" * 1000]:
        digest = hashlib.sha256((salt + key).encode("utf-8")).digest()
        out["buckets"].append({"salt": salt, "key": key, "bucket": int.from_bytes(digest[:8], "big") % 10_000})

with open(os.path.join(HERE, "rollouts_reference.json"), "w") as file:
    json.dump(out, file, indent=1)
