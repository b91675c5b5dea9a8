"""A turn of the Bot Framework SDK around what our listeners do, with nothing in it that waits or logs in.

The stock adapter reads each activity into objects, makes two clients and a login a turn: some 10 ms of the event loop.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, NoReturn

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity as SdkActivity
from botbuilder.schema import ChannelAccount, ConversationAccount
from botframework.connector.auth import AuthenticationConstants, BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult

from bot.teams.clients import Clients
from bot.teams.envelope import Account, Activity, Answered, OtherInvoke

Listen = Callable[[Activity], Awaitable[Answered]]


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]  # the SDK has no types
    """Takes activities whose token was found genuine already. `app_id` is the bot's own, empty for a local trial."""

    def __init__(self, clients: Clients, app_id: str) -> None:
        super().__init__(_Verified())
        self._authenticated = AuthenticateRequestResult()
        self._authenticated.claims_identity = ClaimsIdentity({AuthenticationConstants.AUDIENCE_CLAIM: app_id}, True)
        self._authenticated.audience = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE
        self._authenticated.connector_factory = clients

    async def take(self, activity: Activity, listen: Listen) -> Answered:
        """One turn; what the delivery is answered with. Raises what `listen` raises."""

        async def turn(context: TurnContext) -> None:
            if isinstance(activity, OtherInvoke):
                return  # without an answer in the turn, the SDK says that it isn't implemented
            answered = await listen(activity)
            if activity.invoke:
                # Where `send_activity` would put it, after copying it deep down and addressing it to nobody.
                response = InvokeResponse(status=answered.status, body=answered.body)
                context.turn_state[self._INVOKE_RESPONSE_KEY] = SdkActivity(value=response)

        said = await self.process_activity(self._authenticated, _slim(activity), turn)
        if said is None:
            return Answered(HTTPStatus.OK)
        return Answered(int(said.status), said.body)


def _slim(activity: Activity) -> SdkActivity:
    """What a turn needs to know of an activity; reading all of it would cost as much as everything else together."""
    return SdkActivity(
        type=activity.type,
        id=activity.id,
        channel_id=activity.channel,
        service_url=activity.service_url,
        conversation=ConversationAccount(
            id=activity.conversation.id, conversation_type=activity.conversation.kind, tenant_id=activity.tenant
        ),
        from_property=_account(activity.sender),
        recipient=_account(activity.recipient),
    )


def _account(account: Account) -> ChannelAccount:
    return ChannelAccount(id=account.id, name=account.name, aad_object_id=account.object_id)


class _Verified(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK has no types
    """Nothing is left to the SDK's own authentication, which answers 500 where 401 is right."""

    async def authenticate_request(self, activity: Any, auth_header: str) -> NoReturn:
        raise PermissionError("tokens are verified before a turn")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> NoReturn:
        raise PermissionError("there are no streaming connections")

    def create_connector_factory(self, claims_identity: Any) -> NoReturn:
        raise PermissionError("the courier speaks without being spoken to, not a turn")

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """No user's token is ever asked for."""
