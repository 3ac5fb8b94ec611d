"""eta and zeta of an activation as numbers without a closed form: exact in formulas, and to any number of digits by quadrature."""

from __future__ import annotations

from typing import Any, ClassVar, final

from sympy import AtomicExpr, Expr, Float

from freealg.errors import InvalidInput
from freealg.nets.activations import Activation

__all__ = ["GaussianConstant", "constant", "layer_of"]

_GUARD, _FEW = 5, 15


@final
class GaussianConstant(AtomicExpr):
    """eta = Var f(sigma z) or zeta = (sigma E f'(sigma z))^2 of an activation, z a standard Gaussian variable.

    >>> import sympy
    >>> from freealg.nets.activations import activation
    >>> eta = GaussianConstant("eta", activation("tanh"), sympy.Integer(1))
    >>> eta, eta.evalf(20), 0 < eta < 1
    (eta(tanh), 0.39429449039784117442, True)
    """

    is_number: ClassVar[bool] = True
    is_commutative: ClassVar[bool] = True
    is_extended_real: ClassVar[bool] = True
    is_real: ClassVar[bool] = True
    is_finite: ClassVar[bool] = True
    JSON_FIELDS: ClassVar[tuple[str, ...]] = ("what", "activation", "sigma")
    __slots__ = ("activation", "sigma", "what")

    def __new__(cls, what: str, activation: Activation, sigma: Expr) -> GaussianConstant:
        found: GaussianConstant = AtomicExpr.__new__(cls)
        found.what, found.activation, found.sigma = what, activation, sigma
        return found

    def __getnewargs__(self) -> tuple[str, Activation, Expr]:
        return self.what, self.activation, self.sigma

    def json_fields(self) -> dict[str, Any]:
        """What `law.to_json()` writes: the activation by its name in the catalogue, else by its formula."""
        return {"what": self.what, **self.activation.json_fields(), "sigma": self.sigma}

    @classmethod
    def from_json_fields(cls, what: Any, activation: Any, sigma: Any) -> Expr:
        """The number again, checked; raises `InvalidInput` for what `json_fields` does not give."""
        if what not in ("eta", "zeta") or not isinstance(sigma, Expr) or not sigma.is_positive:
            raise InvalidInput(f"a Gaussian constant is eta or zeta of an activation at sigma > 0, not {what!r} of {activation!r} at {sigma!r}")
        return constant(what, Activation.from_json_fields(activation), sigma)

    def _hashable_content(self) -> tuple[str, str, Expr]:
        return self.what, self.activation.name, self.sigma

    def _eval_evalf(self, prec: int) -> Float:
        digits = int(prec / 3.3219280948873626) + _GUARD
        value = self.activation.eta(self.sigma, dps=digits) if self.what == "eta" else self.activation.zeta(self.sigma, dps=digits)
        return value._eval_evalf(prec)

    def _eval_is_extended_positive(self) -> bool:
        return bool(self.evalf(15) > 0)

    def _eval_is_zero(self) -> bool:
        return False

    def _sympystr(self, printer: Any) -> str:
        return f"{self.what}({self._arguments(printer.doprint)})"

    def _latex(self, printer: Any) -> str:
        return rf"\{self.what}_{{{self.activation.latex()}}}" + ("" if self.sigma == 1 else rf"\left({printer.doprint(self.sigma)}\right)")

    def _arguments(self, show: Any) -> str:
        return self.activation.name if self.sigma == 1 else f"{self.activation.name}, {show(self.sigma)}"


def constant(what: str, f: Activation, sigma: Expr) -> Expr:
    """eta or zeta at sigma: in closed form, else as a `GaussianConstant`; for a callable that knows no more, the decimals it knows."""
    value: Expr = f.eta(sigma) if what == "eta" else f.zeta(sigma)
    return GaussianConstant(what, f, sigma) if value.is_Float and value != 0 and value._prec > Float(1, _FEW)._prec else value


def layer_of(eta: Expr, zeta: Expr) -> tuple[str, Expr] | None:
    """(name of the activation, sigma) whose constants the two are; None where they tell no activation, or one without a name.

    >>> import sympy
    >>> from freealg.nets.activations import activation
    >>> tanh = activation("tanh")
    >>> layer_of(constant("eta", tanh, sympy.Integer(2)), constant("zeta", tanh, sympy.Integer(2)))
    ('tanh', 2)
    """
    if not (isinstance(eta, GaussianConstant) and isinstance(zeta, GaussianConstant) and (eta.what, zeta.what) == ("eta", "zeta")):
        return None
    same = (eta.activation, eta.sigma) == (zeta.activation, zeta.sigma)
    return (eta.activation.name, eta.sigma) if same and eta.activation.is_in_catalogue() else None
