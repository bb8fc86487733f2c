"""Formulas as source code: compiled where there is a compiler, run, and held against numpy."""

import ctypes
import re
import shutil
import subprocess

import numpy as np
import pytest
import sympy as sp
from sympy.parsing.mathematica import parse_mathematica

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import si_constants
from cooperon.numerics.source_code import LANGUAGES
from cooperon.numerics.source_kernels import difference_kernels, level_kernel, shape_kernels
from cooperon.symbolic import symbols as s

FIELD = cp.PerpendicularField()
HLN = cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()], field=FIELD)
WIRE = cp.Metal(dim=1, geometry=cp.Wire(length=s.L))
MAKERS = {
    "drude": lambda: cp.conductivity(cp.Metal(dim=2)),
    "drude at a frequency": lambda: cp.conductivity(cp.Metal(dim=2), omega=s.omega),
    "film": lambda: cp.conductivity(cp.Metal(dim=2), loops=1),
    "film at a frequency": lambda: cp.conductivity(cp.Metal(dim=2), loops=1, omega=s.omega),
    "three dimensions": lambda: cp.conductivity(cp.Metal(dim=3), loops=1),
    "any dimension": lambda: cp.conductivity(cp.Metal(dim=s.d), loops=1, cutoff="dimensional"),
    "hln": lambda: cp.magnetoconductivity(HLN).in_convention("HLN"),
    "kawabata": lambda: cp.magnetoconductivity(cp.Metal(dim=3, field=FIELD)),
    "wire in a field": lambda: cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=FIELD)),
    "film with leads": lambda: cp.conductance(WIRE),
    "film to bulk": lambda: cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1),
    "ring": lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(), field=FIELD), loops=1),
}
POINTS = 20


def arguments(formula, rng):
    free = formula.expr.free_symbols - si_constants().keys()
    order = [entry.symbol for entry in s.TABLE.values() if entry.symbol in free]
    values = {x: np.exp(rng.uniform(-2, 2, POINTS)) for x in order}
    if s.tau in values and s.tau_phi in values:
        values[s.tau] *= 0.02
    if s.B in values:  # x from 1e-4 to 1e4
        values[s.B] = 10.0 ** np.linspace(-4, 4, POINTS)
    for x in (s.D, s.B) if s.B_phi not in values else ():
        if x in values and s.B in values:  # such that hbar/(4 e D B tau_phi) is of order one
            values[x] *= 1e-8
    return values


def by_numpy(formula, values):
    f = formula.lambdify(*values, si=True, checks=False, backend="numpy")
    return np.array([f(*(float(values[x][i]) for x in values)) for i in range(POINTS)])


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture(params=MAKERS)
def formula(request):
    return MAKERS[request.param]()


def require(program):
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program}")


def agree(found, expected):
    assert np.max(np.abs(found - expected) / np.abs(expected)) < 1e-14


def test_python_gives_the_numbers_of_numpy(formula, rng):
    values = arguments(formula, rng)
    names = {}
    exec(compile(formula.code("python"), "<source>", "exec"), names)
    agree(names[identifier(formula)](*values.values()), by_numpy(formula, values))


def identifier(formula):
    return re.sub(r"\W+", "_", formula.name).strip("_")


def test_c_gives_the_numbers_of_numpy(formula, rng, tmp_path):
    require("gcc")
    values = arguments(formula, rng)
    source = formula.code("c")
    is_complex = formula.expr.has(sp.I)
    name, order = identifier(formula), list(values)
    given = ", ".join(f"a[{i}]" for i in range(len(order)))
    part = "{}" if not is_complex else "{}({})"
    outer = ["creal", "cimag"] if is_complex else [""]
    lines = [f"r[{i}] = " + part.format(one, f"{name}({given})") + ";" for i, one in enumerate(outer)]
    if not is_complex:
        lines = [f"r[0] = {name}({given});"]
    (tmp_path / "f.c").write_text(source + f"\nvoid call(double *a, double *r) {{ {' '.join(lines)} }}\n")
    command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC"]
    subprocess.run([*command, "f.c", "-o", "f.so", "-lm"], cwd=tmp_path, check=True)
    call = ctypes.CDLL(str(tmp_path / "f.so")).call
    found = []
    for i in range(POINTS):
        result = (ctypes.c_double * 2)()
        call((ctypes.c_double * len(order))(*(values[x][i] for x in order)), result)
        found.append(complex(*result) if is_complex else result[0])
    agree(np.array(found), by_numpy(formula, values))


def test_fortran_gives_the_numbers_of_numpy(formula, rng, tmp_path):
    require("gfortran")
    values = arguments(formula, rng)
    name = identifier(formula)
    given = ", ".join(f"a({i + 1})" for i in range(len(values)))
    kind = "complex(real64)" if formula.expr.has(sp.I) else "real(real64)"
    main = f"""
program main
  use, intrinsic :: iso_fortran_env, only: real64
  use {name}_formula, only: {name}
  implicit none
  real(real64) :: a({len(values)})
  {kind} :: value
  integer :: i
  do i = 1, {POINTS}
    read *, a
    value = {name}({given})
    print '(2ES26.17E3)', value
  end do
end program main
"""
    (tmp_path / "f.f90").write_text(formula.code("fortran") + main)
    command = ["gfortran", "-std=f2008", "-Wall", "-Wextra", "-Werror", "-Wno-unused-dummy-argument"]
    subprocess.run([*command, "-O2", "f.f90", "-o", "f"], cwd=tmp_path, check=True)
    rows = "\n".join(" ".join(repr(float(values[x][i])) for x in values) for i in range(POINTS))
    done = subprocess.run([str(tmp_path / "f")], input=rows, text=True, capture_output=True, check=True)
    numbers = [list(map(float, line.split())) for line in done.stdout.splitlines()]
    agree(np.array([complex(*row) if len(row) > 1 else row[0] for row in numbers]), by_numpy(formula, values))


def test_julia_gives_the_numbers_of_numpy(formula, rng, tmp_path):
    require("julia")
    if "SpecialFunctions" in (source := formula.code("julia")):
        pytest.skip("a package of Julia is needed")
    values = arguments(formula, rng)
    calls = [
        f"print({identifier(formula)}({', '.join(repr(float(values[x][i])) for x in values)}), '\\n')"
        for i in range(POINTS)
    ]
    (tmp_path / "f.jl").write_text("\n".join([source, *calls]))
    done = subprocess.run(["julia", str(tmp_path / "f.jl")], text=True, capture_output=True, check=True)
    found = [complex(line.replace(" ", "").replace("im", "j")) for line in done.stdout.splitlines()]
    agree(np.array(found), by_numpy(formula, values))


def balanced(text):
    closing = {")": "(", "]": "[", "}": "{"}
    open_ = []
    for letter in text:
        if letter in closing.values():
            open_.append(letter)
        elif letter in closing and (not open_ or open_.pop() != closing[letter]):
            return False
    return not open_


@pytest.mark.parametrize("language", LANGUAGES)
def test_brackets_are_balanced_and_the_header_says_what_it_is(formula, language):
    source = formula.code(language)
    assert balanced(source)
    assert "It holds for" in source
    for x in formula.expr.free_symbols:
        assert s.TABLE[x.name].meaning in source or x in si_constants()


def test_lines_of_julia_are_worth_what_numpy_gives(formula, rng):
    """Arithmetic of Julia is that of Python, but for a few signs: the function is run as such."""
    source = re.sub(r"#.*", "", formula.code("julia"))
    names = {"pi": np.pi, "ifelse": lambda c, a, b: a if c else b, "gamma": lambda x: float(sp.gamma(x))}
    names |= {
        name: getattr(np, name) for name in ("sqrt", "log", "exp", "tanh", "sin", "cos", "log1p", "expm1")
    }
    names |= {"atan": np.arctan}
    text = re.sub(
        r"^function (\w+)\(([^;\n]*?);? ?([^\n;]*)\)$", r"def \1(\2, \3):", source, flags=re.MULTILINE
    )
    text = re.sub(r"^(end|using \w+)$", "", text, flags=re.MULTILINE).replace("(, ", "(").replace(", )", ")")
    text = text.replace("^", "**").replace("//", "/")
    text = re.sub(r"\bim\b", "1j", text)
    exec(compile(text, "<julia>", "exec"), names)
    values = arguments(formula, rng)
    found = [names[identifier(formula)](*(float(values[x][i]) for x in values)) for i in range(POINTS)]
    agree(np.array(found), by_numpy(formula, values))


@pytest.mark.parametrize(
    "name", ["film", "three dimensions", "hln", "wire in a field", "ring", "drude at a frequency"]
)
def test_mathematica_is_read_back_as_the_formula(name):
    formula = MAKERS[name]()
    source = re.sub(r"\(\*.*?\*\)", "", formula.code("mathematica"), flags=re.DOTALL).strip()
    head, constants, body = re.fullmatch(
        r"(\w+\[.*?\]) := With\[\{(.*?)\},(.*)\]", source, re.DOTALL
    ).groups()
    found = parse_mathematica(" ".join(body.split()))
    found = found.replace(sp.Function("PolyGamma"), sp.polygamma)
    order = [x for x in formula.expr.free_symbols if x not in si_constants()]
    order.sort(key=lambda x: list(s.TABLE).index(x.name))
    written = [x.rstrip("_") for x in head.partition("[")[2].rstrip("]").split(", ")]
    values = {x: sp.Rational(7 + 3 * i, 5) for i, x in enumerate(order)}
    back = {sp.Symbol(one): values[x] for one, x in zip(written, order, strict=True)}
    for assignment in constants.split(", "):
        symbol, _, value = assignment.partition(" = ")
        number = sp.sympify(value.replace("^", "**").replace("Pi", "pi"))
        known = next(
            v for x, v in si_constants().items() if x.name.replace("_", "") == symbol.replace("kB", "kB")
        )
        assert abs(float(number) / known - 1) < 1e-15
        back[sp.Symbol(symbol)] = number
        values[s.lookup("k_B" if symbol == "kB" else symbol)] = number
    assert abs(sp.N(found.subs(back) / formula.expr.subs(values), 30, maxn=500) - 1) < 1e-25


@pytest.mark.parametrize(
    ("s_", "power", "sign"), [(1.0, 0.0, -1), (0.5, 0.0, 1), (1.5, 0.5, 1), (2.0, 1.0, 1)]
)
def test_a_kernel_that_is_written_out_keeps_its_digits(s_, power, sign):
    import mpmath

    kernel = level_kernel("h", s_, power, sign)
    for x in 10.0 ** np.linspace(-6, 6, 41):
        with mpmath.workdps(60):
            place = mpmath.mpf(x)
            if s_ == 1:
                rest = mpmath.log(place) - mpmath.digamma(place + 0.5)
            else:
                rest = mpmath.zeta(s_, place + 0.5) - place ** (1 - mpmath.mpf(s_)) / (mpmath.mpf(s_) - 1)
            exact = float(sign * place**power * rest)
        assert run(kernel, numerator=x, denominator=1.0) == pytest.approx(exact, rel=5e-15)


def run(kernel, others=None, **values):
    from cooperon.numerics.source_kernels import Select

    names = (
        {name: getattr(np, name) for name in ("sqrt", "log", "exp", "tanh", "sinh")} | (others or {}) | values
    )
    for name, value in kernel.lines:
        text = f"{value.one} if {value.condition} else {value.other}" if isinstance(value, Select) else value
        names[name] = eval(text, names)
    return names["value"]


def test_differences_that_are_written_out_keep_their_digits():
    import mpmath

    log1p, expm1, powm1 = difference_kernels()
    others = {"log1p": lambda x: run(log1p, x=x), "expm1": lambda x: run(expm1, x=x)}
    for x in [*(10.0 ** np.linspace(-20, 2, 30)), -0.5, -1e-9]:
        with mpmath.workdps(60):
            exact = [
                mpmath.log(1 + mpmath.mpf(x)),
                mpmath.exp(mpmath.mpf(x)) - 1,
                1 / mpmath.sqrt(1 + mpmath.mpf(x)) - 1,
            ]
        found = [others["log1p"](x), others["expm1"](x), run(powm1, others, x=x, p=-0.5)]
        assert found == pytest.approx(list(map(float, exact)), rel=3e-15)
        with mpmath.workdps(60):
            langevin = (mpmath.mpf(x) * mpmath.coth(x) - 1) / mpmath.mpf(x) ** 2
        assert run(shape_kernels()[0], x=x) == pytest.approx(float(langevin), rel=3e-15)


def test_no_field_is_no_change():
    formula, names = MAKERS["kawabata"](), {}
    exec(formula.code("python"), names)
    assert names[identifier(formula)](1e-12, 1e-3, 0.0) == 0


@pytest.mark.parametrize("language", ["c", "fortran", "julia", "python"])
def test_what_a_language_lacks_is_refused_by_name(language):
    strip = cp.conductivity(cp.Metal(dim=2, geometry=cp.Wire()), loops=1)
    with pytest.raises(InputError, match="the integral"):
        strip.code(language)
    with pytest.raises(InputError, match="zeta of the order"):
        cp.magnetoconductivity(cp.Metal(dim=s.d, field=FIELD)).code(language)


def test_functions_of_libraries_are_called_by_their_names():
    late = cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time")
    assert "gsl_sf_expint_En(1, tau/tau_phi)" in late.code("c")
    assert "#include <gsl/gsl_sf_expint.h>" in late.code("c")
    assert "using SpecialFunctions" in late.code("julia")
    assert "ExpIntegralE[1, tau/tauPhi]" in late.code("mathematica")
    with pytest.raises(InputError, match="expint"):
        late.code("fortran")
    assert "NIntegrate[" in cp.conductivity(cp.Metal(dim=2, geometry=cp.Wire()), loops=1).code("mathematica")
    levels = cp.interference(cp.Metal(dim=2, field=FIELD)).total
    with pytest.raises(InputError, match="sum over Landau levels"):
        levels.code("mathematica")


@pytest.mark.parametrize("language", ["rust", "", None, 3])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(InputError, match="one of python, c, fortran, julia, mathematica"):
        MAKERS["drude"]().code(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_line_writes_it(language, capsys):
    from cooperon.cli import main

    assert main(["derive", "conductivity", "--dim", "2", "--loops", "1", "--format", language]) == 0
    assert capsys.readouterr().out == MAKERS["film"]().code(language)


@pytest.mark.parametrize("ending", [".py", ".c", ".f90", ".jl", ".wl"])
def test_the_ending_of_a_file_says_the_language(ending, tmp_path):
    from cooperon.cli import main
    from cooperon.formats import CODE

    target = tmp_path / f"film{ending}"
    assert main(["derive", "conductivity", "--dim", "2", "--loops", "1", "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == MAKERS["film"]().code(CODE[ending])
