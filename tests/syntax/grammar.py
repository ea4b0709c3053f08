"""Texts composed from the pieces of the format, so that most of them come close to meaning.

Random characters seldom get past a line's first word. Here each part of a line is drawn from what
people write there, from what they mistake for it, and from what no one writes; the parts are joined
with white space, continuations and line ends, odd ones among them.
"""

from __future__ import annotations

from hypothesis import strategies as st


def _words(text: str) -> st.SearchStrategy[str]:
    """Draw one of the words of a text; spaces alone separate them."""
    return st.sampled_from(text.split(" "))


def _pieces(text: str) -> st.SearchStrategy[str]:
    """Draw one of the pieces of a text that bars separate."""
    return st.sampled_from(text.split("|"))


ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028")
GAPS = ("", "", " ", " ", "  ", "\t", "\xa0", " \t ", "\\\n", " \\\n", " \\\n    ", "\\\\\n", "\\ ")

names = _words(
    "a flask Django zope.interface ruamel_yaml a-b_c.d x2 0 a- -a .a _a a..b fl\xe4sk fla\\\nsk"
    " ${NAME} ${UNSET} ${lower} a${VERSION} 'a' python\u2013dateutil pkg.zip pkg.tar.gz pkg.whl"
    " demo-1.0-py3-none-any.whl demo-1-none.whl ./local ./missing . .. / ./a.zip local[a] ${FOLDER}"
    " http https git+https:"
)
versions = _words(
    "1 1.0 2.31.0 1! 1!2.0 2024.1.1 1.* 1.0.* * 1.0rc1 1.0.dev0 1.0.post1 1.0-1 1.0+abc.1 v1.0 01"
    " latest 1.0.x 1..0 1,0 1.0; ${VERSION} \u0661 1.0po\u017ft1 1.0#c 1.0\\ 1.0' 1.0)"
)
operators = _words("== == >= <= ~= != > < === = => =< ~ ^ ~> <> >> ! ==== =\\\n=")
extras = _pieces(
    "[a]|[a,b]|[a, b]|[A_b]|[]|[ ]|[a,]|[,a]|[a b]|[a|a]|[a][b]|[\xe9]|[a\\\n,b]|[${NAME}]|['a']"
    "|[a;b]|[a#b]"
)
digests = _pieces(
    f"sha256:abc|sha256:{'0f' * 32}|sha384:ab|sha512:|md5:ab|sha256|:|SHA256:a|sha256:a\\\n    "
    "|\"sha256:a b\"|sha256:'ab'|sha256:a#b|${VERSION}"
)
urls = _words(
    "https://host.example/a-1.0.tar.gz https://host.example/demo-1.0-py3-none-any.whl"
    " https://u:p@host.example/x?y=1#sha256=ab http://[::1/x http://[::1]/x file:///a/b.zip"
    " file:./local file://host/x FILE:///x git+https://host.example/r@v1#egg=demo"
    " git+https://host.example/r#egg=demo[x] git+ssh://git@host.example/r.git hg+http://h.example/r"
    " svn+svn://h.example/r bzr+lp:demo ftp://h.example/x https://h.example/a;b"
    " https://h.example/${NAME}.zip https://h.example/x#egg=a&subdirectory=b s3://b/k c:/x //h/x"
    " ./local ../x.whl local git:demo 1.0"
)
variables = _words(
    "python_version python_full_version os_name os.name sys_platform platform_machine extra extras"
    " implementation_name python_implementation platform_release platform foo '3' ${NAME}"
)
values = _pieces(
    "'3.8'|\"3.8\"|'3'|'nt'|\"linux\"|''|'a b'|'it'|3.8|'a #b'|'a;b'|'\\d'|'\\x4'|\u201cnt\u201d|'x"
    "|'3.*'|${VERSION}|'${VERSION}'|'a\"b'"
)
comparisons = st.sampled_from(
    ("==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in", "not", "=", "=>", "is", "notin")
)
comments = _pieces(
    "||| # note|  # via flask|# glued| #| # note \\| # pinwise: ignore[x]|\t# tab|\xa0# nbsp"
    "| # a\u2028b| #!'\""
)
gaps = st.sampled_from(GAPS)

clauses = st.builds(lambda o, gap, v: o + gap + v, operators, gaps, versions)
specifiers = st.one_of(
    st.just(""),
    clauses,
    st.builds(
        lambda parts, comma: comma.join(parts),
        st.lists(clauses, max_size=3),
        gaps.map(lambda gap: gap + "," + gap),
    ),
    clauses.map(lambda clause: f"({clause})"),
    clauses.map(lambda clause: f"({clause}"),
    versions,
)


def _compared(parts: tuple[str, str, str, str, str]) -> str:
    left, gap, comparison, other, right = parts
    return left + gap + comparison + other + right


atoms = st.one_of(
    st.tuples(variables, gaps, comparisons, gaps, values).map(_compared),
    st.tuples(values, gaps, comparisons, gaps, variables).map(_compared),
    st.tuples(variables, st.just(" "), st.just("=="), st.just(" "), values).map(_compared),
)
marker_texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(
            "{}{}{}{}{}".format,
            inner,
            st.just(" "),
            st.sampled_from(("and", "or", "and", "or", "&&", "AND", ",", "")),
            gaps,
            inner,
        ),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"( {text}"),
    ),
    max_leaves=4,
)
markers = st.one_of(
    st.just(""),
    st.builds(lambda before, after, text: f"{before};{after}{text}", gaps, gaps, marker_texts),
    st.sampled_from((";", " ; ", "; ;", ";#", "; ${OPTIONS}")),
)

option_names = _words(
    "-r -c -e -i -f -C --requirement --constraint --editable --index-url --extra-index-url"
    " --find-links --no-index --pre --hash --config-settings --no-binary --only-binary --pypi-url"
    " --prefer-binary --require-hashes --no-require-hashes --trusted-host --use-feature --has"
    " --extra --req --all-releases --only-final --global-option --bogus -x - -- ---"
)
option_values = st.one_of(
    _pieces(
        "other.txt|./local|a=b|:all:|:none:|a,b|fast-deps|''|\"a b\"|'a|a\\ b||-|--|-x|=x|host:80"
        "|${NAME}|${OPTIONS}|\u2014pre"
    ),
    urls,
    digests,
    names,
)
options = st.builds(
    lambda name, joint, value: name + joint + value,
    option_names,
    st.sampled_from((" ", "=", " ", "=", "", "\t", " = ", " \\\n", "\\\n")),
    option_values,
)
hashes = st.builds("--hash{}{}".format, st.sampled_from(("=", "=", " ", "", " = ")), digests)
tails = st.lists(
    st.builds(
        lambda gap, part: gap + part,
        st.sampled_from((" ", " ", " ", "  ", "\t", " \\\n    ", "\\\n", "")),
        st.one_of(hashes, hashes, options, names),
    ),
    max_size=3,
).map("".join)

named = st.tuples(
    names, gaps, st.one_of(st.just(""), extras), gaps, specifiers, markers, tails
).map("".join)
references = st.tuples(
    names, gaps, st.just("@"), gaps, urls, st.one_of(st.just(""), extras), markers, tails
).map("".join)
bare = st.tuples(urls, st.one_of(st.just(""), extras), markers, tails).map("".join)
option_lines = st.tuples(options, tails).map("".join)

lines = st.tuples(
    st.sampled_from(("", "", "", "", " ", "\t", "\xa0", "\\", "\ufeff")),
    st.one_of(named, named, references, bare, option_lines, st.just("")),
    comments,
).map("".join)
"""One line, which need not be one line for pip."""

texts = st.lists(
    st.tuples(lines, st.sampled_from((*ENDS, "\\\n", " \\\n"))).map("".join), min_size=1, max_size=4
).map("".join)
"""A small file."""
