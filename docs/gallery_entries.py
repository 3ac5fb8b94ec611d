"""What the gallery shows: every law and every operation, as it is typed, as a law, in words, and with the parameter values of its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Rational, factorial, symbols

import freealg as fa

__all__ = ["NAMES", "SECTIONS", "Entry"]

NAMES = "a b c d alpha eps eta lam p phi r t v zeta L"
a, b, c, d, alpha, eps, eta, lam, p, phi, r, t, v, zeta, L = symbols(NAMES)
half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)


@dataclass(frozen=True)
class Entry:
    """One law of the gallery: `make` builds what `code` types, `bind` gives numbers to the symbols that the picture does not vary."""

    title: str
    code: str
    make: Callable[[], Any]
    words: str
    vary: str | None = None
    values: tuple[Any, ...] = ()
    bind: tuple[tuple[str, Any], ...] = ()
    picture: bool = True

    @property
    def slug(self) -> str:
        """The name of the picture."""
        return self.title.lower().translate({ord(" "): "-", ord("–"): "-", ord("ö"): "o", ord("("): None, ord(")"): None})


LAWS = (
    Entry(
        "Semicircle", "fa.Semicircle(mean=a, variance=v)", lambda: fa.Semicircle(mean=a, variance=v),
        "The free Gaussian law: the limit of Wigner matrices, and of sums of many small free variables.",
        "v", (quarter, 1, 4), (("a", 0),),
    ),
    Entry(
        "Marchenko–Pastur", "fa.MarchenkoPastur(ratio=phi, variance=v)", lambda: fa.MarchenkoPastur(ratio=phi, variance=v),
        "The limit of $XX^T/m$ with $X$ of size $n \\times m$, `ratio` $= n/m$, entries of variance `variance`. "
        "At ratio 1 the density is infinite at 0.",
        "phi", (quarter, 1, 4), (("v", 1),),
    ),
    Entry(
        "Free Poisson", "fa.FreePoisson(rate=lam, jump=alpha)", lambda: fa.FreePoisson(rate=lam, jump=alpha),
        "The Marchenko–Pastur law in the parameters of the free Poisson limit theorem; a negative jump gives its mirror image.",
        "lam", (half, 1, 3), (("alpha", 1),),
    ),
    Entry(
        "Discrete", "fa.Discrete({-1: Rational(1, 4), 0: Rational(1, 4), 2: Rational(1, 2)})",
        lambda: fa.Discrete({-1: quarter, 0: quarter, 2: half}),
        "Finitely many atoms with exact masses.",
    ),
    Entry(
        "Projection", "fa.Projection(p)", lambda: fa.Projection(p), "A projection of trace $p$: two atoms.",
        "p", (third,),
    ),
    Entry("Rademacher", "fa.Rademacher()", fa.Rademacher, "A fair sign. Its free cumulants alternate Catalan numbers."),
    Entry(
        "Arcsine", "fa.Arcsine(radius=r)", lambda: fa.Arcsine(radius=r), "The sum of two free signs, for radius 2.", "r", (1, 2),
    ),
    Entry(
        "Cauchy", "fa.Cauchy(location=a, scale=c)", lambda: fa.Cauchy(location=a, scale=c),
        "No moments; its free and its classical convolution with any law agree. The picture is cut at the quantiles of 1 % and 99 %.",
        "c", (half, 1, 2), (("a", 0),),
    ),
    Entry(
        "Uniform", "fa.Uniform(a, b)", lambda: fa.Uniform(a, b), "Not algebraic: its transforms have logarithms and hyperbolic functions.",
        "b", (1, 2, 4), (("a", 0),),
    ),
    Entry(
        "Gaussian", "fa.Gaussian(mean=a, variance=v)", lambda: fa.Gaussian(mean=a, variance=v),
        "The classical Gaussian law, which is freely infinitely divisible too.",
        "v", (quarter, 1, 4), (("a", 0),),
    ),
    Entry(
        "Kesten–McKay", "fa.KestenMcKay(d)", lambda: fa.KestenMcKay(d),
        "The free power $d$ of a fair sign: the spectrum of large random $d$-regular graphs. Below $d = 2$ two atoms are left.",
        "d", (Rational(3, 2), 2, 3, 8),
    ),
    Entry(
        "Fuss–Catalan", "fa.FussCatalan(2)", lambda: fa.FussCatalan(2),
        "The free multiplicative power of Marchenko–Pastur of ratio 1, here the second: squared singular values of a product of two square matrices.",
    ),
    Entry(
        "Fuss–Catalan of any order", "fa.FussCatalan(t)", lambda: fa.FussCatalan(t),
        "Any order > 0; the equation is a polynomial when it is rational.",
        "t", (half, 1, 2, 3),
    ),
    Entry(
        "Free Bessel", "fa.FreeBessel(2, lam)", lambda: fa.FreeBessel(2, lam),
        "Free Poisson of rate $\\lambda$ times a free power of Marchenko–Pastur.",
        "lam", (half, 1, 3),
    ),
    Entry(
        "Compound free Poisson", "fa.CompoundFreePoisson(lam, fa.Rademacher())", lambda: fa.CompoundFreePoisson(lam, fa.Rademacher()),
        "Jumps with the law of the second argument, arriving at the given rate: $\\kappa_n$ is the rate times the $n$-th moment of the jumps.",
        "lam", (half, 1, 4),
    ),
    Entry(
        "Equilibrium", "fa.Equilibrium(t**2/2 + t**4, t)", lambda: fa.Equilibrium(t**2 / 2 + t**4, t),
        "The limit spectrum of matrices with density $\\exp(-N\\,\\mathrm{Tr}\\,V(M))$, here the planar quartic model with $V = t^2/2 + t^4$.",
    ),
)  # fmt: skip

GIVEN = (
    Entry(
        "From free cumulants", "fa.from_free_cumulants(factorial)", lambda: fa.from_free_cumulants(factorial),
        "A function of $n = 1, 2, \\dots$, or a list, which answers as far as it goes. A sequence alone gives sequences: no equation, no density. "
        "Here: exponential jumps at rate 1.",
        picture=False,
    ),
    Entry(
        "From moments", "fa.from_moments([0, v, 0, 2*v**2])", lambda: fa.from_moments([0, v, 0, 2 * v**2]),
        "The same for moments; numbers that are no moments of a law are refused.",
        picture=False,
    ),
    Entry(
        "From an R-transform", "fa.from_r_transform(g/(1 - c**2*g**2), g)", lambda: fa.from_r_transform(_g / (1 - c**2 * _g**2), _g),
        "The formula must be the germ at 0 of an R-transform.", "c", (half, 1, 2),
    ),
    Entry(
        "From an S-transform", "fa.from_s_transform(1/(1 + m)**t, m)", lambda: fa.from_s_transform(1 / (1 + _m) ** t, _m),
        "Positive laws of mean not 0.", "t", (half, 2),
    ),
    Entry(
        "From an equation", "fa.from_cauchy_equation(v*G**2 - z*G + 1, G, z)", lambda: fa.from_cauchy_equation(v * _G**2 - _z * _G + 1, _G, _z),
        "The branch is the one with $G = 1/z + m_1/z^2 + \\dots$; where several factors have one, the moments must be told.", "v", (1, 2),
    ),
)  # fmt: skip

NETS = (
    Entry(
        "Hessian", "fa.nets.Hessian(phi, eps)", lambda: fa.nets.Hessian(phi, eps),
        "The Hessian of a loss at energy $\\varepsilon$, parameters over data $\\phi$ (Pennington and Bahri 2017).",
        "eps", (Rational(1, 50), Rational(1, 8), half, 1), (("phi", half),),
    ),
    Entry(
        "Nonlinear Gram", "fa.nets.NonlinearGram(eta=eta, zeta=zeta)", lambda: fa.nets.NonlinearGram(eta=eta, zeta=zeta),
        "The law of $YY^T/m$, $Y = f(WX)$; the activation enters by $\\eta = \\mathrm{Var} f(z)$ and $\\zeta = (\\mathbb{E} f'(z))^2$ alone "
        "(Pennington and Worah 2017). Here $\\phi = \\psi = 1$; `NonlinearGram(\"relu\", phi=..., psi=...)` takes an activation.",
        "zeta", (0, half, 1), (("eta", 1),),
    ),
    Entry(
        "Jacobian", "fa.nets.Jacobian(\"relu\", depth=L)", lambda: fa.nets.Jacobian("relu", depth=L),
        "The law of $JJ^T$ of $L$ critical layers (Pennington, Schoenholz and Ganguli 2017). Half of the units of a ReLU layer are off: an atom.",
        "L", (1, 2, 4),
    ),
    Entry(
        "Jacobian with orthogonal weights", "fa.nets.Jacobian(\"relu\", depth=2, weights=\"orthogonal\")",
        lambda: fa.nets.Jacobian("relu", depth=2, weights="orthogonal"),
        "The weights drop out but for their scale.",
    ),
    Entry(
        "Universal Jacobian (Bernoulli)", "fa.nets.universal_jacobian(\"bernoulli\", t)", lambda: fa.nets.universal_jacobian("bernoulli", t),
        "Infinite depth at fixed variance $t$, for $f'$ that is 0 or 1 (Pennington, Schoenholz and Ganguli 2018).",
        "t", (quarter, half, 2),
    ),
    Entry(
        "Universal Jacobian (smooth)", "fa.nets.universal_jacobian(\"smooth\", t)", lambda: fa.nets.universal_jacobian("smooth", t),
        "Infinite depth at fixed variance $t$, for smooth activations.",
        "t", (quarter, half, 2),
    ),
)  # fmt: skip

OPERATIONS = (
    Entry(
        "Free sum", "fa.boxplus(fa.Semicircle(variance=v), fa.Rademacher())", lambda: fa.boxplus(fa.Semicircle(variance=v), fa.Rademacher()),
        "The law of $X + Y$ for free $X$, $Y$. At variance 1 the two halves meet in a cusp.", "v", (quarter, 1, 2),
    ),
    Entry(
        "Free product", "fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.Projection(p))",
        lambda: fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.Projection(p)),
        "The law of $X^{1/2} Y X^{1/2}$ for free $X \\geq 0$ and $Y$.", "p", (quarter, half, Rational(3, 4)), (("phi", half),),
    ),
    Entry(
        "Free additive power", "fa.Uniform(-1, 1).boxplus_power(t)", lambda: fa.Uniform(-1, 1).boxplus_power(t),
        "The sum of $t$ free copies, for any $t \\geq 1$; below 1 where the law allows it.", "t", (Rational(3, 2), 2, 4),
    ),
    Entry(
        "Free multiplicative power", "fa.MarchenkoPastur().boxtimes_power(Rational(1, 2))", lambda: fa.MarchenkoPastur().boxtimes_power(half),
        "The product of $t$ free copies. Two branches of this equation behave like $1/z$ at infinity; the moments choose.",
    ),
    Entry(
        "Compression", "fa.Discrete({-1: Rational(1, 3), 0: Rational(1, 3), 1: Rational(1, 3)}).compress(t)",
        lambda: fa.Discrete({-1: third, 0: third, 1: third}).compress(t),
        "The corner $pXp$ of a free projection of trace $t$, with its own normalised trace. Small corners look like a semicircle.",
        "t", (Rational(1, 5), half, Rational(4, 5)),
    ),
    Entry(
        "Mixture", "fa.mixture({fa.Semicircle(): p, fa.Arcsine(radius=1): 1 - p})",
        lambda: fa.mixture({fa.Semicircle(): p, fa.Arcsine(radius=1): 1 - p}),
        "The weighted mean of measures (blocks on a diagonal): Cauchy transforms average.", "p", (quarter, half, Rational(3, 4)),
    ),
    Entry(
        "Affine image", "2*fa.MarchenkoPastur(ratio=phi) - 1", lambda: 2 * fa.MarchenkoPastur(ratio=phi) - 1,
        "As in `scipy.stats`: a law times a number plus a number.",
        "phi", (quarter, 1, 4),
    ),
    Entry(
        "Inverse", "fa.MarchenkoPastur(ratio=Rational(1, 4)).inverse()", lambda: fa.MarchenkoPastur(ratio=quarter).inverse(),
        "The law of $1/X$.",
    ),
    Entry(
        "Möbius image", "fa.MarchenkoPastur(ratio=Rational(1, 2)).mobius(1, 0, 1, 1)", lambda: fa.MarchenkoPastur(ratio=half).mobius(1, 0, 1, 1),
        "The law of $(aX + b)/(cX + d)$; here $X/(X + 1)$.",
    ),
    Entry(
        "Square", "fa.Semicircle(mean=1, variance=v).square()", lambda: fa.Semicircle(mean=1, variance=v).square(), "The law of $X^2$.",
        "v", (Rational(1, 10), quarter, 1),
    ),
    Entry(
        "Square root", "fa.MarchenkoPastur(ratio=phi).sqrt()", lambda: fa.MarchenkoPastur(ratio=phi).sqrt(),
        "The law of $\\sqrt{X}$ for $X \\geq 0$: singular values from squared ones. At ratio 1 it is the quarter circle.",
        "phi", (quarter, 1, 4),
    ),
    Entry(
        "Free difference",
        "fa.boxminus(fa.CompoundFreePoisson(2, fa.Discrete({1: Rational(1, 2), 2: Rational(1, 2)})), fa.FreePoisson(Rational(1, 2)))",
        lambda: fa.boxminus(fa.CompoundFreePoisson(2, fa.Discrete({1: half, 2: half})), fa.FreePoisson(half)),
        "The law that gives the first when the second is added; refused with a proof where there is none.",
    ),
    Entry(
        "Free quotient", "fa.boxdivide(fa.FreeBessel(3, 2), fa.MarchenkoPastur())", lambda: fa.boxdivide(fa.FreeBessel(3, 2), fa.MarchenkoPastur()),
        "The law that gives the first when multiplied by the second; refused with a proof where there is none.",
    ),
)  # fmt: skip

_g, _m, _G, _z = symbols("g m G z")

SECTIONS: tuple[tuple[str, str, tuple[Entry, ...]], ...] = (
    ("Laws", "One file each in `freealg/laws`.", LAWS),
    ("Laws of one's own", "By a sequence, a transform or an equation.", GIVEN),
    ("Networks", "In `freealg/nets`.", NETS),
    ("Operations", "One file each in `freealg/law/operations`.", OPERATIONS),
)
