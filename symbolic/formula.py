"""A formula: its expression together with the diagrams, the derivation and the assumptions behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.dimensions import Dimension, dimension_of
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.relations import rewriting, tidy

if TYPE_CHECKING:
    from cooperon.numerics.lambdify import NumericFunction
    from cooperon.numerics.quantity import Quantity
    from cooperon.numerics.sample import Sample
    from cooperon.numerics.verification import Report
    from cooperon.symbolic.requests import Request

__all__ = ["Assumption", "Formula"]

_NO_PAGES = Derivation()


@dataclass(frozen=True)
class Assumption(PublicNames):
    """What a formula takes for granted.

    Attributes
    ----------
    statement : str
        In words.
    condition : sympy relational, optional
        What must be true of the symbols; None where it cannot be put in numbers.

    Examples
    --------
    >>> import cooperon as cp
    >>> cp.conductivity(cp.Metal(dim=2)).assumptions[0].condition
    ell*k_F > 1
    """

    statement: str
    condition: Any = None

    def __str__(self) -> str:
        return self.statement


@dataclass(frozen=True)
class Formula(PublicNames):
    """A derived formula.

    Attributes
    ----------
    name : str
        What it is the formula of.
    expr : sympy.Expr
        Closed form in the symbols of ``cooperon.symbols``.
    asymptote : sympy.Expr
        What :meth:`leading` returns.
    metal : Metal
        The metal it was derived for.
    diagrams : tuple of Diagram
        The diagrams it came from.
    derivation : Derivation
        The equations that lead to it.
    assumptions : tuple of Assumption
        When it holds.
    symbol : str
        LaTeX of the left-hand side.
    convention : str
        What the fields B_phi, B_so, ... in it stand for, where :meth:`in_convention` has put them in.
    request : Request, optional
        What was asked for, from which the formula can be derived again with a mistake made on purpose.

    Notes
    -----
    Formulas of one metal can be added, subtracted and divided: derivations and assumptions are merged.
    A ratio without dimension is written in k_F and ell by the metal's relations.

    Examples
    --------
    >>> import cooperon as cp
    >>> wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    >>> wl.leading()
    -e**2*log(tau_phi/tau)/(2*pi**2*hbar)
    >>> (wl / cp.conductivity(cp.Metal(dim=2), loops=0)).leading()
    -log(tau_phi/tau)/(pi*ell*k_F)
    """

    name: str
    expr: sp.Expr
    asymptote: sp.Expr
    metal: Metal
    diagrams: tuple[Diagram, ...] = ()
    derivation: Derivation = _NO_PAGES
    assumptions: tuple[Assumption, ...] = ()
    symbol: str = ""
    convention: str = "cooperon"
    request: Request | None = field(default=None, compare=False, repr=False)

    def leading(self) -> sp.Expr:
        """Return the form for tau/tau_phi -> 0.

        All terms are kept down to the first one that depends on tau_phi (or on L): beside a
        logarithm its constant, in three dimensions the cutoff's constant and the term in 1/L_phi.

        Returns
        -------
        sympy.Expr
            The terms down to that one.

        Examples
        --------
        >>> import cooperon as cp
        >>> cp.conductivity(cp.Metal(dim=2), loops=1).leading()
        -e**2*log(tau_phi/tau)/(2*pi**2*hbar)
        """
        return self.asymptote

    @property
    def dimension(self) -> Dimension:
        """Physical dimension, with the metal's dimension of space put in."""
        space = {s.d: self.metal.dim}
        return dimension_of(self.expr, {symbol: unit.subs(space) for symbol, unit in s.dimensions().items()})

    def in_terms_of(self, *names: str | sp.Symbol) -> Formula:
        """Rewrite the formula by the metal's relations such that it contains the named symbols.

        Parameters
        ----------
        *names : str or Symbol
            Of ``cooperon.symbols``, and independent: ``"n", "tau", "m"``, or ``"k_F", "ell"``.

        Raises
        ------
        InputError
            When a name is unknown, or the symbols named are not independent.

        Examples
        --------
        >>> import cooperon as cp
        >>> cp.conductivity(cp.Metal(dim=3), loops=0).in_terms_of("n", "tau", "m").expr
        e**2*n*tau/m
        """
        wanted = [s.lookup(name.name if isinstance(name, sp.Symbol) else name) for name in names]
        said = ", ".join(map(str, wanted))
        return self.rewritten(
            rewriting(wanted, self.metal.relations), f"written in {said} by the relations of the metal"
        )

    def rewritten(self, table: Mapping[sp.Symbol, sp.Expr], reason: str) -> Formula:
        """Put expressions in place of symbols, as a step of the derivation.

        Parameters
        ----------
        table : mapping of Symbol to sympy.Expr
            What takes the place of which symbol, once the formula is in base symbols.
        reason : str
            The line of reason of the step.

        Examples
        --------
        >>> import cooperon as cp
        >>> s = cp.symbols
        >>> drude = cp.conductivity(cp.Metal(dim=3)).in_terms_of("n", "tau", "m")
        >>> drude.rewritten({s.m: s.hbar * s.k_F / s.v_F}, "the mass by the Fermi velocity").expr
        e**2*k_F**2*tau*v_F/(3*pi**2*hbar)
        """

        def put(expr: sp.Expr) -> sp.Expr:
            based = expr.xreplace(dict(self.metal.relations)) if self.metal.relations else expr
            return tidy(sp.expand_mul(tidy(based.xreplace(dict(table))), deep=False))

        expr = put(self.expr)
        step = Step("relations", self.expr, expr, reason)
        return replace(self, expr=expr, asymptote=put(self.asymptote), derivation=self.derivation + (step,))

    def in_convention(self, name: str) -> Formula:
        """Write the formula in the fields of a published convention (``"HLN"``, ``"Bergmann"``, ...).

        Or with the Fermi-liquid constant of one (``"Lee-Ramakrishnan"``, ``"Finkelstein"``, ``"Stoner"``).
        The formula then takes the numbers that a paper in this convention gives. ``"cooperon"`` or
        ``"times"`` leads back; ``cooperon.symbolic.conventions.CONVENTIONS`` and
        ``cooperon.symbolic.fermi_liquid.AMPLITUDES`` list all.

        Parameters
        ----------
        name : str
            Which convention.

        Raises
        ------
        InputError
            When the name is unknown, the formula has no magnetic field (no F0), or the metal scatters in a
            way that the convention has no symbols for.

        Examples
        --------
        >>> import cooperon as cp
        >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
        >>> sorted(map(str, cp.magnetoconductivity(film).in_convention("HLN").expr.free_symbols))
        ['B', 'B_phi', 'e', 'hbar']
        """
        from cooperon.symbolic.in_convention import in_convention

        return in_convention(self, name)

    def latex(
        self,
        *,
        document: bool = False,
        symbols: Mapping[Any, str] | None = None,
        form: str | None = None,
        bibliography: str | None = None,
    ) -> str:
        r"""Return the formula in LaTeX, in the house style of papers.

        Parameters
        ----------
        document : bool
            True: a whole article with diagrams, assumptions, derivation and references.
        symbols : mapping of str or Symbol to str, optional
            LaTeX for symbols, by name: ``{"tau_phi": r"\tau_{\varphi}"}``.
        form : str, optional
            A form that :meth:`forms` lists: ``"lengths"``, ``"landau"``, ``"fields"``, ``"e^2/h"``, ...
        bibliography : str, optional
            For a document: name of its BibTeX file, without the ending; see :meth:`bibtex`.

        Raises
        ------
        InputError
            When the formula has no such form, a symbol is unknown, or two symbols would look alike.

        Examples
        --------
        >>> import cooperon as cp
        >>> print(cp.conductivity(cp.Metal(dim=2), loops=1).latex())
        \delta\sigma = -\frac{e^2}{2 \pi^2 \hbar} \ln\left(1 + \frac{\tau_{\phi}}{\tau}\right)
        """
        from cooperon.symbolic import latex

        if not document:
            return latex.formula(self, form, symbols)
        from cooperon.symbolic import latex_document

        return latex_document.document(self, symbols=symbols, form=form, bibliography=bibliography)

    def forms(self) -> dict[str, sp.Expr]:
        """Return equivalent forms by their names, each of them shown equal by numbers at random points.

        ``"derived"`` is the expression as it is; others are multiplied out, in lengths, in fields, in
        ``k_F ell``, in e**2/h, or a sum over Landau levels, as far as the formula can be written so. What the
        symbols of a form stand for says ``cooperon.symbolic.forms.forms``.

        Examples
        --------
        >>> import cooperon as cp
        >>> list(cp.conductivity(cp.Metal(dim=2), loops=1).forms())
        ['derived', 'lengths', 'e^2/h']
        """
        from cooperon.symbolic.forms import forms

        return {name: form.expr for name, form in forms(self).items()}

    def write(
        self,
        path: str | Path,
        *,
        symbols: Mapping[Any, str] | None = None,
        form: str | None = None,
        call: str | None = None,
    ) -> tuple[Path, ...]:
        """Write the formula up in a file: .tex (with its .bib beside it), .md, .html or .ipynb.

        Parameters
        ----------
        path : str or Path
            Where; the ending says what.
        symbols, form
            As in :meth:`latex`.
        call : str, optional
            For a notebook: the Python that derives the formula.

        Returns
        -------
        tuple of Path
            The files that were written.

        Raises
        ------
        InputError
            When the ending is another one, or the file cannot be written.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> import cooperon as cp
        >>> with TemporaryDirectory() as folder:
        ...     [file.name for file in cp.conductivity(cp.Metal(dim=2)).write(f"{folder}/drude.tex")]
        ['drude.tex', 'drude.bib']
        """
        from cooperon.symbolic.writing import write

        return write(self, path, symbols=symbols, form=form, call=call)

    def bibtex(self) -> str:
        """Return the references of the formula as entries for BibTeX.

        Examples
        --------
        >>> import cooperon as cp
        >>> print(cp.conductivity(cp.Metal(dim=2)).bibtex().splitlines()[0])
        @article{Kubo1957,
        """
        from cooperon.symbolic.references import bibtex, cited

        return bibtex(cited(self))

    def lambdify(
        self,
        *names: str,
        si: bool = False,
        checks: bool = True,
        backend: str = "auto",
        digits: int | None = None,
        rtol: float = 1e-10,
    ) -> NumericFunction:
        """Make a fast function of arrays.

        Parameters
        ----------
        *names : str
            The positional arguments, in this order; any names of ``cooperon.symbols``. The other
            symbols of the formula are keywords of the call.
        si : bool
            True fills e, hbar and k_B with their SI values.
        checks : bool
            True warns, once a call, when values leave the formula's assumptions, and says in which
            :func:`~cooperon.regime` they are.
        backend : str
            What evaluates: ``"numpy"``, ``"numba"`` (extra ``fast``), ``"auto"``, which takes numba for
            millions of values where it is installed, ``"jax"`` (extra ``jax``), whose functions JAX
            compiles, maps and differentiates, or ``"mpmath"``.
        digits : int, optional
            With ``backend="mpmath"``: digits of the results; default: ``mpmath.mp.dps`` at the call.
        rtol : float
            Relative error that is asked of integrals and sums which the formula leaves undone;
            ``function.with_error(...)`` returns the value and the error that was achieved.

        Examples
        --------
        >>> import cooperon as cp
        >>> f = cp.conductivity(cp.Metal(dim=2), loops=1).lambdify("tau_phi", "tau")
        >>> print(f"{f(20.0, 1.0, e=1.0, hbar=1.0):.6f}")
        -0.154237
        """
        from cooperon.numerics.lambdify import lambdify

        conditions = [a.condition for a in self.assumptions if a.condition is not None]
        return lambdify(
            self.expr,
            names,
            conditions=conditions,
            si=si,
            checks=checks,
            backend=backend,
            digits=digits,
            rtol=rtol,
            metal=self.metal,
        )

    def code(self, language: str = "python") -> str:
        """Write the formula as a function in another language.

        Parameters
        ----------
        language : str
            ``"python"``, ``"c"``, ``"fortran"``, ``"julia"`` or ``"mathematica"``.

        Returns
        -------
        str
            Source code that needs nothing of this library. Arguments are the formula's symbols in SI
            units, in the order of ``cooperon.symbols``; functions that the language lacks are written out.

        Raises
        ------
        InputError
            For another language, or a function that the language does not have.

        Examples
        --------
        >>> import cooperon as cp
        >>> print(cp.conductivity(cp.Metal(dim=2)).code("julia").splitlines()[-2])
            return 2 * D * e ^ 2 * nu
        """
        from cooperon.numerics.source_code import source_code

        return source_code(self, language)

    def evaluate(self, sample: Sample, **values: float) -> Quantity:
        """Put the numbers of a sample in.

        Parameters
        ----------
        sample : Sample
            The numbers of the metal, in SI units.
        **values : float
            Further symbols by name, in SI units: ``B`` in tesla, ``omega`` in 1/s, ``tau_so`` in s.

        Returns
        -------
        Quantity
            The value with its unit.

        Raises
        ------
        AssumptionError
            When the sample is outside the formula's assumptions. The message says in which
            :func:`~cooperon.regime` it is.
        InputError
            When the sample lacks a number, or has another dimension or spin.

        Warns
        -----
        AssumptionWarning
            When the formula is one for weak disorder and :func:`~cooperon.regime` finds that it is not weak.

        Examples
        --------
        >>> import cooperon as cp
        >>> film = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)
        >>> print(cp.conductivity(cp.Metal(dim=2), loops=1).evaluate(film))
        -4.6874e-05 S = -1.2099 e^2/h
        """
        from cooperon.numerics.sample import evaluate

        return evaluate(self, sample, **values)

    def verify(self) -> Report:
        """Put numbers into both sides of every line of the derivation.

        Returns
        -------
        Report
            ``.confirmed`` and one line a step; a step that cannot be confirmed is reported as such.

        Examples
        --------
        >>> import cooperon as cp
        >>> cp.conductivity(cp.Metal(dim=2)).verify().confirmed
        True
        """
        from cooperon.numerics.verification import verify

        return verify(self.derivation, self.metal)

    def __add__(self, other: Any) -> Formula:
        from cooperon.symbolic.formula_algebra import added

        return added(self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Formula:
        from cooperon.symbolic.formula_algebra import subtracted

        return subtracted(self, other)

    def __neg__(self) -> Formula:
        return -1 * self

    def __mul__(self, number: Any) -> Formula:
        from cooperon.symbolic.formula_algebra import multiplied

        return multiplied(self, number)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Formula:
        from cooperon.symbolic.formula_algebra import divided

        return divided(self, other)

    def __str__(self) -> str:
        lines = [f"{self.name} = {self.expr}", *(f"  holds for: {a}" for a in self.assumptions)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Formula {self.name} = {self.expr}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"
