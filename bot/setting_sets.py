"""Which settings belong together: what is missing beside what is given, a whole sentence each."""


def slack_contradictions(
    *,
    bot_token: bool,
    signing_secret: bool,
    app_token: bool,
    client_id: bool,
    client_secret: bool,
    encryption_key: bool,
    public_url: bool,
) -> list[str]:
    """Each argument says whether that setting is given; the answer is a whole sentence per missing counterpart."""
    oauth = client_id or client_secret
    wrong = {
        "CABBOT_SLACK_BOT_TOKEN needs CABBOT_SLACK_SIGNING_SECRET beside it (requests over HTTP) "
        "or CABBOT_SLACK_APP_TOKEN (Socket Mode): without either Slack can't reach Cabbot safely.": bot_token
        and not (signing_secret or app_token),
        "CABBOT_SLACK_SIGNING_SECRET is set, but nothing to answer with: "
        "add CABBOT_SLACK_BOT_TOKEN, or CABBOT_SLACK_CLIENT_ID and CABBOT_SLACK_CLIENT_SECRET.": signing_secret
        and not (bot_token or oauth),
        "CABBOT_SLACK_APP_TOKEN is set, but nothing to answer with: "
        "add CABBOT_SLACK_BOT_TOKEN, or CABBOT_SLACK_CLIENT_ID and CABBOT_SLACK_CLIENT_SECRET.": app_token
        and not (bot_token or oauth),
        "CABBOT_SLACK_CLIENT_ID and CABBOT_SLACK_CLIENT_SECRET belong together; one of them is missing.": (
            client_id != client_secret
        ),
        "CABBOT_ENCRYPTION_KEY is needed where workspaces install Cabbot themselves (CABBOT_SLACK_CLIENT_ID): "
        "their tokens are kept encrypted. Make one with: cabbot new-key": oauth and not encryption_key,
        "CABBOT_PUBLIC_URL is needed where workspaces install Cabbot themselves (CABBOT_SLACK_CLIENT_ID): "
        "Slack sends the installing person back to it.": oauth and not public_url,
        "CABBOT_SLACK_CLIENT_ID needs CABBOT_SLACK_SIGNING_SECRET (requests over HTTP) "
        "or CABBOT_SLACK_APP_TOKEN (Socket Mode) beside it.": oauth and not (signing_secret or app_token),
    }
    return [sentence for sentence, is_wrong in wrong.items() if is_wrong]


def teams_contradictions(
    *, app_id: bool, app_password: bool, tenant_id: bool, insecure_local: bool, loopback: bool
) -> list[str]:
    """Each argument says whether that setting is given; `loopback`, that the server listens on this machine alone."""
    named = {
        "CABBOT_TEAMS_APP_ID": app_id,
        "CABBOT_TEAMS_APP_PASSWORD": app_password,
        "CABBOT_TEAMS_TENANT_ID": tenant_id,
    }
    given, missing = ([name for name, there in named.items() if there is wanted] for wanted in (True, False))
    wrong = {
        f"{_listed(missing)} missing beside {' and '.join(given)}: Teams is served with all three, or not at all.": bool(
            given and missing
        ),
        "CABBOT_TEAMS_INSECURE_LOCAL turns authentication off, which CABBOT_TEAMS_APP_ID and its companions turn on; "
        "keep the one that is meant.": insecure_local and bool(given),
        "CABBOT_TEAMS_INSECURE_LOCAL lets anybody who reaches this server speak for anybody, so CABBOT_HOST has to be "
        "127.0.0.1, ::1 or localhost with it.": insecure_local and not loopback,
    }
    return [sentence for sentence, is_wrong in wrong.items() if is_wrong]


def _listed(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"
