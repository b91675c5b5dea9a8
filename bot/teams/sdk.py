"""What Cabbot leans on in botbuilder-core beyond its public names, looked at before Teams is served.

The SDK is archived and pinned exactly (docs/decisions); another version would fail in the middle of a turn instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import metadata
from inspect import signature
from types import MappingProxyType
from typing import Any

from botbuilder.core import BotAdapter, CloudAdapterBase
from botframework.connector.aio import ConnectorClient
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msal import ConfidentialClientApplication

from bot.settings import SettingsError

VERSION = "4.17.1"
PACKAGES = ("botbuilder-core", "botframework-connector", "botbuilder-schema")

NAMES: Mapping[Any, tuple[str, ...]] = MappingProxyType(
    {
        BotAdapter: ("_INVOKE_RESPONSE_KEY", "BOT_CONNECTOR_CLIENT_KEY"),
        CloudAdapterBase: ("process_activity", "_create_turn_context", "_process_turn_results"),
        ConfidentialClientApplication: ("remove_tokens_for_client",),
    }
)
KEYWORDS: Mapping[Any, tuple[str, ...]] = MappingProxyType(
    {BotFrameworkConnectorConfiguration: ("pipeline_type",), ConnectorClient: ("custom_configuration",)}
)


class WrongSdk(SettingsError):
    """Teams can't be served with what is installed; the text is a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__((sentence,))


def check(
    version: Callable[[str], str] = metadata.version,
    names: Mapping[Any, tuple[str, ...]] = NAMES,
    keywords: Mapping[Any, tuple[str, ...]] = KEYWORDS,
) -> None:
    """Raises WrongSdk unless everything is as it was when this was written."""
    for package in PACKAGES:
        if (found := _version(version, package)) != VERSION:
            raise WrongSdk(
                f"Teams needs {package} {VERSION} exactly, and {found} is installed; "
                f"install it again: pip install {package}=={VERSION}"
            )
    missing = [
        f"{kind.__name__}.{name}" for kind, wanted in names.items() for name in wanted if not hasattr(kind, name)
    ]
    missing += [
        f"{kind.__name__}({name}=)"
        for kind, wanted in keywords.items()
        for name in wanted
        if name not in signature(kind.__init__).parameters
    ]
    if missing:
        raise WrongSdk(f"Teams can't be served: {', '.join(missing)} isn't in the installed Bot Framework SDK.")


def _version(version: Callable[[str], str], package: str) -> str:
    try:
        return version(package)
    except metadata.PackageNotFoundError:
        return "none"
