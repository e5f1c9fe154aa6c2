"""YAML that people write: loaded safely and within limits, with the position of every value.

Importing this module imports PyYAML, so nothing that `idse status` needs imports it at module level.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Set, Tuple, Union

import yaml

from idse_core.json_text import Pointer

__all__ = ["YamlError", "YamlText", "load"]

_MAX_NODES = 20_000
_MAX_DEPTH = 60

Place = Tuple[int, int]


class YamlError(Exception):
    """The text is not YAML that we accept.

    Args:
        message: what is wrong.
        line, column: 1-based position in the text.
    """

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class YamlText(NamedTuple):
    """A loaded YAML text.

    Attributes:
        value: plain Python values, as a safe loader makes them.
        values: pointer → 1-based line and column where the value starts.
        keys: pointer → 1-based line and column of the mapping key that leads there.
    """

    value: object
    values: Mapping[Tuple[Union[str, int], ...], Place]
    keys: Mapping[Tuple[Union[str, int], ...], Place]

    def place(self, pointer: Pointer) -> Place:
        """The position of the value at ``pointer``, or of the nearest enclosing value that exists."""
        path = tuple(pointer)
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def key_place(self, pointer: Pointer) -> Place:
        """The position of the key that leads to ``pointer``, else that of the value."""
        return self.keys.get(tuple(pointer)) or self.place(pointer)


def load(text: str, *, ours: bool = False) -> YamlText:
    """Load one YAML document.

    Args:
        text: the YAML document.
        ours: the text ships with idse and is known to be sound, so libyaml reads it if PyYAML has that, in a ninth of
            the time. Not for other texts: there, nesting has no limit but a crash of the process.

    Raises:
        YamlError: broken YAML, a duplicate key, a tag that is not plain data, or too many or too deep values
                (aliases count each time they are used).
    """
    loader = None
    try:
        loader = (_OurLoader if ours else _Loader)(text)
        node = loader.get_single_node()
        walk = _Walk(loader)
        return YamlText(None if node is None else walk.build(node, ()), walk.values, walk.keys)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(_plain(", ".join(filter(None, (error.context, error.problem)))), line, column) from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise YamlError(f"the character U+{ord(text[error.position]):04X} is not allowed", line, column) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(_plain(str(error) or "broken YAML"), 1, 1) from error
    finally:
        if loader is not None:
            loader.dispose()


class _Loader(yaml.SafeLoader):
    """Gives up on nesting before the interpreter does, while the position is still known."""

    _depth = 0

    def compose_node(self, parent: Optional[yaml.Node], index: Any) -> Optional[yaml.Node]:  # noqa: ANN401  # see PyYAML
        if self._depth > _MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML's
            message = f"nested too deeply: {_MAX_DEPTH} levels are the most"
            raise YamlError(message, mark.line + 1, mark.column + 1)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


_OurLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_PLAIN: Mapping[type, FrozenSet[str]] = {
    yaml.ScalarNode: frozenset(_TAG + name for name in ("str", "null", "bool", "int", "float", "timestamp", "binary")),
    yaml.SequenceNode: frozenset({_TAG + "seq"}),
    yaml.MappingNode: frozenset({_TAG + "map"}),
}
"""Node type → the tags of plain data that it may have."""


class _Walk:
    """Builds values from nodes and records the position of each."""

    def __init__(self, loader: Union[yaml.SafeLoader, yaml.CSafeLoader]) -> None:
        self._loader = loader
        self._count = 0
        self._open: Set[int] = set()
        self.values: Dict[Tuple[Union[str, int], ...], Place] = {}
        self.keys: Dict[Tuple[Union[str, int], ...], Place] = {}

    def build(self, node: yaml.Node, path: Tuple[Union[str, int], ...]) -> object:
        self._count += 1
        if self._count > _MAX_NODES or len(path) > _MAX_DEPTH or id(node) in self._open:
            raise _fail("too many, too deep or endless values", node)
        if node.tag not in _PLAIN[type(node)]:
            raise _fail(f"the tag {node.tag} is not allowed", node)
        self.values[path] = _place(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode) -> object:
        try:
            value: object = self._loader.construct_object(node)
        except (AttributeError, LookupError, ValueError) as error:  # `!!int x`, the 31st of February
            raise _fail(f"'{node.value}' is not what its tag says: {node.tag}", node) from error
        return value

    def _mapping(self, node: yaml.Node, path: Tuple[Union[str, int], ...]) -> Dict[str, object]:
        found: Dict[str, object] = {}
        pairs: List[Tuple[yaml.Node, yaml.Node]] = node.value
        for key_node, value_node in pairs:
            key = self._key(key_node)
            if key in found:
                raise _fail(f"the key '{key}' stands twice", key_node)
            self.keys[(*path, key)] = _place(key_node)
            found[key] = self.build(value_node, (*path, key))
        return found

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise _fail("a key must be a plain text", node)
        if node.tag not in _PLAIN[type(node)]:
            raise _fail(f"the tag {node.tag} is not allowed in a key", node)
        text: str = node.value
        return text


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _fail(message: str, node: yaml.Node) -> YamlError:
    line, column = _place(node)
    return YamlError(message, line, column)


def _plain(message: str) -> str:
    return " ".join(message.split())
