"""Writes docs/reference/python.md from the package's docstrings; with --check only says whether it is up to date.

It reads the sources, and imports nothing: any Python 3.11 will do.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "python" / "src" / "setosa"
TARGET = ROOT / "docs" / "reference" / "python.md"


def definition(module: str, name: str) -> ast.FunctionDef | ast.ClassDef:
    """The function or class of that name at the top of a module."""
    tree = ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8"))
    return next(node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name)


def code(text: str) -> str:
    """Markdown for a docstring's text, in which code stands between two backticks."""
    return text.replace("``", "`")


def sections(docstring: str) -> dict[str, str]:
    """A docstring in Google's style: its description under "", and its sections by name."""
    parts = re.split(r"^(Args|Returns|Raises):\n", docstring, flags=re.MULTILINE)
    found = {"": parts[0].strip()}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        found[title] = re.sub(r"^ {4}", "", body, flags=re.MULTILINE).strip()
    return found


def entries(body: str) -> list[tuple[str, str]]:
    """The lines `name: text` of a section, with those that go on."""
    return [(name, " ".join(text.split())) for name, text in re.findall(r"^(\w+): ((?:.*)(?:\n[ ]+.*)*)", body, flags=re.MULTILINE)]


def arguments(node: ast.FunctionDef) -> dict[str, tuple[str, str]]:
    """The type and the default of each argument, as the source has them."""
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(positional) - len(node.args.defaults)) + list(node.args.defaults)
    pairs = [*zip(positional, defaults, strict=True), *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    return {
        argument.arg: (
            "" if argument.annotation is None else ast.unparse(argument.annotation),
            "" if default is None else ast.unparse(default),
        )
        for argument, default in pairs
    }


def signature(node: ast.FunctionDef) -> str:
    """The function's head, one argument a line."""
    keyword_only = {argument.arg for argument in node.args.kwonlyargs}
    lines: list[str] = []
    for name, (annotation, default) in arguments(node).items():
        if name in keyword_only and "    *," not in lines:
            lines.append("    *,")
        lines.append(f"    {name}: {annotation}{'' if default == '' else f' = {default}'},")
    returns = "" if node.returns is None else f" -> {ast.unparse(node.returns)}"
    return "\n".join([f"def {node.name}(", *lines, f"){returns}: ..."])


def function(module: str, name: str) -> list[str]:
    """A function's section."""
    node = definition(module, name)
    assert isinstance(node, ast.FunctionDef)
    parts = sections(ast.get_docstring(node) or "")
    known = arguments(node)
    rows = [
        f"| `{argument}` | {'required' if known[argument][1] == '' else f'`{known[argument][1]}`'} | {code(text)} |"
        for argument, text in entries(parts["Args"])
    ]
    return [
        f"## setosa.{name}",
        "",
        "```text",
        signature(node),
        "```",
        "",
        code(parts[""]),
        "",
        "| argument | default | |",
        "| --- | --- | --- |",
        *rows,
        "",
        f"Returns: {code(parts['Returns'])[:1].lower()}{code(parts['Returns'])[1:]}",
        "",
        *[f"Raises `{error}`: {code(text)[:1].lower()}{code(text)[1:]}" for error, text in entries(parts["Raises"])],
        "",
    ]


def error(module: str, name: str) -> list[str]:
    """A class's section."""
    return [f"## setosa.{name}", "", code(sections(ast.get_docstring(definition(module, name)) or "")[""]), ""]


def document() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Python API",
            "",
            "<!-- Made by `npm run docs:python` from the docstrings in python/src/setosa. -->",
            "",
            "Everything that the Python package `setosa` exports. [The Python package](../../python/README.md) says which models it takes,",
            "and the [quick start](../quick-start-data-science.md) shows it at work.",
            "",
            *function("save", "save"),
            *error("errors", "SaveError"),
        ]
    )


def plain(text: str) -> str:
    """The text without the padding that the formatter gives to tables."""
    return re.sub(r"[ -]+", " ", text)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(document(), encoding="utf-8")
    elif plain(TARGET.read_text(encoding="utf-8")) != plain(document()):
        sys.exit("docs/reference/python.md is not what the docstrings say: run npm run docs:python")
