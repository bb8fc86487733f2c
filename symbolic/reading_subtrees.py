"""Small questions to the grammar's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token, Tree

__all__ = ["closing_mark", "is_list", "only_part", "places", "sign_of", "subtree", "subtrees"]


def places(tree: Tree[Token], kind: str) -> list[int]:
    """Where the tokens of a kind stand, in the order of the text."""
    tokens = tree.scan_values(lambda child: getattr(child, "type", "") == kind)
    return sorted(token.start_pos for token in tokens if token.start_pos is not None)


def closing_mark(signs: list[int], marks: list[int], index: int) -> int:
    """Where the differential of an integral sign stands: it closes the innermost sign that is open."""
    events = sorted([*((place, True) for place in signs), *((place, False) for place in marks)])
    waiting: list[int] = []
    for place, is_sign in events:
        if is_sign:
            waiting.append(place)
        elif waiting and waiting.pop() == signs[index]:
            return place
    return -1


def sign_of(signs: Tree[Token]) -> int:
    """Sign that a row of plus and minus amounts to."""
    return -1 if sum(str(sign) == "-" for sign in signs.children) % 2 else 1


def subtrees(tree: Tree[Token]) -> list[Tree[Token]]:
    """Parts of a tree that are trees."""
    return [child for child in tree.children if not isinstance(child, str)]


def subtree(tree: Tree[Token], position: int) -> Tree[Token]:
    """One of them."""
    return subtrees(tree)[position]


def is_list(bracket: Tree[Token]) -> bool:
    """Whether brackets hold a list."""
    return any(str(child) == "," for child in bracket.children)


def only_part(tree: Tree[Token]) -> Tree[Token] | None:
    """Return the one factor that a sum consists of, if it does: braces around it do not show on the page."""
    for level in ("sum", "term"):
        if tree.data != level or len(tree.children) != 1:
            return None
        tree = subtree(tree, 0)
    return None if tree.data == "operation" else tree
