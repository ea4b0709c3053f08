"""`--only-binary` and `--no-binary`, compared with what pip makes of the same options."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from pip._internal.models.format_control import FormatControl

from pinwise.advice.formats import formats_of
from tests.harness import World

_values = st.lists(
    st.sampled_from([":all:", ":none:", "a", "B", "c_d", ""]), min_size=1, max_size=4
).map(",".join)
_lines = st.lists(
    st.builds("{} {}".format, st.sampled_from(["--only-binary", "--no-binary"]), _values),
    max_size=5,
)


def _allowed(lines: list[str]) -> dict[str, str]:
    """Return the option that forbids something, by project."""
    text = "".join(f"{line}\n" for line in lines)
    context = World().context({"requirements.txt": text})
    formats = formats_of(context.tree.index_options.formats)
    found = {name: formats.forbidding(canonicalize_name(name)) for name in ("a", "b", "c-d", "e")}
    return {name: option.option.name for name, option in found.items() if option is not None}


def test_the_last_word_counts() -> None:
    assert _allowed(["--only-binary :all:"]) == dict.fromkeys("abe", "--only-binary") | {
        "c-d": "--only-binary"
    }
    assert _allowed(["--only-binary a", "--no-binary A"]) == {"a": "--no-binary"}
    assert _allowed(["--only-binary a", "--only-binary :none:"]) == {}
    everything = _allowed(["--only-binary :all:", "--no-binary a"])
    assert everything["a"] == "--no-binary"
    assert everything["b"] == "--only-binary"


@given(_lines)
def test_as_pip(lines: list[str]) -> None:
    theirs = FormatControl()
    # pip rejects a value that is empty or begins like an option; an empty one stands for no line.
    kept = [line for line in lines if line.split(" ")[1]]
    for line in kept:
        name, _, value = line.partition(" ")
        chosen, other = theirs.only_binary, theirs.no_binary
        if name == "--no-binary":
            chosen, other = other, chosen
        theirs.handle_mutual_excludes(value, chosen, other)
    ours = _allowed(kept)
    for project in ("a", "b", "c-d", "e"):
        formats = theirs.get_allowed_formats(canonicalize_name(project))
        forbids = {
            frozenset({"binary"}): "--only-binary",
            frozenset({"source"}): "--no-binary",
        }.get(formats)
        assert ours.get(project) == forbids
