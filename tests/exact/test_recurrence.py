"""Recurrences of moments: derived, unrolled; against Newton's method, Lagrange inversion and plain iteration."""

import pickle
import subprocess
import sys
from fractions import Fraction

import flint
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol, binomial, catalan

import freealg as fa
from freealg.errors import BudgetExceeded, InvalidInput, NoClosedForm, UnboundParameters
from freealg.exact.curve import Curve, context_over
from freealg.exact.differential import derived_recurrence, operator_of, predicted_work
from freealg.exact.fields import Ring
from freealg.exact.germ_equation import GermEquation, denominator_base
from freealg.exact.germs import curve_germ
from freealg.exact.lagrange import moments_by_r_side, moments_by_s_side
from freealg.exact.moment_routes import MomentRoutes
from freealg.exact.multimodular import ScaledGerm
from freealg.exact.recurrence import Recurrence
from freealg.exact.scaling import Scale, reduced_rational
from freealg.exact.series import Sequence

G_, Z_, GG = Symbol("G"), Symbol("z"), Symbol("g")
PHI, EPS = sympy.symbols("phi eps")
HESSIAN = 2 * EPS * PHI * G_**3 - (2 * EPS + Z_ * PHI) * G_**2 + (Z_ + PHI - 1) * G_ - 1
HESSIAN_AT = {PHI: Rational(1, 2), EPS: Rational(1, 8)}
GRAM = Z_**2 * (EPS**2 - EPS) * G_**4 + Z_**2 * EPS * G_**3 + Z_ * (1 - EPS) * G_**2 - Z_ * G_ + 1

CURVES = {
    "semicircle": G_**2 - Z_ * G_ + 1,
    "centred semicircle": G_**2 / 3 + (Rational(1, 2) - Z_) * G_ + 1,
    "marchenko-pastur": Z_ * G_**2 / 2 + (Rational(1, 2) - Z_) * G_ + 1,
    "hessian": HESSIAN.subs(HESSIAN_AT),
    "fuss-catalan": Z_**3 * G_**4 - Z_ * G_ + 1,
    "semicircle + two atoms": G_**3 - 2 * Z_ * G_**2 + Z_**2 * G_ - Z_,
    "kesten-mckay 3": (Z_**2 - 9) * G_**2 + Z_ * G_ - 2,
    "projection": (Z_ - 1) * Z_ * G_ - Z_ + Rational(2, 3),
    "point": (Z_ - 5) * G_ - 1,
    "nought": Z_ * G_ - 1,
    "gram": GRAM.subs(EPS, Rational(1, 3)),
}


def curve_of(expr) -> Curve:
    ring = Ring.of(*sorted(expr.free_symbols - {G_, Z_}, key=str))
    context = context_over(ring)
    poly = sympy.Poly(expr, G_, Z_, *ring.generators)
    poly = poly.clear_denoms(convert=True)[1]
    return Curve(ring, context.from_dict({m: int(c) for m, c in poly.terms()}).primitive()[1])


def germ_of(name) -> Sequence:
    """By Lagrange inversion where the curve alone would need moments to start from."""
    return moments_by_s_side((1 + GG) ** -3, GG) if name == "fuss-catalan" else curve_germ(curve_of(CURVES[name]))


def catalan_like(order: int) -> Recurrence:
    return Recurrence(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, 1, (Integer(1),), f"given {order}")


@pytest.mark.parametrize("name", CURVES)
def test_every_route_gives_the_same_moments(name):
    curve = curve_of(CURVES[name])
    germ = germ_of(name)
    wanted = germ.first(60)
    expected = [Rational(int(m.p), int(m.q)) for m in wanted]
    derived = derived_recurrence(curve, germ)
    assert derived.moments(60) == expected
    assert derived.elements(60) == wanted
    assert derived.moment(60) == expected[-1]
    scaled = ScaledGerm(GermEquation.of(curve, germ))
    step = scaled.equation.step
    assert [flint.fmpq(u, flint.fmpz(scaled.base) ** k) for k, u in enumerate(scaled.first(60 // step + 1))][1:] == wanted[step - 1 :: step]
    assert derived.status.startswith("proved")


@pytest.mark.parametrize("name", CURVES)
def test_a_recurrence_holds_from_its_first_index_and_not_only_where_it_is_used(name):
    curve = curve_of(CURVES[name])
    germ = germ_of(name)
    moments = [Integer(1), *(Rational(int(m.p), int(m.q)) for m in germ.first(50))]
    recurrence = derived_recurrence(curve, germ)
    for n in range(recurrence.first, 50, recurrence.step):
        terms = [p.eval(n) * moments[n - i * recurrence.step] for i, p in enumerate(recurrence.coefficients) if n - i * recurrence.step >= 0]
        assert sum(terms) == 0


def test_the_hessian_law_unrolls_past_a_zero_of_its_leading_polynomial():
    curve = curve_of(CURVES["hessian"])
    germ = curve_germ(curve)
    recurrence = Recurrence(
        tuple(
            tuple(Integer(c) for c in reversed(sympy.Poly(p, Symbol("n")).all_coeffs()))
            for p in (
                "4*(n - 2)*(n + 1)*(n + 2)*(31*n + 33)",
                "-8*(n + 1)*(62*n**3 - 27*n**2 - 230*n + 99)",
                "4*n*(n - 1)*(124*n**2 + 8*n - 431)",
                "-6*(n - 2)*(n - 1)*(62*n**2 + 35*n - 225)",
                "-11*(n - 3)*(n - 2)*(n - 1)*(31*n + 64)",
            )
        ),
        1,
        1,
        (Integer(1), Integer(1), Rational(7, 4)),
        "found by the search among operators of degree 4",
    )
    assert recurrence.moments(40) == derived_recurrence(curve, germ).moments(40)


@pytest.mark.parametrize(
    "expr", [HESSIAN, HESSIAN.subs(EPS, Rational(1, 8)), PHI * Z_ * G_**2 + (1 - PHI - Z_) * G_ + 1, GRAM, EPS * G_**2 + (PHI - Z_) * G_ + 1]
)
def test_derived_recurrences_keep_their_parameters(expr):
    curve = curve_of(expr)
    germ = curve_germ(curve)
    recurrence = derived_recurrence(curve, germ)
    expected = [germ.ring.to_sympy(m) for m in germ.first(14)]
    assert [sympy.expand(a - b) for a, b in zip(recurrence.moments(14), expected, strict=True)] == [0] * 14
    assert sympy.expand(recurrence.moment(14) - expected[-1]) == 0
    point = {PHI: Rational(2, 3), EPS: Rational(3, 7)}
    special = curve_of(expr.subs(point))
    values = derived_recurrence(special, curve_germ(special)).moments(14)
    assert [m.subs(point) for m in recurrence.moments(14)] == values


def test_symbolic_recurrence_of_marchenko_pastur_is_the_known_one():
    curve = curve_of(PHI * Z_ * G_**2 + (1 - PHI - Z_) * G_ + 1)
    text = str(derived_recurrence(curve, curve_germ(curve))).splitlines()
    assert text[0] == "(n + 1)*m[n] - (2*n - 1)*(phi + 1)*m[n - 1] + (n - 2)*(phi - 1)**2*m[n - 2] = 0 for n >= 2"


@st.composite
def germ_equations(draw):
    """y = 1 + w H(w, y) with small coefficients, as a curve P(z, G) = 0, and H."""
    keys = st.tuples(st.integers(0, 2), st.integers(0, 3))
    h = draw(st.dictionaries(keys, st.integers(-3, 3).filter(bool), min_size=1, max_size=4))
    terms = {(0, 1): 1, (0, 0): -1}
    for (i, j), c in h.items():
        terms[(i + 1, j)] = terms.get((i + 1, j), 0) - c
    top = max(i - j for i, j in terms)
    context = context_over(Ring.of())
    poly = context.from_dict({(j, top + j - i): c for (i, j), c in terms.items()})
    return Curve(Ring.of(), poly), h


def iterated(h, count):
    """m_1 ... m_count of y = 1 + w H(w, y) by fixed-point iteration on lists of integers."""
    y = [1] + [0] * count
    for _ in range(count):
        powers = [[1] + [0] * count]
        for _ in range(3):
            powers.append([sum(powers[-1][i] * y[k - i] for i in range(k + 1)) for k in range(count + 1)])
        y = [1] + [sum(c * powers[j][k - 1 - i] for (i, j), c in h.items() if k - 1 - i >= 0) for k in range(1, count + 1)]
    return y[1:]


@settings(deadline=None, max_examples=60)
@given(germ_equations())
def test_random_curves_against_plain_iteration(pair):
    curve, h = pair
    degrees = [int(d) for d in curve.poly.degrees()]
    assume(degrees[0] >= 1 and (degrees[0] == 1 or not curve.poly.discriminant("G").is_zero()))
    expected = iterated(h, 24)
    germ = Sequence(Ring.of(), lambda n: [flint.fmpq(m) for m in iterated(h, n)])
    assert derived_recurrence(curve, germ).moments(24) == expected
    assert ScaledGerm(GermEquation.of(curve, germ)).first(5)[0] == 1
    routes = MomentRoutes(curve, germ)
    step = routes.scaled().equation.step
    assert [int(u) for u in routes.scaled().first(24 // step + 1)][1:] == expected[step - 1 :: step]


def test_singular_germ_of_a_multiplicative_root():
    """S = (1 + m)^(-1/2): (z G - 1)^2 = z G^3 has two branches ~ 1/z, so F_y vanishes on the germ."""
    curve = curve_of((Z_ * G_ - 1) ** 2 - Z_ * G_**3)
    germ = moments_by_s_side((1 + GG) ** Rational(-1, 2), GG)
    equation = GermEquation.of(curve, germ)
    assert equation.valuation == 1
    scaled = ScaledGerm(equation)
    assert [flint.fmpq(u, flint.fmpz(scaled.base) ** k) for k, u in enumerate(scaled.first(81))][1:] == germ.first(80)
    assert derived_recurrence(curve, germ).elements(80) == germ.first(80)
    assert MomentRoutes(curve, germ)(300)[:80] == germ.first(80)


def test_many_moments_of_fuss_catalan_are_binomials():
    curve = curve_of(CURVES["fuss-catalan"])
    routes = MomentRoutes(curve, germ_of("fuss-catalan"))
    values = routes(2000)
    assert [int(v.p) for v in values[1::333]] == [binomial(4 * n, n) / (3 * n + 1) for n in range(2, 2001, 333)]
    assert routes.single(1999) == binomial(4 * 1999, 1999) / (3 * 1999 + 1)


def test_routes_agree_and_are_chosen_by_predicted_cost():
    curve = curve_of(CURVES["hessian"])
    germ = curve_germ(curve)
    routes = MomentRoutes(curve, germ)
    assert [routes.route(n) for n in (5, 40, 5000)] == ["germ", "newton", "recurrence"]
    newton = routes.scaled().first(401)
    assert routes.recurrence().elements(400) == [flint.fmpq(u, flint.fmpz(2) ** k) for k, u in enumerate(newton)][1:]
    assert routes(400) == routes.recurrence().elements(400)
    assert MomentRoutes(curve_of(HESSIAN), curve_germ(curve_of(HESSIAN))).route(5000) == "germ"
    semicircle = curve_of(CURVES["semicircle"])
    assert MomentRoutes(semicircle, curve_germ(semicircle))(41)[-2:] == [catalan(20), 0]


def test_the_operator_annihilates_the_germ():
    curve = curve_of(CURVES["gram"])
    operator, source = operator_of(curve)
    moments = [flint.fmpq(1), *curve_germ(curve).first(60)]
    for n in range(40):
        total = flint.fmpq(0)
        for j, a in enumerate(operator):
            for (i,), c in a.to_dict().items():
                if i <= n:
                    total += flint.fmpq(c) * flint.fmpq(n - int(i)) ** j * moments[n - int(i)]
        assert total == source.to_dict().get((n,), 0)


def test_moments_by_lagrange_and_by_recurrence_agree_for_the_hessian_law():
    r = (1 / (1 - PHI * GG) + 2 * EPS * GG).subs(HESSIAN_AT)
    curve = curve_of(CURVES["hessian"])
    assert MomentRoutes(curve, curve_germ(curve))(200) == moments_by_r_side(r, GG).first(200)


def test_a_denominator_that_the_start_does_not_show_is_found():
    """3 y = 3 + 3 w + w^20: the first denominator stands at w^20."""
    rows = ((-3, -3, *[0] * 18, -1), (3,))
    equation = GermEquation(rows, 1, (flint.fmpq(1), flint.fmpq(1)), 0, flint.fmpq(3))
    scaled = ScaledGerm(equation)
    values = scaled.first(30)
    assert scaled.base == 3
    assert [Fraction(int(u), 3**k) for k, u in enumerate(values)] == [1, 1, *[0] * 18, Fraction(1, 3), *[0] * 9]


def test_denominator_base():
    halves = [flint.fmpq(1, 2) ** (k // 2) for k in range(6)]
    assert denominator_base(halves) == 2
    assert denominator_base([flint.fmpq(1), flint.fmpq(0), flint.fmpq(5, 18)]) == 6


def test_values_print_and_pickle():
    curve = curve_of(CURVES["marchenko-pastur"])
    recurrence = derived_recurrence(curve, curve_germ(curve))
    again = pickle.loads(pickle.dumps(recurrence))
    assert again == recurrence and hash(again) == hash(recurrence)
    assert (recurrence.order, recurrence.degree, recurrence.first, recurrence.step) == (2, 1, 2, 1)
    assert recurrence.latex() == (
        r"4 \left(n + 1\right) m_{n} - 6 \left(2 n - 1\right) m_{n - 1} + \left(n - 2\right) m_{n - 2} = 0 "
        r"\quad (n \ge 2),\qquad m_{0} = 1,\ m_{1} = 1"
    )
    assert str(catalan_like(1)).endswith("given 1")


def test_a_long_recurrence_has_a_line_for_each_term():
    recurrence = fa.nets.Hessian(sympy.Rational(1, 2), sympy.Rational(1, 2)).recurrence()
    lines = recurrence.latex().removeprefix(r"\begin{aligned} & ").removesuffix(r" \end{aligned}").split(r" \\ & ")
    assert len(lines) == len(recurrence.rows) + 1
    assert lines[0] == r"8 \left(n + 1\right) \left(n + 2\right) m_{n}"
    assert lines[1] == r"{} - 12 \left(n + 1\right) \left(9 n - 2\right) m_{n - 1}"
    assert lines[-2].endswith(r"m_{n - 6} = 0 \quad (n \ge 4),")
    assert lines[-1] == r"m_{0} = 1,\ m_{1} = 1,\ m_{2} = \frac{5}{2},\ m_{3} = \frac{23}{4}"
    assert repr(recurrence) == str(recurrence)


def test_long_integers_come_out_whole():
    recurrence = derived_recurrence(curve_of(CURVES["fuss-catalan"]), germ_of("fuss-catalan"))
    moment = recurrence.moment(7000)
    assert moment.p.bit_length() > 22_000 and moment == recurrence.moments(7000)[-1]


def test_bad_input_is_named():
    with pytest.raises(InvalidInput, match="must be >= 0"):
        catalan_like(1).moment(-1)
    with pytest.raises(InvalidInput, match="integers, not 1/3"):
        Recurrence(((Rational(1, 3),), (Integer(-1),)), 1, 1, (Integer(1),), "given").moments(3)
    symbolic = curve_of(HESSIAN)
    with pytest.raises(UnboundParameters, match="phi"):
        GermEquation.of(symbolic, curve_germ(symbolic))
    with pytest.raises(InvalidInput, match="vanishes at n = 2"):
        Recurrence(((Integer(-2), Integer(1)), (Integer(1),)), 1, 1, (Integer(1),), "given").moments(3)
    semicircle = curve_of(CURVES["semicircle"])
    roots = Ring.of(sympy.sqrt(2))
    with pytest.raises(NoClosedForm, match="sqrt"):
        GermEquation.of(semicircle, Sequence(roots, lambda n: [roots.convert(sympy.sqrt(2))] * n))
    with pytest.raises(InvalidInput, match="do not annihilate"):
        GermEquation.of(semicircle, Sequence(Ring.of(), lambda n: [flint.fmpq(k) for k in range(1, n + 1)]))
    with pytest.raises(InvalidInput, match="repeated factor"):
        operator_of(curve_of(sympy.expand((G_**2 - Z_ * G_ + 1) ** 2)))


def test_budgets_are_predicted_before_any_work():
    curve = curve_of(CURVES["hessian"])
    work = predicted_work(curve)
    assert work == 3**6 * 4**2
    with pytest.raises(BudgetExceeded, match="over the budget of 100"):
        derived_recurrence(curve, curve_germ(curve), budget=100)


def test_scales_clear_denominators_that_grow_at_fractional_rates():
    """kappa_2 = 8/15 alone carries the 5, so m_k needs only 5^(k/2); (1 - w)^(1/3) needs 3^(3k/2)."""
    hessian = HESSIAN.subs({PHI: Rational(1, 3), EPS: Rational(1, 10)})
    recurrence = derived_recurrence(curve_of(hessian), curve_germ(curve_of(hessian)))
    r = (1 / (1 - PHI * GG) + 2 * EPS * GG).subs({PHI: Rational(1, 3), EPS: Rational(1, 10)})
    exact = moments_by_r_side(r, GG).first(150)
    assert recurrence.elements(150) == exact
    assert [(value.p, value.q) for value in recurrence.moments(150)] == [(int(value.p), int(value.q)) for value in exact]
    start = [Integer(1), *recurrence.moments(12)]
    assert Scale.of(Ring.of(), start).pairs == ((3, 1), (5, Rational(1, 2)))
    wild = [binomial(Rational(1, 3), k) for k in range(13)]
    assert Scale.of(Ring.of(), wild).pairs == ((3, Rational(3, 2)),)


def test_an_unrolling_widens_its_scale_when_a_division_is_not_exact():
    """1/(1 - w/3), (1 + w)^(1/3), exp(w), exp(eps w/(1 + phi)): the start value 1 shows no denominator at all."""
    thirds = Recurrence(((Integer(3),), (Integer(-1),)), 1, 1, (Integer(1),), "given")
    assert thirds.moments(5) == [Rational(1, 3**k) for k in range(1, 6)]
    cube_root = Recurrence(((Integer(0), Integer(3)), (Integer(-4), Integer(3))), 1, 1, (Integer(1),), "given")
    assert cube_root.moments(200) == [binomial(Rational(1, 3), k) for k in range(1, 201)]
    factorials = Recurrence(((Integer(0), Integer(1)), (Integer(-1),)), 1, 1, (Integer(1),), "given")
    assert factorials.moments(60) == [1 / sympy.factorial(k) for k in range(1, 61)]
    assert factorials.elements(60)[-1] == 1 / flint.fmpq(flint.fmpz.fac_ui(60))
    assert factorials.moment(40) == 1 / sympy.factorial(40)
    with_parameters = Recurrence(((Integer(0), PHI + 1), (-EPS,)), 1, 1, (Integer(1),), "given")
    wanted = [(EPS / (PHI + 1)) ** k / sympy.factorial(k) for k in range(1, 7)]
    assert [sympy.cancel(a - b) for a, b in zip(with_parameters.moments(6), wanted, strict=True)] == [0] * 6


@given(st.integers(-(10**40), 10**40), st.integers(0, 60), st.integers(0, 60))
def test_reduced_rational_is_the_quotient(numerator, twos, threes):
    for u in (numerator, numerator * 6**50):
        value, quotient = reduced_rational(flint.fmpz(u), [(2, twos), (3, threes)]), Fraction(u, 2**twos * 3**threes)
        assert (value.p, value.q) == (quotient.numerator, quotient.denominator)


@pytest.mark.parametrize("name", ["hessian", "semicircle", "gram"])
def test_expressions_and_elements_are_the_same_numbers_on_every_route(name):
    curve, germ = curve_of(CURVES[name]), germ_of(name)
    routes = MomentRoutes(curve, germ)
    assert [routes.route(count) for count in (7, 40, 600)] == ["germ", "newton", "recurrence"]
    for count in (7, 40, 600):
        assert routes.expressions(count) == [Rational(int(value.p), int(value.q)) for value in routes(count)]


def test_a_far_moment_against_newton_modulo_a_prime():
    """The 20,000th moment of the Hessian law, unrolled over the integers, and by power series modulo 2^61 - 1."""
    prime = 2**61 - 1
    curve = curve_of(CURVES["hessian"])
    routes = MomentRoutes(curve, curve_germ(curve))
    far = routes.single(20_000)
    assert far.p * pow(far.q, -1, prime) % prime == routes.scaled().equation.modular_root(1, 20_001, prime)[-1]


FAR = """
import resource, sympy
from freealg.exact.curve import Curve, context_over
from freealg.exact.fields import Ring
from freealg.exact.germs import curve_germ
from freealg.exact.moment_routes import MomentRoutes
G, z = context_over(Ring.of()).gens()
curve = Curve(Ring.of(), G**3 - (2 + 4*z)*G**2 + (8*z - 4)*G - 8)
routes = MomentRoutes(curve, curve_germ(curve))
routes.recurrence().moments(50)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert routes.single(100_000).p.bit_length() == 263_944
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.slow
def test_the_100000th_moment_needs_little_memory():
    done = subprocess.run([sys.executable, "-c", FAR], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 100
