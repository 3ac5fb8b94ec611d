"""The equations of a law for the numeric engines: every operand by whatever closed form is known of it, the operations by their nodes.

An operation on one law takes part through a method `lane_relation(part)` that gives the node on the additive relation of its operand (or
`lane_transform_relation(leaf)` where the operand's G is known), or through
`numeric_equivalent()`, which gives the same law made of operations of this room. Sums and products are here: they choose among
their operands' relations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, I, Integer, Symbol, sqrt

from freealg.errors import FreeAlgError
from freealg.forms import Atoms, CauchyTransform, Form, RTransform, STransform, g, m, z
from freealg.law.express import possible
from freealg.law.operations.free_product import FreeProduct
from freealg.law.operations.free_sum import FreeSum
from freealg.law.operations.mixture import Mixture
from freealg.law.operations.multiplicative_power import MultiplicativePower
from freealg.law.operations.square import Square
from freealg.law.scale import hull_of, scale_of
from freealg.numerics.formula import is_single_valued
from freealg.numerics.power_product import PowerProduct, power_product
from freealg.numerics.relation_joins import ProductNode, SumNode
from freealg.numerics.relation_nodes import AsAdditive, AsMultiplicative, MultiplicativePowerNode
from freealg.numerics.relations import CurveLeaf, EngineLeaf, Relation, RLeaf, SLeaf, TransformLeaf

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["additive_relation", "form_of", "has_relation", "k_product", "multiplicative_relation", "multiplies"]


def form_of(law: Law, form: type[Form], conversions: bool = False) -> Any:
    """The form, or None where it is not known or too large to compute."""
    try:
        return possible(law, form, conversions)
    except FreeAlgError:
        return None


def _meromorphic_r(law: Law) -> Expr | None:
    """R(g) where it is meromorphic, hence right on all of the branch."""
    found = form_of(law, RTransform)
    return found.expr if found is not None and is_single_valued(found.expr, g) else None


def k_product(law: Law, easily: bool = False) -> PowerProduct | None:
    """K = (1 + m)/(m S) where S is hyperexponential; S of operands, and with `easily` that of a leaf, may come from their equations."""
    found = form_of(law, STransform, conversions=multiplies(law) or (easily and not law.operands))
    if found is None:
        return None
    own = Symbol("m", real=True)
    return power_product(found.expr.xreplace({m: own}), own)


def multiplies(law: Law) -> bool:
    """Whether the law is an operation on S-transforms: a product or a power of one."""
    return hasattr(law, "lane_s_transform") and not hasattr(law, "lane_r_transform")


def has_relation(law: Law) -> bool:
    """Whether the law's equations follow from those of its operands, or from its own R."""
    return type(law) in _ADDITIVE or hasattr(law, "lane_relation") or _meromorphic_r(law) is not None


def additive_relation(law: Law) -> Relation:
    """The relation between z and G(z)."""
    r = _meromorphic_r(law)
    if r is not None:
        return RLeaf(r, g)
    atoms = form_of(law, Atoms)
    if atoms is not None:
        return TransformLeaf(Add(*(p / (z - a) for a, p in atoms.masses)), z)
    equivalent = getattr(law, "numeric_equivalent", None)
    if equivalent is not None:
        return additive_relation(equivalent())
    node = _ADDITIVE.get(type(law))
    if node is not None:
        return node(law)
    found = _through_operand(law)
    if found is not None:
        return found
    product = k_product(law)
    if product is not None:
        place = product.end.place
        return AsAdditive(SLeaf(product, place), place, _first_moments(law))
    return _leaf(law)


def _through_operand(law: Law) -> Relation | None:
    """By the lane of an operation on one law: for the operand's closed G, unless a meromorphic R, exact near infinity, is known as well."""
    closed, lane = getattr(law, "lane_transform_relation", None), getattr(law, "lane_relation", None)
    transform = None if closed is None or _meromorphic_r(law.operands[0]) is not None else form_of(law.operands[0], CauchyTransform)
    if closed is not None and transform is not None:
        found: Relation = closed(TransformLeaf(transform.expr, z))
        return found
    return None if lane is None else lane(additive_relation(law.operands[0]))


def _transform(law: Law) -> Expr | None:
    """G in closed form on the upper half plane: its own, or that of a mixture or a square from its parts; a leaf's may come from its equation."""
    rule = _TRANSFORMS.get(type(law))
    if rule is None:
        found = form_of(law, CauchyTransform, conversions=not law.operands)
        return None if found is None else found.expr
    parts = [_transform(operand) for operand in law.operands]
    return None if any(part is None for part in parts) else rule(law, parts)


def _squared(law: Any, parts: list[Expr]) -> Expr:
    """(G(s) - G(-s))/(2 s) with s = sqrt z cut along the negative imaginary axis, and G on the lower half plane by reflection."""
    s = (1 + I) / sqrt(2) * sqrt(-I * z)
    return (parts[0].xreplace({z: s}) - parts[0].xreplace({I: -I}).xreplace({z: -s})) / (2 * s)


def _mixed(law: Any, parts: list[Expr]) -> Expr:
    return Add(*(w * part for w, part in zip(law.weights, parts, strict=True)))


def _leaf(law: Law) -> Relation:
    transform = _transform(law) if type(law) in _TRANSFORMS else getattr(form_of(law, CauchyTransform), "expr", None)
    if transform is not None:
        return TransformLeaf(transform, z)
    from freealg.law.engine import engine_of

    engine = engine_of(law)
    mean, size = scale_of(law)
    curve = getattr(getattr(engine, "density", None), "curve", None)
    if curve is not None:
        return CurveLeaf(curve.coeffs, engine.cauchy, mean)
    return EngineLeaf(engine, mean, size)


def multiplicative_relation(law: Law, place: Expr, two_sided: bool = False) -> Relation:
    """The relation between log z and M(z) - place; a closed G comes before R, which loses digits near z = 0."""
    product = k_product(law, easily=True)
    if product is not None:
        return SLeaf(product, place, two_sided)
    equivalent = getattr(law, "numeric_equivalent", None)
    if equivalent is not None:
        return multiplicative_relation(equivalent(), place, two_sided)
    node = _MULTIPLICATIVE.get(type(law))
    if node is not None:
        return node(law, place)
    lane = getattr(law, "lane_multiplicative_relation", None)
    if lane is not None and law.known_sign() == 1:
        found: Relation = lane(lambda inner: multiplicative_relation(law.operands[0], inner, two_sided), place)
        return found
    transform = form_of(law, CauchyTransform)
    part = additive_relation(law) if transform is None else TransformLeaf(transform.expr, z)
    if isinstance(part, EngineLeaf):
        part = EngineLeaf(part.engine)
    return AsMultiplicative(part, place, _first_moments(law))


def _first_moments(law: Law) -> tuple[float, float]:
    mean, size = scale_of(law)
    return mean, size**2 + mean**2


def _sum(law: Any) -> Relation:
    """Terms with a meromorphic R are one leaf together."""
    known = [(operand, _meromorphic_r(operand)) for operand in law.operands]
    parts = [additive_relation(operand) for operand, r in known if r is None]
    joint = [r for _, r in known if r is not None]
    return SumNode([*parts, RLeaf(Add(*joint), g)] if joint else parts)


def _product(law: Any, place: Expr) -> Relation:
    two_sided = any(operand.known_sign() != 1 and hull_of(operand)[0] < 0 for operand in law.operands)
    return ProductNode([multiplicative_relation(operand, place, two_sided) for operand in law.operands], place, two_sided)


def _multiplicative_power(law: Any, place: Expr) -> Relation:
    return MultiplicativePowerNode(multiplicative_relation(law.operand, place), law.t, place)


def _in_sum(node: Callable[[Any, Expr], Relation]) -> Callable[[Any], Relation]:
    return lambda law: AsAdditive(node(law, Integer(-1)), Integer(-1), _first_moments(law))


_TRANSFORMS: dict[type, Callable[[Any, list[Expr]], Expr]] = {Mixture: _mixed, Square: _squared}

_ADDITIVE: dict[type, Callable[[Any], Relation]] = {
    FreeProduct: _in_sum(_product),
    FreeSum: _sum,
    MultiplicativePower: _in_sum(_multiplicative_power),
}

_MULTIPLICATIVE: dict[type, Callable[[Any, Expr], Relation]] = {FreeProduct: _product, MultiplicativePower: _multiplicative_power}
