"""Real conflicts, each made by moving one pin of a set that holds, and real sets that hold."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A project, and what is to be said of it.

    Attributes:
        text: its files, the root first; a line `=== name` begins a further one.
        lines: those that cannot hold together, as "number" or "name:number"; the one that the
            message stands on is the first.
        message: what is said there.
        fix: the title of a fix that must be among those offered.
        python: the one that is selected.
        others: the other conflicts, each by its lines.
    """

    name: str
    text: str
    lines: tuple[str, ...]
    message: str
    fix: str
    python: str = "3.12"
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def files(self) -> dict[str, str]:
        """The texts by name."""
        return files_of(self.text)


def files_of(text: str) -> dict[str, str]:
    """Return the files of a text, the root as requirements.txt."""
    root, *others = text.split("=== ")
    files = {"requirements.txt": root}
    for other in others:
        name, _, content = other.partition("\n")
        files[name] = content
    return files


CONFLICTS = (
    Case(
        "direct",
        "flask==3.1.3\njinja2==3.1.6\nwerkzeug==2.0.3\n",
        ("3", "1"),
        "`flask==3.1.3` (line 1) needs `werkzeug>=3.1.0`, but this line pins `werkzeug==2.0.3`.",
        "Change to `==3.1.9`",
    ),
    Case(
        "through-an-unpinned-package",
        "requests==2.34.2\nboto3==1.33.0\nurllib3==2.8.0\n",
        ("3", "2"),
        "`boto3==1.33.0` (line 2) needs `botocore>=1.33.0,<1.34.0`, and every such `botocore`"
        " needs `urllib3>=1.25.4,<2.1`, but this line pins `urllib3==2.8.0`.",
        "Change to `==2.0.7`",
    ),
    Case(
        "lockstep-boto3-botocore",
        "boto3==1.44.5\nbotocore==1.43.117\nurllib3==2.8.0\n",
        ("2", "1"),
        "`boto3==1.44.5` (line 1) needs `botocore>=1.44.5,<1.45.0`, but this line pins "
        "`botocore==1.43.117`.",
        "Change to `==1.44.5`",
    ),
    Case(
        "lockstep-boto3-s3transfer",
        "boto3==1.44.5\ns3transfer==0.10.4\n",
        ("2", "1"),
        "`boto3==1.44.5` (line 1) needs `s3transfer>=0.19.0,<0.20.0`, but this line pins "
        "`s3transfer==0.10.4`.",
        "Change to `==0.19.3`",
    ),
    Case(
        "lockstep-aiobotocore-boto3",
        "aiobotocore==3.10.0\nboto3==1.44.5\n",
        ("2", "1"),
        "`boto3==1.44.5` needs `botocore>=1.44.5,<1.45.0`, but `aiobotocore==3.10.0` (line 1)"
        " needs `botocore>=1.43.115,<1.43.118`.",
        "Change to `==1.43.117`",
    ),
    Case(
        "boto3-range-over-botocore",
        "boto3>=1.43.5\nbotocore==1.43.0\n",
        ("2", "1"),
        "Every `boto3>=1.43.5` (line 1) needs `botocore>=1.43.5`, but this line pins "
        "`botocore==1.43.0`.",
        "Change to `==1.44.5`",
    ),
    Case(
        "lockstep-s3fs-fsspec",
        "s3fs==2024.6.1\nfsspec==2026.9.0\n",
        ("2", "1"),
        "`s3fs==2024.6.1` (line 1) needs `fsspec==2024.6.1.*`, but this line pins "
        "`fsspec==2026.9.0`.",
        "Change to `==2024.6.1`",
    ),
    Case(
        "lockstep-opentelemetry",
        "opentelemetry-api==1.40.0\nopentelemetry-sdk==1.45.2\n",
        ("1", "2"),
        "`opentelemetry-sdk==1.45.2` (line 2) needs `opentelemetry-api==1.45.2`, but this "
        "line pins `opentelemetry-api==1.40.0`.",
        "Change to `==1.45.2`",
    ),
    Case(
        "opentelemetry-through-two",
        "opentelemetry-exporter-otlp==1.45.2\nopentelemetry-proto==1.40.0\n",
        ("2", "1"),
        "`opentelemetry-exporter-otlp==1.45.2` (line 1) needs "
        "`opentelemetry-exporter-otlp-proto-http==1.45.2`, which needs "
        "`opentelemetry-proto==1.45.2`, but this line pins `opentelemetry-proto==1.40.0`.",
        "Change to `==1.45.2`",
    ),
    Case(
        "opentelemetry-instrumentation",
        "opentelemetry-instrumentation-fastapi==0.66b2\nopentelemetry-sdk==1.38.0\n",
        ("2", "1"),
        "`opentelemetry-sdk==1.38.0` needs `opentelemetry-semantic-conventions==0.59b0`, but "
        "`opentelemetry-instrumentation-fastapi==0.66b2` (line 1) needs "
        "`opentelemetry-semantic-conventions==0.66b2`.",
        "Change to `==1.45.2`",
    ),
    Case(
        "google-cloud-core",
        "google-cloud-bigquery==3.47.0\ngoogle-api-core==1.34.0\n",
        ("2", "1"),
        "`google-cloud-bigquery==3.47.0` (line 1) needs "
        "`google-api-core[grpc]>=2.28.0,<3.0.0`, but this line pins "
        "`google-api-core==1.34.0`.",
        "Change to `==2.44.0`",
    ),
    Case(
        "google-cloud-protobuf",
        "google-cloud-pubsub==2.44.0\nprotobuf==3.20.3\n",
        ("2", "1"),
        "`google-cloud-pubsub==2.44.0` (line 1) needs `protobuf>=6.33.5,<8.0.0`, but this "
        "line pins `protobuf==3.20.3`.",
        "Change to `==7.36.2`",
    ),
    Case(
        "pydantic-core",
        "fastapi==0.165.0\npydantic==2.14.3\npydantic-core==2.41.5\n",
        ("3", "2"),
        "`pydantic==2.14.3` (line 2) needs `pydantic-core==2.50.4`, but this line pins "
        "`pydantic-core==2.41.5`.",
        "Change to `==2.50.4`",
    ),
    Case(
        "pydantic-major",
        "fastapi==0.165.0\npydantic==1.10.26\nsqlmodel==0.0.50\n",
        ("2", "1"),
        "`fastapi==0.165.0` (line 1) needs `pydantic>=2.9.0`, but this line pins "
        "`pydantic==1.10.26`.",
        "Change to `==2.14.3`",
        others=(("2", "3"),),
    ),
    Case(
        "pydantic-settings-loose",
        "pydantic-settings\nfastapi==0.99.1\n",
        ("2", "1"),
        "Every `pydantic-settings` (line 1) needs `pydantic>=2.0a3` or "
        "`typing-extensions>=3.7.4,<4.0.0`, but `fastapi==0.99.1` needs "
        "`pydantic>=1.7.4,<2.0.0,!=1.8,!=1.8.1` and `typing-extensions>=4.5.0`.",
        "Change to `==0.165.0`",
    ),
    Case(
        "jupyter-server",
        "jupyterlab==4.6.6\njupyter-server==1.24.0\n",
        ("2", "1"),
        "`jupyterlab==4.6.6` (line 1) needs `jupyter-server>=2.19.0,<3`, but this line pins "
        "`jupyter-server==1.24.0`.",
        "Change to `==2.21.1`",
    ),
    Case(
        "jupyter-notebook",
        "notebook==7.6.5\njupyterlab==4.2.7\nipykernel==7.4.0\n",
        ("2", "1"),
        "`notebook==7.6.5` (line 1) needs `jupyterlab>=4.6.6,<4.7`, but this line pins "
        "`jupyterlab==4.2.7`.",
        "Change to `==4.6.6`",
    ),
    Case(
        "jupyter-mistune",
        "nbconvert==7.17.2\nmistune==0.8.4\n",
        ("2", "1"),
        "`nbconvert==7.17.2` (line 1) needs `mistune>=2.0.3,<4`, but this line pins "
        "`mistune==0.8.4`.",
        "Change to `==3.4.0`",
    ),
    Case(
        "extra",
        "celery[redis]==5.7.0\nredis==3.5.3\n",
        ("2", "1"),
        "`celery[redis]==5.7.0` (line 1) needs `kombu[redis]>=5.7.0`, and the only such version, "
        "`kombu[redis]==5.7.0`, needs `redis>=6.4.0,<9.0.0`, but this line pins `redis==3.5.3`.",
        "Change to `==8.1.0`",
    ),
    Case(
        "extra-excludes-one-version",
        "requests[socks]==2.34.2\npysocks==1.5.7\n",
        ("2", "1"),
        "`requests[socks]==2.34.2` (line 1) needs `PySocks>=1.5.6,!=1.5.7`, but this line "
        "pins `pysocks==1.5.7`.",
        "Change to `==1.7.1`",
    ),
    Case(
        "extra-of-a-dependency",
        "fastapi[standard]==0.165.0\nuvicorn==0.11.8\n",
        ("2", "1"),
        "`fastapi[standard]==0.165.0` (line 1) needs `uvicorn[standard]>=0.12.0`, but this "
        "line pins `uvicorn==0.11.8`.",
        "Change to `==0.54.0`",
    ),
    Case(
        "marker",
        "pandas==2.2.2\nnumpy==1.24.4\n",
        ("2", "1"),
        "`pandas==2.2.2` (line 1) needs `numpy>=1.26.0`, but this line pins `numpy==1.24.4`.",
        "Change to `==2.5.5`",
    ),
    Case(
        "no-file-through-a-package",
        "fastai==2.7.12\n",
        ("1",),
        "`fastai==2.7.12` needs `torch>=1.7,<2.1`, but no such `torch` has a file for "
        "Python 3.12 on this platform.",
        "Change to `==2.8.12`",
    ),
    Case(
        "requires-python-of-what-would-fit",
        "sphinx-rtd-theme==3.1.0\ndocutils==0.22.4\n",
        ("2", "1"),
        "`sphinx-rtd-theme==3.1.0` (line 1) needs `sphinx>=6,<10`, and every such `sphinx` for "
        "Python 3.10 needs `docutils<0.22`, but this line pins `docutils==0.22.4`.",
        "Change to `==0.21.2`",
        "3.10",
    ),
    Case(
        "constraint",
        "grpcio-status==1.85.1\n-c constraints.txt\n=== constraints.txt\nprotobuf<5\n",
        ("requirements.txt:1", "constraints.txt:1"),
        "`grpcio-status==1.85.1` needs `protobuf>=6.33.5,<8.0.0`, but line 1 of "
        "constraints.txt allows only `protobuf<5`.",
        "Change to `==1.62.3`",
    ),
    Case(
        "constraint-on-an-unnamed-package",
        "-c constraints.txt\n"
        "fastapi==0.165.0\n"
        "=== constraints.txt\n"
        "# frozen last year\n"
        "starlette==0.37.2\n"
        "anyio==4.16.0\n",
        ("requirements.txt:2", "constraints.txt:2"),
        "`fastapi==0.165.0` needs `starlette>=1.6.0`, but line 2 of constraints.txt allows "
        "only `starlette==0.37.2`.",
        "Change to `==0.115.2`",
    ),
    Case(
        "two-files",
        "-r base.txt\npytest==8.0.2\npytest-cov==7.1.0\n=== base.txt\npytest-asyncio==1.5.0\n",
        ("requirements.txt:2", "base.txt:1"),
        "`pytest-asyncio==1.5.0` (line 1 of base.txt) needs `pytest>=8.4`, but this line pins"
        " `pytest==8.0.2`.",
        "Change to `==9.2.0`",
    ),
    Case(
        "three-files",
        "-r base.txt\n-r docs.txt\n=== base.txt\nawscli==1.45.63\n=== docs.txt\nsphinx==9.1.1\n",
        ("docs.txt:1", "base.txt:1"),
        "`sphinx==9.1.1` needs `docutils>=0.21,<0.23`, but `awscli==1.45.63` (line 1 of "
        "base.txt) needs `docutils>=0.18.1,<=0.19`.",
        "Change to `==7.3.7`",
    ),
    Case(
        "torch-torchvision",
        "torch==2.13.0\ntorchvision==0.29.2\n",
        ("1", "2"),
        "`torchvision==0.29.2` (line 2) needs `torch>=2.14.0`, but this line pins `torch==2.13.0`.",
        "Change to `==2.15.0`",
    ),
    Case(
        "transformers-tokenizers",
        "transformers==5.23.0\ntokenizers==0.15.2\n",
        ("2", "1"),
        "`transformers==5.23.0` (line 1) needs `tokenizers>=0.23.1,<0.24.0`, but this line "
        "pins `tokenizers==0.15.2`.",
        "Change to `==0.23.3`",
    ),
    Case(
        "transformers-hub",
        "sentence-transformers==6.2.0\nhuggingface-hub==0.20.3\n",
        ("2", "1"),
        "`sentence-transformers==6.2.0` (line 1) needs `huggingface-hub>=1.3.0,<3.0.0`, but "
        "this line pins `huggingface-hub==0.20.3`.",
        "Change to `==2.4.0`",
    ),
    Case(
        "ansible",
        "ansible==14.5.0\nansible-core==2.16.14\n",
        ("2", "1"),
        "`ansible==14.5.0` (line 1) needs `ansible-core~=2.21.5`, but this line pins "
        "`ansible-core==2.16.14`.",
        "Change to `==2.21.5`",
    ),
    Case(
        "dask-distributed",
        "dask==2026.3.0\ndistributed==2026.8.0\n",
        ("1", "2"),
        "`distributed==2026.8.0` (line 2) needs `dask>=2026.8.0,<2026.8.1`, but this line "
        "pins `dask==2026.3.0`.",
        "Change to `==2026.8.0`",
    ),
    Case(
        "two-parents",
        "celery==5.0.5\nblack==26.10.1\n",
        ("1", "2"),
        "`celery==5.0.5` needs `click>=7.0,<8.0`, but `black==26.10.1` (line 2) needs "
        "`click>=8.0.0`.",
        "Change to `==5.7.0`",
    ),
    Case(
        "two-parents-pyopenssl",
        "pyopenssl==23.2.0\nscrapy==2.19.0\ncryptography==50.0.2\n",
        ("1", "3"),
        "`pyopenssl==23.2.0` needs `cryptography>=38.0.0,<42,!=40.0.0,!=40.0.1`, but line 3 pins "
        "`cryptography==50.0.2`.",
        "Change to `==26.4.0`",
        others=(("1", "2"),),
    ),
    Case(
        "bounds",
        "django<4\ndjangorestframework>=3.18\n",
        ("1", "2"),
        "Every `djangorestframework>=3.18` (line 2) needs `django>=5.2`, but this line asks "
        "for `django<4`.",
        "Change to `<7`",
    ),
    Case(
        "langchain-openai",
        "langchain-openai==1.7.3\nopenai==1.109.1\n",
        ("2", "1"),
        "`langchain-openai==1.7.3` (line 1) needs `openai>=2.45.0`, but this line pins "
        "`openai==1.109.1`.",
        "Change to `==3.54.0`",
    ),
    Case(
        "numba-numpy",
        "numba==0.61.2\nnumpy==2.5.5\nscipy==1.18.1\n",
        ("2", "1"),
        "`numba==0.61.2` (line 1) needs `numpy>=1.24,<2.3`, but this line pins `numpy==2.5.5`.",
        "Change to `==2.2.6`",
    ),
    Case(
        "tensorflow-numpy-keras",
        "tensorflow==2.21.0\nkeras==2.15.0\n",
        ("2", "1"),
        "`tensorflow==2.21.0` (line 1) needs `keras>=3.12.0`, but this line pins `keras==2.15.0`.",
        "Change to `==3.15.1`",
    ),
    Case(
        "major-version",
        "Flask-SQLAlchemy==3.1.1\nSQLAlchemy==1.4.54\n",
        ("2", "1"),
        "`flask-sqlalchemy==3.1.1` (line 1) needs `sqlalchemy>=2.0.16`, but this line pins "
        "`sqlalchemy==1.4.54`.",
        "Change to `==2.1.9`",
    ),
    Case(
        "streamlit",
        "streamlit==1.40.0\npandas==3.1.1\n",
        ("2", "1"),
        "`streamlit==1.40.0` (line 1) needs `pandas>=1.4.0,<3`, but this line pins "
        "`pandas==3.1.1`.",
        "Change to `==2.3.3`",
    ),
    Case(
        "sphinx-theme",
        "sphinx-rtd-theme==2.0.0\nsphinx==9.1.1\n",
        ("1", "2"),
        "`sphinx-rtd-theme==2.0.0` needs `docutils<0.21`, but `sphinx==9.1.1` (line 2) needs"
        " `docutils>=0.21,<0.23`.",
        "Change to `==3.1.0`",
    ),
    Case(
        "two-conflicts",
        "flask==3.1.3\nwerkzeug==2.3.8\npytest==7.4.4\npytest-asyncio==1.5.0\n",
        ("2", "1"),
        "`flask==3.1.3` (line 1) needs `werkzeug>=3.1.0`, but this line pins `werkzeug==2.3.8`.",
        "Change to `==3.1.9`",
        others=(("3", "4"),),
    ),
    Case(
        "httpx-below",
        "httpx==0.28.1\nhttpcore==0.18.0\nh11==0.14.0\n",
        ("2", "1"),
        "`httpx==0.28.1` (line 1) needs `httpcore==1.*`, but this line pins `httpcore==0.18.0`.",
        "Change to `==1.0.8`",
    ),
)

SETS = {
    "web": (
        "flask==3.1.3\n"
        "werkzeug==3.1.9\n"
        "jinja2==3.1.6\n"
        "itsdangerous==2.2.0\n"
        "click==8.5.1\n"
        "blinker==1.9.0\n"
        "markupsafe==3.0.4\n"
    ),
    "boto": (
        "boto3==1.44.5\nbotocore==1.44.5\ns3transfer==0.19.3\nurllib3==2.8.0\njmespath==1.1.0\n"
    ),
    "old-boto": ("boto3==1.33.13\nurllib3<2.1\n"),
    "aiobotocore-loose": ("aiobotocore\nboto3\n"),
    "fastapi-loose": ("fastapi[standard]\npydantic-settings\nsqlmodel\n"),
    "celery-loose": ("celery[redis]\ndjango\ndjangorestframework\n"),
    "google": (
        "google-cloud-bigquery==3.47.0\n"
        "google-cloud-pubsub==2.44.0\n"
        "protobuf==7.36.2\n"
        "google-api-core==2.44.0\n"
    ),
    "opentelemetry": (
        "opentelemetry-exporter-otlp==1.45.2\n"
        "opentelemetry-sdk==1.45.2\n"
        "opentelemetry-api==1.45.2\n"
        "opentelemetry-instrumentation-fastapi==0.66b2\n"
    ),
    "jupyter": ("notebook==7.6.5\njupyterlab==4.6.6\nipykernel==7.4.0\n"),
    "data-loose": ("pandas\nscikit-learn\nmatplotlib\nnumba\n"),
    "older-data": ("pandas==2.2.2\nnumpy<2\nscipy<1.14\n"),
    "constrained": (
        "fastapi\n-c constraints.txt\n=== constraints.txt\nstarlette<1\npydantic<2.13\n"
    ),
    "two-files": ("-r base.txt\npytest\npytest-cov\n=== base.txt\npytest-asyncio==1.5.0\n"),
    "old-python": ("ipython\nnetworkx\npandas\nflask\n"),
}
