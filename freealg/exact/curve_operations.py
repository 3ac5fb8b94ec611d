"""The operations of free probability on plane curves: substitutions where one side is rational, resultants where both are not.

Every function returns the raw polynomial in Z[G, z, generators] and its ring; `elimination` drops the spurious factors.
"""

from __future__ import annotations

from sympy import Expr, Rational

from freealg.errors import shown
from freealg.exact.curve import Curve, Ratio, context_over, join_rings, linear_root, strip, substitute
from freealg.exact.elimination import require_size, resultant
from freealg.exact.fields import Poly, Ring

__all__ = [
    "additive",
    "compounded",
    "divisive",
    "free_compression",
    "free_power",
    "in_moment_chart",
    "mixed",
    "mobius",
    "multiplicative",
    "multiplicative_power",
    "squared",
    "subtractive",
]

Raw = tuple[Poly, Ring]
_Y, _G, _Z = 0, 1, 2


def _wide(curve: Curve) -> tuple[Poly, Poly, Poly, Poly]:
    """The polynomial with a further variable y in front, and y, G, z."""
    context = context_over(curve.ring, "y")
    return curve.poly.project_to_context(context), context.gen(_Y), context.gen(_G), context.gen(_Z)


def _narrow(poly: Poly, ring: Ring) -> Raw:
    context = context_over(ring)
    return strip(poly.project_to_context(context), context.gen(0), context.gen(1)), ring


def _with_parameters(curve: Curve, *values: Expr) -> tuple[Curve, list[Ratio]]:
    """The curve over a ring that has the parameters too, and these as ratios in Z[y, G, z, generators]."""
    ring = Ring.make(curve.ring.join(Ring.of(*values)).bases)
    context = context_over(ring, "y")
    ratios = [ring.fraction(value) for value in values]
    return curve.over(ring), [(n.project_to_context(context), d.project_to_context(context)) for n, d in ratios]


def additive(a: Curve, b: Curve) -> Raw:
    """z = y_1 + y_2 - 1/G with P_1(y_1, G) = 0 = P_2(y_2, G): R-transforms add."""
    ring, (a, b) = join_rings([a, b])
    if a.degree_z != 1:
        a, b = b, a
    pa, y, G, z = _wide(a)
    pb = _wide(b)[0]
    rational = linear_root(pa, _Z)
    if rational is not None:  # y_2 = z + 1/G - y_1(G)
        n, d = rational
        return _narrow(substitute(pb, {_Z: ((z * G + 1) * d - n * G, d * G)}), ring)
    pa = substitute(pa, {_Z: (y, y**0)})
    pb = substitute(pb, {_Z: (z * G + 1 - y * G, G)})
    return _narrow(resultant(pa, pb, _Y), ring)


def in_moment_chart(curve: Curve) -> Poly:
    """Q(z, m) with m = z G - 1 in the place of G: the curve of z = K(m) = (1+m)/(m S(m)), in Z[y, m, z, generators]."""
    poly, _, m, z = _wide(curve)
    return strip(substitute(poly, {_G: (m + 1, z)}), z, m + 1)


def _from_moment_chart(poly: Poly, ring: Ring) -> Raw:
    context = poly.context()
    m, z = context.gen(_G), context.gen(_Z)
    return _narrow(substitute(strip(poly, m, m + 1, z), {_G: (z * m - 1, m**0)}), ring)


def multiplicative(a: Curve, b: Curve) -> Raw:
    """z = y_1 y_2 m/(1+m) with y_i = K_i(m): S-transforms multiply."""
    ring, (a, b) = join_rings([a, b])
    qa, qb = in_moment_chart(a), in_moment_chart(b)
    if int(qa.degrees()[_Z]) != 1:
        qa, qb = qb, qa
    context = qa.context()
    y, m, z = context.gen(_Y), context.gen(_G), context.gen(_Z)
    rational = linear_root(qa, _Z)
    if rational is not None:  # y_2 = z (1+m)/(m y_1(m))
        n, d = rational
        return _from_moment_chart(substitute(qb, {_Z: (z * (m + 1) * d, m * n)}), ring)
    qa = substitute(qa, {_Z: (y, y**0)})
    qb = substitute(qb, {_Z: (z * (m + 1), m * y)})
    return _from_moment_chart(resultant(qa, qb, _Y), ring)


def multiplicative_power(curve: Curve, t: Rational) -> Raw:
    """S -> S**t for rational t = a/b: z**b = y**a (m/(1+m))**(a-b) with y = K(m)."""
    q = in_moment_chart(curve)
    context = q.context()
    y, m, z = context.gen(_Y), context.gen(_G), context.gen(_Z)
    a, b = int(t.p), int(t.q)
    more, less = max(a - b, 0), max(b - a, 0)
    reach = max(a, b) * max(map(int, q.degrees())) + more + less
    require_size(reach**2, f"the equation of the free multiplicative power {shown(t)}")
    relation = z**b * (m + 1) ** more * m**less - y**a * m**more * (m + 1) ** less
    q = substitute(q, {_Z: (y, y**0)})
    rational = linear_root(q, _Y)
    raw = substitute(relation, {_Y: rational}) if rational is not None else resultant(q, relation, _Y)
    return _from_moment_chart(raw, curve.ring)


def free_power(curve: Curve, t: Expr) -> Raw:
    """R -> t R: P((z - (1 - t)/G)/t, G)."""
    curve, [(n, d)] = _with_parameters(curve, t)
    poly, _, G, z = _wide(curve)
    return _narrow(substitute(poly, {_Z: (d * (z * G - 1) + n, n * G)}), curve.ring)


def free_compression(curve: Curve, t: Expr) -> Raw:
    """R(g) -> R(t g): P(z - 1/G + 1/(t G), t G)."""
    curve, [(n, d)] = _with_parameters(curve, t)
    poly, _, G, z = _wide(curve)
    return _narrow(substitute(poly, {_Z: (n * z * G - n + d, n * G), _G: (n * G, d)}), curve.ring)


def mobius(curve: Curve, a: Expr, b: Expr, c: Expr, d: Expr) -> Raw:
    """Y = (aX + b)/(cX + d): with x = (b - d z)/(c z - a) the point that goes to z, G_Y = c/(c z - a) + (ad - bc) G_X(x)/(c z - a)**2."""
    curve, ratios = _with_parameters(curve, a, b, c, d)
    poly, _, G, z = _wide(curve)
    scale = poly.context().constant(1)
    for _, below in ratios:
        scale = scale * below
    na, nb, nc, nd = (n * (scale / below) for n, below in ratios)
    pole = nc * z - na
    images = {_G: (pole * (G * pole - nc), na * nd - nb * nc), _Z: (nb - nd * z, pole)}
    return _narrow(substitute(poly, images), curve.ring)


def squared(curve: Curve) -> Raw:
    """G_{X^2}(z^2) = (G(z) - G(-z))/(2z)."""
    poly, y, G, z = _wide(curve)
    one = G**0
    here = substitute(poly, {_G: (2 * z * G + y, one)})
    there = substitute(poly, {_G: (y, one), _Z: (-z, one)})
    raw = strip(resultant(here, there, _Y), z)
    if any(monomial[_Z] % 2 for monomial in raw.to_dict()):
        raw = resultant(substitute(raw, {_Z: (y, one)}), y**2 - z, _Y)
        return _narrow(raw, curve.ring)
    context = raw.context()
    halved = {(*m[:_Z], m[_Z] // 2, *m[_Z + 1 :]): c for m, c in raw.to_dict().items()}
    return _narrow(context.from_dict(halved), curve.ring)


def mixed(a: Curve, b: Curve, weight: Expr) -> Raw:
    """G = weight G_a + (1 - weight) G_b."""
    ring, (a, b) = join_rings([a, b])
    a, [(n, d)] = _with_parameters(a.over(ring), weight)
    b = b.over(a.ring)
    pa, y, G, _ = _wide(a)
    pb = substitute(_wide(b)[0], {_G: (y, y**0)})
    pa = substitute(pa, {_G: (d * G - (d - n) * y, n)})
    return _narrow(resultant(pa, pb, _Y), a.ring)


def compounded(curve: Curve, rate: Expr) -> Raw:
    """R(g) = rate (G_1(1/g)/g - 1)/g: P(1/G, G + G (z G - 1)/rate)."""
    curve, [(n, d)] = _with_parameters(curve, rate)
    poly, _, G, z = _wide(curve)
    images = {_Z: (G**0, G), _G: (G * n + d * G * (z * G - 1), n)}
    return _narrow(substitute(poly, images), curve.ring)


def subtractive(a: Curve, b: Curve) -> Raw:
    """z = y_1 - y_2 + 1/G with P_1(y_1, G) = 0 = P_2(y_2, G): the R-transforms are subtracted."""
    ring, (a, b) = join_rings([a, b])
    pa, y, G, z = _wide(a)
    pb = _wide(b)[0]
    rational = linear_root(pb, _Z)
    if rational is not None:  # y_1 = z + y_2(G) - 1/G
        n, d = rational
        return _narrow(substitute(pa, {_Z: ((z * G - 1) * d + n * G, d * G)}), ring)
    rational = linear_root(pa, _Z)
    if rational is not None:  # y_2 = y_1(G) - z + 1/G
        n, d = rational
        return _narrow(substitute(pb, {_Z: ((1 - z * G) * d + n * G, d * G)}), ring)
    pa = substitute(pa, {_Z: (y, y**0)})
    pb = substitute(pb, {_Z: (y * G - z * G + 1, G)})
    return _narrow(resultant(pa, pb, _Y), ring)


def divisive(a: Curve, b: Curve) -> Raw:
    """z = (y_1/y_2) (1+m)/m with y_i = K_i(m): the S-transforms are divided."""
    ring, (a, b) = join_rings([a, b])
    qa, qb = in_moment_chart(a), in_moment_chart(b)
    context = qa.context()
    y, m, z = context.gen(_Y), context.gen(_G), context.gen(_Z)
    rational = linear_root(qb, _Z)
    if rational is not None:  # y_1 = z m y_2(m)/(1+m)
        n, d = rational
        return _from_moment_chart(substitute(qa, {_Z: (z * m * n, (m + 1) * d)}), ring)
    rational = linear_root(qa, _Z)
    if rational is not None:  # y_2 = y_1(m) (1+m)/(m z)
        n, d = rational
        return _from_moment_chart(substitute(qb, {_Z: (n * (m + 1), m * z * d)}), ring)
    qa = substitute(qa, {_Z: (y, y**0)})
    qb = substitute(qb, {_Z: (y * (m + 1), m * z)})
    return _from_moment_chart(resultant(qa, qb, _Y), ring)
