"""The figure of experiment.md, from what experiment.py has measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cooperon.symbolic.dmpk import dmpk_exponent, dmpk_mean, dmpk_variance

TABLE = Path(__file__).parents[1] / "experiment.json"
COLORS = {0.0: "C0", 0.25: "C3"}
MARKS = dict(zip((5, 7, 9, 13), "osD^", strict=True))
_s, _n = sp.symbols("s n", positive=True)


def experiment() -> Figure:
    """Draw the means, the variances and the Lyapunov exponents, with the lines of theory."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    figure = Figure(figsize=(7.6, 6.2), layout="constrained")
    (means, variances), (weaker, exponents) = figure.subplots(2, 2)
    for row in table["rows"]:
        if row["disorder"] == table["wire"]["disorder"]:
            draw_row(row, means, variances)
    draw_theory(means, variances)
    draw_weaker(table, weaker)
    for long in table["lyapunov"]:
        draw_exponents(long, exponents)
    means.set(xlabel=r"$s = L/\ell$", ylabel=r"$\langle g\rangle - N/(1+s) - O(1/N)$")
    variances.set(xlabel=r"$s = L/\ell$", ylabel="var g $- O(1/N)$", ylim=(0, None))
    exponents.set(xlabel="n", ylabel=r"Lyapunov exponents in $1/\xi$", xticks=range(1, 6))
    colors = [Line2D([], [], color=color, label=f"flux {flux:g}") for flux, color in COLORS.items()]
    marks = [Line2D([], [], color="gray", marker=m, ls="", ms=4, label=f"N = {n}") for n, m in MARKS.items()]
    means.legend(handles=colors, frameon=False, loc="lower left")
    variances.legend(handles=marks, frameon=False, loc="lower right", ncols=2)
    return figure


def draw_row(row: dict[str, Any], means: Any, variances: Any) -> None:
    """Draw one set of wires; the terms of the order 1/N are taken off."""
    s, number, beta = np.array(row["lengths"]) / row["free_path"], row["channels"], row["beta"]
    known = dmpk_mean(_s, number, beta) - dmpk_mean(_s, number, beta, order=0)
    few = dmpk_variance(_s, beta, channels=number) - dmpk_variance(_s, beta)
    rest = np.array(row["mean"]) - number / (1 + s) - of_length(known, s)
    style = {"fmt": MARKS[number], "color": COLORS[row["flux"]], "markersize": 3, "elinewidth": 0.8}
    means.errorbar(s, rest, yerr=row["mean_errors"], **style)
    variances.errorbar(s, row["variance"] - of_length(few, s), yerr=row["variance_errors"], **style)


def draw_theory(means: Any, variances: Any) -> None:
    """Draw the lines of many channels."""
    s = np.linspace(0, 3.2, 161)
    for beta, flux in ((1, 0.0), (2, 0.25)):
        interference = dmpk_mean(_s, 1, beta, order=0) - dmpk_mean(_s, 1, beta, order=-1)
        means.plot(s, of_length(interference, s), color=COLORS[flux])
        variances.plot(s, of_length(dmpk_variance(_s, beta), s), color=COLORS[flux])


def draw_weaker(table: dict[str, Any], axes: Any) -> None:
    """Draw the amplitude of the variance of the widest wires, for less and less disorder."""
    widest = max(MARKS)
    for beta, limit in enumerate(table["weak_disorder"], start=1):
        flux, rows = limit["flux"], [row for row in table["rows"] if row["channels"] == widest]
        for row in [row for row in rows if row["flux"] == flux]:
            style = {"color": COLORS[flux], "markersize": 4}
            x, y = 1000 / row["born"], row["fluctuation"]
            axes.errorbar(x, y, yerr=row["fluctuation_error"], fmt=MARKS[widest], **style)
        axes.errorbar(
            0, limit["fluctuation"], yerr=limit["fluctuation_error"], fmt="o", mfc="white", **style, zorder=4
        )
        axes.axhline(float(sp.limit(dmpk_variance(_s, beta), _s, sp.oo)), color=COLORS[flux])
    axes.set(xlabel=r"$1/\ell$ in 1/(1000 sites)", ylabel=f"amplitude of var g, N = {widest}", ylim=(0, None))


def draw_exponents(long: dict[str, Any], axes: Any) -> None:
    """Draw the exponents in units of the smallest in theory."""
    number, beta = long["channels"], 2 if long["flux"] else 1
    n = np.arange(1, number + 1)
    ratio = dmpk_exponent(_n, number, beta) / dmpk_exponent(1, number, beta)
    axes.plot(n, sp.lambdify(_n, ratio)(n), color=COLORS[long["flux"]])
    axes.errorbar(
        n, long["exponents"], yerr=long["errors"], fmt="o", markersize=4, color=COLORS[long["flux"]]
    )


def of_length(expr: sp.Expr, s: np.ndarray) -> np.ndarray:
    """Put lengths into an expression."""
    return np.broadcast_to(sp.lambdify(_s, sp.factor(expr))(s), s.shape)
