"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
OPEN = sa.text("state = 'waiting' OR state = 'doubtful'")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        *(word("name"), word("zone"), number("last_number"), number("journal_seq"), word("journal_head")),
        *(number("successor"), word("policy_digest"), number("group_grants")),
        instant("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    _people()
    _releases()
    _evidence()
    _setting_up()
    _approval()
    _channels()
    _delivery()
    _journal()
    _search()


def _people() -> None:
    create(
        "person",
        *(word("name"), word("email"), word("zone"), word("prefers"), flag("active"), instant("joined_at")),
        indexes={"person_email": ["organisation_id", "email"]},
    )
    create(
        "account",
        *(ref("person_id", "person"), term("platform"), word("workspace"), word("external"), word("handle")),
        *(word("directory_id"), term("kind"), flag("active"), instant("profile_at", nullable=True)),
        unique=[["organisation_id", "platform", "workspace", "external"]],
        indexes={"ix_account_person_id": ["person_id"]},
    )
    create(
        "role_grant",
        *(ref("person_id", "person"), term("role"), number("granted_by"), instant("granted_at")),
        unique=[["organisation_id", "person_id", "role"]],
        indexes={"role_grant_role": ["organisation_id", "role"]},
    )
    create(
        "follow",
        *(ref("person_id", "person"), word("subject"), term("level"), instant("since")),
        unique=[["organisation_id", "person_id", "subject"]],
        indexes={"follow_subject": ["organisation_id", "subject"]},
    )


def _releases() -> None:
    create(
        "service",
        *(word("name"), ref("owner_id", "person"), word("version"), number("tier"), json("dependencies")),
        instant("added_at"),
        unique=[["organisation_id", "name"]],
    )
    create(
        "release",
        *(number("number"), word("key"), word("title"), word("goal"), term("type"), term("state"), word("hold")),
        *(ref("coordinator_id", "person"), ref("requester_id", "person"), json("coordinated_before")),
        *(json("services"), json("change_requests")),
        *(instant("starts_at", nullable=True), instant("ends_at", nullable=True), word("zone"), json("stages")),
        *(word("impact"), json("plan"), json("back_out"), json("content"), word("template"), word("reason")),
        *(number("revision"), word("digest")),
        *(number("stage"), instant("created_at"), instant("first_planned_at", nullable=True)),
        *(instant("started_at", nullable=True), instant("completed_at", nullable=True), flag("unauthorised_start")),
        unique=[["organisation_id", "number"]],
        indexes={
            "release_state": ["organisation_id", "state", "number"],
            "release_coordinator": ["organisation_id", "coordinator_id", "number"],
        },
    )
    create(
        "release_service",
        *(ref("release_id", "release"), number("number"), word("service")),
        indexes={
            "ix_release_service_release_id": ["release_id"],
            "release_service_name": ["organisation_id", "service", "number"],
        },
    )
    create(
        "step_owner",
        *(ref("release_id", "release"), ref("person_id", "person")),
        indexes={
            "ix_step_owner_release_id": ["release_id"],
            "step_owner_person": ["organisation_id", "person_id", "release_id"],
        },
    )
    create(
        "release_update",
        *(ref("release_id", "release"), ref("person_id", "person"), word("words"), instant("at")),
        indexes={"ix_release_update_release_id": ["release_id"]},
    )


def _evidence() -> None:
    of_release(
        "participant",
        *(term("part"), ref("person_id", "person"), word("area")),
        unique=["part", "person_id"],
        indexes={"participant_person": ["organisation_id", "person_id", "release_id"]},
    )
    of_release(
        "stakeholder",
        *(number("person_id"), word("platform"), word("workspace"), word("channel"), word("name"), flag("required")),
        *(number("added_by"), instant("added_at")),
        unique=["person_id", "platform", "workspace", "channel"],
        indexes={"stakeholder_person": ["organisation_id", "person_id", "release_id"]},
    )
    of_release(
        "risk_item",
        *(number("number"), term("kind"), word("words"), number("priority"), ref("owner_id", "person")),
        *(word("mitigation"), term("status"), instant("at")),
        unique=["number"],
    )
    of_release(
        "test_result",
        *(term("type"), term("outcome"), word("evidence"), ref("person_id", "person"), instant("at")),
        unique=["type"],
    )
    of_release(
        "release_statement",
        *(term("topic"), word("words"), word("digest"), ref("person_id", "person"), instant("at")),
        unique=["topic"],
    )
    of_release("waiver", word("row"), word("reason"), ref("person_id", "person"), instant("at"), unique=["row"])
    create(
        "collision_accepted",
        *(ref("release_id", "release"), ref("other_id", "release"), flag("for_both"), word("digest"), word("reason")),
        *(ref("person_id", "person"), instant("at")),
        unique=[["release_id", "other_id"]],
        indexes={"ix_collision_accepted_other_id": ["other_id"]},
    )
    of_release(
        "nudge",
        *(word("row"), ref("asked_id", "person"), ref("person_id", "person"), instant("at")),
        unique=["row", "asked_id"],
    )
    of_release(
        "medium_reading",
        *(word("uri"), ref("asked_by", "person"), instant("asked_at"), flag("waits"), flag("unheard"), word("owner")),
        *(instant("held_until", nullable=True), word("sha256"), word("why"), instant("read_at", nullable=True)),
        unique=["uri"],
        indexes={"medium_reading_waiting": ["waits", "asked_at"]},
    )


def _setting_up() -> None:
    create(
        "template",
        *(word("name"), term("kind"), word("body"), number("revision"), ref("made_by", "person"), instant("made_at")),
        *(number("approved_by"), instant("approved_at", nullable=True), instant("retired_at", nullable=True)),
        unique=[["organisation_id", "name"]],
    )
    create(
        "template_approval",
        *(word("name"), word("digest"), ref("person_id", "person"), instant("at")),
        unique=[["organisation_id", "name", "digest"]],
    )
    create(
        "policy_change",
        *(word("key"), word("value"), word("why"), ref("person_id", "person"), instant("at")),
        indexes={"policy_change_owner": ["organisation_id", "id"]},
    )
    create(
        "group_grant",
        *(term("role"), term("platform"), word("workspace"), word("external"), word("name")),
        *(number("granted_by"), instant("granted_at"), instant("read_at", nullable=True), word("trouble")),
        unique=[["organisation_id", "role", "platform", "workspace", "external"]],
    )
    create(
        "member",
        *(term("platform"), word("workspace"), word("group_id"), word("external")),
        unique=[["organisation_id", "platform", "workspace", "group_id", "external"]],
        indexes={"member_account": ["organisation_id", "platform", "workspace", "external"]},
    )


def _approval() -> None:
    create(
        "ballot",
        *(ref("release_id", "release"), number("revision"), word("digest"), term("board"), number("quorum")),
        *(flag("change_manager"), term("state"), flag("retroactive"), ref("opened_by", "person"), instant("opened_at")),
        *(instant("deadline_at"), instant("escalated_at", nullable=True), instant("decided_at", nullable=True)),
        indexes={
            "ballot_release": ["organisation_id", "release_id", "id"],
            "ballot_state": ["organisation_id", "state", "deadline_at"],
        },
    )
    create(
        "vote",
        *(ref("ballot_id", "ballot"), ref("person_id", "person"), term("choice"), word("comment"), instant("at")),
        unique=[["ballot_id", "person_id"]],
    )


def _channels() -> None:
    create(
        "connection",
        *(term("platform"), word("workspace"), word("name"), word("bot_account"), word("secret")),
        *(instant("installed_at"), instant("removed_at", nullable=True)),
        unique=[["platform", "workspace"]],
    )
    create(
        "link",
        *(word("audience"), term("platform"), word("workspace"), word("channel"), word("channel_name")),
        *(number("linked_by"), instant("linked_at")),
        unique=[["organisation_id", "audience", "platform", "workspace", "channel"]],
    )
    create(
        "conversation",
        *(term("platform"), word("workspace"), word("external"), word("kind"), word("account"), word("name")),
        *(word("reference"), instant("heard_at"), instant("removed_at", nullable=True)),
        unique=[["organisation_id", "platform", "workspace", "external"]],
        indexes={"conversation_account": ["organisation_id", "platform", "workspace", "account"]},
    )
    create(
        "join_code",
        *(word("digest"), number("made_by"), instant("made_at"), instant("until"), instant("used_at", nullable=True)),
        unique=[["digest"]],
    )
    create(
        "status_schedule",
        *(term("platform"), word("workspace"), word("channel"), word("channel_name"), word("rule"), word("zone")),
        *(ref("created_by", "person"), instant("created_at"), instant("stopped_at", nullable=True)),
    )


def _delivery() -> None:
    create(
        "due",
        *(word("key"), word("subject"), word("line"), instant("at"), instant("until", nullable=True), term("state")),
        *(instant("ended_at", nullable=True), number("attempts"), instant("retry_at", nullable=True), word("error")),
        unique=[["organisation_id", "key"]],
        indexes={
            "due_waiting": ["state", "at"],
            "due_subject": ["organisation_id", "subject", "state"],
            "due_state": ["organisation_id", "state", "id"],
        },
    )
    create(
        "posting",
        *(word("subject"), word("slot"), term("platform"), word("workspace"), word("channel"), flag("direct")),
        *(term("delivery"), word("parent"), word("card"), number("priority"), number("wanted"), number("shown")),
        *(word("message"), term("state"), instant("created_at"), instant("due_at"), instant("until", nullable=True)),
        *(number("attempts"), word("error"), instant("retry_at", nullable=True), instant("started_at", nullable=True)),
        *(instant("lease_until", nullable=True), word("token"), instant("sent_at", nullable=True)),
        unique=[["organisation_id", "slot", "platform", "workspace", "channel"]],
        indexes={
            "posting_state": ["organisation_id", "state", "id"],
            "posting_subject": ["organisation_id", "subject", "id"],
        },
    )
    lane = ["platform", "workspace", "channel", "shown", "id", "due_at"]
    op.create_index("posting_open", "posting", lane, sqlite_where=OPEN, postgresql_where=OPEN)
    create(
        "told",
        *(ref("posting_id", "posting"), instant("at"), term("outcome"), number("revision"), word("detail")),
        indexes={"ix_told_posting_id": ["posting_id"]},
    )
    create(
        "courier_lease",
        *(term("platform"), word("workspace"), word("owner"), instant("until", nullable=True)),
        *(instant("sends_from", nullable=True), instant("edits_from", nullable=True)),
        unique=[["platform", "workspace"]],
    )


def _journal() -> None:
    create(
        "journal",
        *(number("seq"), instant("at"), word("call_id"), number("person_id"), word("person"), term("platform")),
        *(word("account"), term("origin"), word("command"), word("subject"), term("outcome"), json("before")),
        *(json("after"), word("why"), word("answer"), word("previous"), word("hash")),
        unique=[["organisation_id", "seq"], ["organisation_id", "call_id"]],
        indexes={"journal_subject": ["organisation_id", "subject", "seq"]},
    )


SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entry', content_rowid='id', detail='none', "
    "columnsize=0, tokenize=\"ascii tokenchars '/'\")",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF words ON search_entry BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); END",
)
POSTGRES_SEARCH = (
    "CREATE INDEX search_entry_words ON search_entry USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)


def _search() -> None:
    create(
        "search_entry",
        *(term("kind"), number("target"), word("words")),
        unique=[["organisation_id", "kind", "target"]],
        indexes={"search_entry_newest": ["organisation_id", "id"]},
    )
    for statement in SQLITE_SEARCH if op.get_bind().dialect.name == "sqlite" else POSTGRES_SEARCH:
        op.execute(statement)


# ---- the few shapes of which the schema is made


def create(
    name: str,
    *columns: sa.Column[Any],
    unique: list[list[str]] | None = None,
    indexes: dict[str, list[str]] | None = None,
) -> None:
    """A table of records: numbered, owned by an organisation, its references taken from the columns' `info`."""
    owned = (ref("organisation_id", "organisation"), *columns)
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        *owned,
        *(
            sa.ForeignKeyConstraint([column.name], [f"{column.info['refers']}.id"], name=f"fk_{name}_{column.name}")
            for column in owned
            if "refers" in column.info
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *(sa.UniqueConstraint(*names, name="_".join(["uq", name, *names])) for names in unique or ()),
    )
    for index, names in (indexes or {}).items():
        op.create_index(index, name, names)


def of_release(
    name: str, *columns: sa.Column[Any], unique: list[str], indexes: dict[str, list[str]] | None = None
) -> None:
    """A table of what is recorded about releases, of which each has one row for a key."""
    create(
        name,
        *(ref("release_id", "release"), *columns),
        unique=[["release_id", *unique]],
        indexes={f"ix_{name}_release_id": ["release_id"]} | (indexes or {}),
    )


def word(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def term(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(32), nullable=False)


def json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=nullable)


def ref(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, info={"refers": table})
