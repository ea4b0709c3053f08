"""Requirements of real releases, recorded by hand: names, versions, `Requires-Dist`.

Of each package there are those releases that a conflict is about, and some around them.
"""

from __future__ import annotations

from typing import NamedTuple

_FLASK = ["Jinja2>=3.1.2", "itsdangerous>=2.1.2", "click>=8.1.3"]
_BOTOCORE_OLD = [
    "jmespath<2.0.0,>=0.7.1",
    "python-dateutil<3.0.0,>=2.1",
    'urllib3<1.27,>=1.25.4; python_version < "3.10"',
]

PACKAGES: dict[str, dict[str, list[str]]] = {
    "aiobotocore": {
        "2.7.0": ["botocore<1.31.65,>=1.31.16"],
        "2.8.0": ["botocore<1.33.2,>=1.32.4"],
        "2.9.0": ["botocore<1.33.14,>=1.33.2"],
    },
    "amqp": {"5.2.0": ["vine<6.0.0,>=5.0.0"]},
    "annotated-types": {"0.6.0": []},
    "anyio": {"3.7.1": ["idna>=2.8"], "4.3.0": ["idna>=2.8"]},
    "asgiref": {"3.5.2": [], "3.7.2": [], "3.8.1": []},
    "billiard": {"3.6.4.0": [], "4.2.0": []},
    "black": {"22.1.0": ["click>=8.0.0"], "23.12.1": ["click>=8.0.0"]},
    "boto3": {
        "1.28.64": ["botocore<1.32.0,>=1.31.64", "s3transfer<0.8.0,>=0.7.0"],
        "1.33.0": ["botocore<1.34.0,>=1.33.0", "s3transfer<0.9.0,>=0.8.0"],
        "1.33.13": ["botocore<1.34.0,>=1.33.13", "s3transfer<0.9.0,>=0.8.2"],
        "1.34.162": ["botocore<1.35.0,>=1.34.162", "s3transfer<0.11.0,>=0.10.0"],
    },
    "botocore": {
        "1.31.64": [*_BOTOCORE_OLD, 'urllib3<2.1,>=1.25.4; python_version >= "3.10"'],
        **{
            f"1.33.{patch}": [*_BOTOCORE_OLD, 'urllib3<2.1,>=1.25.4; python_version >= "3.10"']
            for patch in range(14)
        },
        "1.34.162": [
            *_BOTOCORE_OLD,
            'urllib3!=2.2.0,<3,>=1.25.4; python_version >= "3.10"',
        ],
    },
    "celery": {
        "5.0.5": ["billiard<4.0,>=3.6.3", "click<8.0,>=7.0", "kombu<6.0,>=5.0.0", "vine>=5.0.0"],
        "5.2.7": ["billiard<4.0,>=3.6.4.0", "click<9.0,>=8.0.3", "kombu<6.0,>=5.2.3"],
        "5.3.6": [
            "billiard<5.0,>=4.2.0",
            "click<9.0,>=8.1.2",
            "kombu<6.0,>=5.3.4",
            'redis!=4.5.5,<6.0.0,>=4.5.2; extra == "redis"',
        ],
    },
    "certifi": {"2024.2.2": []},
    "chardet": {"3.0.4": [], "4.0.0": []},
    "charset-normalizer": {"2.1.1": [], "3.3.2": []},
    "click": {"7.1.2": [], "8.0.4": [], "8.1.7": []},
    "django": {
        "3.2.25": ["asgiref<4,>=3.3.2", "sqlparse>=0.2.2"],
        "4.2.11": ["asgiref<4,>=3.6.0", "sqlparse>=0.3.1"],
        "5.0.6": ["asgiref<4,>=3.7.0", "sqlparse>=0.3.1"],
    },
    "djangorestframework": {
        "3.14.0": ["django>=3.0"],
        "3.15.2": ["django>=4.2"],
    },
    "fastapi": {
        "0.99.1": ["pydantic!=1.8,!=1.8.1,<2.0.0,>=1.7.4", "starlette<0.28.0,>=0.27.0"],
        "0.100.0": [
            "pydantic!=1.8,!=1.8.1,!=2.0.0,!=2.0.1,<3.0.0,>=1.7.4",
            "starlette<0.28.0,>=0.27.0",
        ],
        "0.110.0": ["pydantic<3.0.0,>=1.7.4", "starlette<0.37.0,>=0.36.3"],
    },
    "flask": {
        "2.0.3": ["Werkzeug>=2.0", "Jinja2>=3.0", "itsdangerous>=2.0", "click>=7.1.2"],
        "2.2.5": ["Werkzeug>=2.2.2", "Jinja2>=3.0", "itsdangerous>=2.0", "click>=8.0"],
        "3.0.3": ["Werkzeug>=3.0.0", *_FLASK, "blinker>=1.6.2"],
        "3.1.3": ["werkzeug>=3.1.0", *_FLASK, "blinker>=1.9.0"],
    },
    "blinker": {"1.6.2": [], "1.9.0": []},
    "flask-sqlalchemy": {
        "2.5.1": ["Flask>=0.10", "SQLAlchemy>=0.8.0"],
        "3.1.1": ["flask>=2.2.5", "sqlalchemy>=2.0.16"],
    },
    "grpcio-status": {
        "1.48.2": ["protobuf>=3.12.0"],
        "1.60.0": ["protobuf>=4.21.6"],
    },
    "idna": {"2.10": [], "3.4": [], "3.6": []},
    "itsdangerous": {"2.0.1": [], "2.1.2": []},
    "jinja2": {"3.0.3": ["MarkupSafe>=2.0"], "3.1.3": ["MarkupSafe>=2.0"]},
    "jmespath": {"1.0.1": []},
    "kombu": {
        "5.2.4": ["amqp<6.0.0,>=5.0.9", "vine"],
        "5.3.5": ["amqp<6.0.0,>=5.1.1", "vine"],
    },
    "markupsafe": {"2.1.5": []},
    "numpy": {"1.21.6": [], "1.23.5": [], "1.24.4": [], "1.26.4": [], "2.0.0": []},
    "opentelemetry-api": {"1.20.0": [], "1.21.0": []},
    "opentelemetry-sdk": {
        "1.20.0": ["opentelemetry-api==1.20.0"],
        "1.21.0": ["opentelemetry-api==1.21.0"],
    },
    "pandas": {
        "1.5.3": [
            'numpy>=1.20.3; python_version < "3.10"',
            'numpy>=1.21.0; python_version >= "3.10"',
        ],
        "2.2.2": [
            'numpy>=1.22.4; python_version < "3.11"',
            'numpy>=1.23.2; python_version == "3.11"',
            'numpy>=1.26.0; python_version >= "3.12"',
        ],
    },
    "protobuf": {"3.20.3": [], "4.25.3": []},
    "pydantic": {
        "1.10.13": ["typing-extensions>=4.2.0"],
        "2.6.4": ["annotated-types>=0.4.0", "typing-extensions>=4.6.1"],
    },
    "pydantic-settings": {"2.2.1": ["pydantic>=2.3.0", "python-dotenv>=0.21.0"]},
    "python-dateutil": {"2.9.0": ["six>=1.5"]},
    "python-dotenv": {"1.0.1": []},
    "redis": {"3.5.3": [], "4.5.5": [], "5.0.3": []},
    "requests": {
        "2.25.1": [
            "chardet<5,>=3.0.2",
            "idna<3,>=2.5",
            "urllib3<1.27,>=1.21.1",
            "certifi>=2017.4.17",
        ],
        "2.28.2": ["charset-normalizer<4,>=2", "idna<4,>=2.5", "urllib3<1.27,>=1.21.1"],
        "2.31.0": ["charset-normalizer<4,>=2", "idna<4,>=2.5", "urllib3<3,>=1.21.1"],
    },
    "s3transfer": {
        "0.7.0": ["botocore<2.0a0,>=1.12.36"],
        "0.8.2": ["botocore<2.0a0,>=1.33.2"],
        "0.8.0": ["botocore<2.0a0,>=1.32.7"],
        "0.10.2": ["botocore<2.0a0,>=1.33.2"],
    },
    "six": {"1.16.0": []},
    "sqlalchemy": {"1.4.54": [], "2.0.29": ["typing-extensions>=4.6.0"]},
    "sqlparse": {"0.5.0": []},
    "starlette": {
        "0.27.0": ["anyio<5,>=3.4.0"],
        "0.36.3": ["anyio<5,>=3.4.0"],
    },
    "tensorflow": {
        "2.12.0": ["numpy<1.24,>=1.22", "protobuf!=4.21.0,<5.0.0.dev0,>=3.20.3"],
        "2.16.1": ["numpy<2.0.0,>=1.23.5", "protobuf!=4.21.0,<5.0.0.dev0,>=3.20.3"],
    },
    "typing-extensions": {"4.11.0": []},
    "urllib3": {"1.26.18": [], "2.0.7": [], "2.2.1": []},
    "vine": {"5.1.0": []},
    "werkzeug": {"2.0.3": [], "2.2.3": [], "3.0.2": ["MarkupSafe>=2.1.1"], "3.1.4": []},
}


class Recorded(NamedTuple):
    """A conflict: a file, and the lines that cannot hold together."""

    name: str
    text: str
    lines: tuple[int, ...]


CONFLICTS = (
    Recorded("direct", "click==8.1.7\nflask==3.1.3\nJinja2==3.1.3\nwerkzeug==2.0.3", (2, 4)),
    Recorded(
        "through-an-unpinned-package", "requests==2.31.0\nboto3==1.33.0\nurllib3==2.2.1", (2, 3)
    ),
    Recorded("lockstep-family", "aiobotocore==2.7.0\nboto3==1.33.0", (1, 2)),
    Recorded("two-parents", "celery==5.0.5\nblack==22.1.0", (1, 2)),
    Recorded("extra", "celery[redis]==5.3.6\nredis==3.5.3", (1, 2)),
    Recorded("marker", "pandas==2.2.2\nnumpy==1.24.4", (1, 2)),
    Recorded("older-on-purpose", "tensorflow==2.12.0\nnumpy==1.26.4\nprotobuf==4.25.3", (1, 2)),
    Recorded("bounds", "django<4\ndjangorestframework>=3.15", (1, 2)),
    Recorded("constraint", "grpcio-status==1.60.0\n-c protobuf<4", (1, 2)),
    Recorded("same-version", "opentelemetry-sdk==1.20.0\nopentelemetry-api==1.21.0", (1, 2)),
    Recorded("no-version-of-the-parent", "pydantic-settings\nfastapi==0.99.1", (1, 2)),
    Recorded(
        "pinned-below", "requests==2.25.1\nidna==3.4\nfastapi==0.110.0\nstarlette==0.27.0", (1, 2)
    ),
    Recorded("major-version", "Flask-SQLAlchemy==3.1.1\nSQLAlchemy==1.4.54", (1, 2)),
)
