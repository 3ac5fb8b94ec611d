"""Polynomials of degree 2 in jointly semicircular letters: the law, from the R-transform of a matrix.

For p = sum A_ij x_i x_j + sum b_i x_i + c and kappa(x_i, x_j) = C_ij

    R(g) = c + Tr[AC (1 - g AC)^-1] + r.A r + b.r,   r = g (1 - g C(A + A^t))^-1 C b,

so that kappa_n = Tr (AC)^n where there is no linear part. It follows from the Schwinger-Dyson equations tau(x_i W) = sum_k C_ik (tau x tau)(d_k W)
at W = T and W = x_j T, T the resolvent of p: with q_i = tau(x_i T) and m = tau(T) they give q = m r and
tau(x_i x_j T) = m [(1 - g CA^t)^-1 C]_ij + q_i q_j/m.
"""

from __future__ import annotations

import sympy
from sympy import Expr, Integer, Matrix

from freealg.elements.expression import Element
from freealg.elements.family import Letter
from freealg.forms import g
from freealg.law.law import Law
from freealg.law.operations.free_sum import boxplus
from freealg.laws.discrete import Discrete
from freealg.laws.free_poisson import FreePoisson
from freealg.laws.given import FromRTransform
from freealg.laws.marchenko_pastur import MarchenkoPastur

__all__ = ["gaussian_quadratic_law", "is_gaussian"]


def is_gaussian(letter: Letter) -> bool:
    """Whether the letter belongs to a jointly semicircular family."""
    return letter.family.covariance(letter.index, letter.index) is not None


def gaussian_quadratic_law(element: Element) -> Law | None:
    """The law of a self-adjoint polynomial of degree 2 in semicircular and circular letters; None when the element is no such thing.

    Without a linear part and with eigenvalues of AC that are rational in the parameters, a free sum of free Poisson laws; otherwise the law of the
    rational R-transform.

    >>> import freealg as fa
    >>> x, y = fa.Wigner(), fa.Wigner()
    >>> gaussian_quadratic_law(x*y + y*x)
    boxplus(MarchenkoPastur(), FreePoisson(jump=-1))
    >>> gaussian_quadratic_law(2*x*x + x*y + y*x + 3*y*y).free_cumulants(5)
    [5, 15, 50, 175, 625]
    """
    terms = dict(element.terms)
    letters = list(dict.fromkeys(letter for word in terms for letter in word))
    if element.degree != 2 or not all(map(is_gaussian, letters)):
        return None
    covariance = Matrix(len(letters), len(letters), lambda i, j: joint(letters[i], letters[j]))
    form = Matrix(len(letters), len(letters), lambda i, j: terms.get((letters[i], letters[j]), Integer(0)))
    linear = Matrix([terms.get((letter,), Integer(0)) for letter in letters])
    shift = terms.get((), Integer(0))
    if linear.is_zero_matrix:
        jumps = rational_eigenvalues((form * covariance).applyfunc(sympy.expand))
        if jumps is not None:
            return free_poissons(jumps).affine(1, shift)
    return FromRTransform(r_transform(form, covariance, linear, shift))


def joint(first: Letter, second: Letter) -> Expr:
    """kappa(a, b): 0 across families."""
    entry = first.family.covariance(first.index, second.index) if first.family == second.family else None
    return Integer(0) if entry is None else entry


def rational_eigenvalues(matrix: Matrix) -> dict[Expr, int] | None:
    """{eigenvalue: multiplicity} when the characteristic polynomial splits over the rational functions of the parameters."""
    x = sympy.Dummy("x")
    found: dict[Expr, int] = {}
    for factor, power in sympy.factor_list(matrix.charpoly(x).as_expr(x), x)[1]:
        poly = sympy.Poly(factor, x)
        if poly.degree() > 1:
            return None
        lead, constant = poly.all_coeffs()
        found[sympy.cancel(-constant / lead)] = power
    return found


def free_poissons(jumps: dict[Expr, int]) -> Law:
    """The free sum of free Poisson laws of these jumps and rates."""
    parts = [free_poisson(jump, rate) for jump, rate in jumps.items() if jump != 0]
    return boxplus(*parts) if parts else Discrete({0: 1})


def free_poisson(jump: Expr, rate: int) -> Law:
    """FreePoisson(rate, jump), under the name Marchenko–Pastur where the jump is known to be positive."""
    if jump.is_positive:
        return MarchenkoPastur(ratio=Integer(1) / rate, variance=rate * jump)
    return FreePoisson(rate=rate, jump=jump)


def r_transform(form: Matrix, covariance: Matrix, linear: Matrix, shift: Expr) -> Expr:
    """R(g) of the quadratic polynomial, a rational function."""
    one, product = sympy.eye(form.rows), form * covariance
    r = g * (one - g * covariance * (form + form.T)).inv(method="ADJ") * covariance * linear
    closed = (product * (one - g * product).inv(method="ADJ")).trace()
    return sympy.cancel(shift + closed + (r.T * form * r + linear.T * r)[0])
