"""The register, its accounts and its audit trail.

Revision ID: 7c1f5d2a9b30
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7c1f5d2a9b30"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, and the row that counts the versions of the register."""
    op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_counter_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
    )
    op.create_table(
        "change_log",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("initiative_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('initiative', 'structure')", name=op.f("ck_change_log_kind_known")),
        sa.PrimaryKeyConstraint("version", "kind", "initiative_id", name=op.f("pk_change_log")),
    )
    op.create_table(
        "divisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_divisions_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_divisions")),
        sa.UniqueConstraint("external_id", name=op.f("uq_divisions_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_divisions_public_id")),
    )
    op.create_table(
        "journeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(valid_from IS NULL OR valid_from BETWEEN '1900-01-01' AND '2200-12-31') AND (valid_to IS NULL OR valid_to BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_journeys_days_within_range"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_journeys_name_not_empty")),
        sa.CheckConstraint("importance BETWEEN 1 AND 3", name=op.f("ck_journeys_importance_one_to_three")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
            name=op.f("ck_journeys_ends_after_start"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journeys")),
        sa.UniqueConstraint("external_id", name=op.f("uq_journeys_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_journeys_public_id")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_organisation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_account_at", "sign_in_failures", ["account", "at"], unique=False)
    op.create_index("ix_sign_in_failures_address_at", "sign_in_failures", ["address", "at"], unique=False)
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_themes_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("external_id", name=op.f("uq_themes_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_themes_public_id")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("track_position", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(opened_on IS NULL OR opened_on BETWEEN '1900-01-01' AND '2200-12-31') AND (closed_on IS NULL OR closed_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_departments_days_within_range"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_departments_name_not_empty")),
        sa.CheckConstraint(
            "closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on",
            name=op.f("ck_departments_closes_after_opening"),
        ),
        sa.CheckConstraint(
            "headcount IS NULL OR headcount >= 0", name=op.f("ck_departments_headcount_not_negative")
        ),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id",
            name=op.f("ck_departments_not_merged_into_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["divisions.id"],
            name=op.f("fk_departments_division_id_divisions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["departments.id"],
            name=op.f("fk_departments_merged_into_id_departments"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("external_id", name=op.f("uq_departments_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_departments_public_id")),
    )
    op.create_index(op.f("ix_departments_division_id"), "departments", ["division_id"], unique=False)
    op.create_index(op.f("ix_departments_merged_into_id"), "departments", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_departments_name"), "departments", ["name"], unique=False)
    op.create_table(
        "department_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_department_aliases_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_department_aliases_department_id_departments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_aliases")),
        sa.UniqueConstraint("department_id", "name", name=op.f("uq_department_aliases_department_id_name")),
    )
    op.create_index(op.f("ix_department_aliases_name"), "department_aliases", ["name"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_people_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_people_department_id_departments"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("external_id", name=op.f("uq_people_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_people_public_id")),
    )
    op.create_index(op.f("ix_people_department_id"), "people", ["department_id"], unique=False)
    op.create_index(op.f("ix_people_name"), "people", ["name"], unique=False)
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=120), nullable=False),
        sa.Column("customer_group", sa.String(length=120), nullable=False),
        sa.Column("product", sa.String(length=120), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("volume_source", sa.String(length=200), nullable=False),
        sa.Column("volume_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(volume_on IS NULL OR volume_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_steps_days_within_range"),
        ),
        sa.CheckConstraint("volume IS NULL OR volume >= 0", name=op.f("ck_steps_volume_not_negative")),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_steps_department_id_departments"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_steps_journey_id_journeys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
        sa.UniqueConstraint("journey_id", "position", name=op.f("uq_steps_journey_id_position")),
    )
    op.create_index(op.f("ix_steps_department_id"), "steps", ["department_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('admin', 'office', 'sponsor', 'member', 'viewer')", name=op.f("ck_users_role_known")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower_case")),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_users_department_id_departments"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_users_person_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("person_id", name=op.f("uq_users_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_users_public_id")),
    )
    op.create_index(op.f("ix_users_department_id"), "users", ["department_id"], unique=False)
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_actor_id"), "audit_entries", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)
    op.create_index(
        "ix_audit_entries_subject_kind_subject_id",
        "audit_entries",
        ["subject_kind", "subject_id"],
        unique=False,
    )
    op.create_table(
        "initiatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("declared_until", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=False),
        sa.Column("scaled_into_id", sa.Integer(), nullable=True),
        sa.Column("routine_from", sa.Date(), nullable=True),
        sa.Column("routine_until", sa.Date(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(started_on IS NULL OR started_on BETWEEN '1900-01-01' AND '2200-12-31') AND (ended_on IS NULL OR ended_on BETWEEN '1900-01-01' AND '2200-12-31') AND (decide_by IS NULL OR decide_by BETWEEN '1900-01-01' AND '2200-12-31') AND (declared_until IS NULL OR declared_until BETWEEN '1900-01-01' AND '2200-12-31') AND (routine_from IS NULL OR routine_from BETWEEN '1900-01-01' AND '2200-12-31') AND (routine_until IS NULL OR routine_until BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_initiatives_days_within_range"),
        ),
        sa.CheckConstraint(
            "kind IN ('pilot', 'quick_win', 'near_miss')", name=op.f("ck_initiatives_kind_known")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('routine', 'scaled', 'stopped', 'extended')",
            name=op.f("ck_initiatives_outcome_known"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'live', 'paused', 'finished')", name=op.f("ck_initiatives_status_known")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_initiatives_title_not_empty")),
        sa.CheckConstraint(
            "ended_on IS NULL OR started_on IS NULL OR ended_on >= started_on",
            name=op.f("ck_initiatives_ends_after_start"),
        ),
        sa.CheckConstraint(
            "routine_until IS NULL OR (routine_from IS NOT NULL AND routine_until >= routine_from)",
            name=op.f("ck_initiatives_routine_ends_after_start"),
        ),
        sa.CheckConstraint(
            "scaled_into_id IS NULL OR scaled_into_id <> id",
            name=op.f("ck_initiatives_not_scaled_into_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_initiatives_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["scaled_into_id"],
            ["initiatives.id"],
            name=op.f("fk_initiatives_scaled_into_id_initiatives"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_initiatives_theme_id_themes"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiatives")),
        sa.UniqueConstraint("external_id", name=op.f("uq_initiatives_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_initiatives_public_id")),
    )
    op.create_index(op.f("ix_initiatives_created_by_id"), "initiatives", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_initiatives_started_on"), "initiatives", ["started_on"], unique=False)
    op.create_index("ix_initiatives_status_started_on", "initiatives", ["status", "started_on"], unique=False)
    op.create_index(op.f("ix_initiatives_theme_id"), "initiatives", ["theme_id"], unique=False)
    op.create_index(op.f("ix_initiatives_title"), "initiatives", ["title"], unique=False)
    op.create_table(
        "measure_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiet_days", sa.Integer(), nullable=False),
        sa.Column("routine_days", sa.Integer(), nullable=False),
        sa.Column("half_life_days", sa.Integer(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("together", sa.String(length=20), nullable=False),
        sa.Column("attention", sa.Integer(), nullable=False),
        sa.Column("max_reuse", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("attention BETWEEN 1 AND 20", name=op.f("ck_measure_settings_attention_range")),
        sa.CheckConstraint(
            "half_life_days BETWEEN 1 AND 3650", name=op.f("ck_measure_settings_half_life_days_range")
        ),
        sa.CheckConstraint("max_reuse BETWEEN 0 AND 100", name=op.f("ck_measure_settings_max_reuse_range")),
        sa.CheckConstraint(
            "quiet_days BETWEEN 1 AND 3650", name=op.f("ck_measure_settings_quiet_days_range")
        ),
        sa.CheckConstraint(
            "routine_days BETWEEN 1 AND 3650", name=op.f("ck_measure_settings_routine_days_range")
        ),
        sa.CheckConstraint(
            "window_days BETWEEN 1 AND 3650", name=op.f("ck_measure_settings_window_days_range")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_measure_settings_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_settings")),
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('set_up', 'invitation', 'reset')", name=op.f("ck_one_time_links_purpose_known")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_one_time_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    op.create_index(op.f("ix_one_time_links_user_id"), "one_time_links", ["user_id"], unique=False)
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_sessions_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "builds_on",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("initiative_id <> earlier_id", name=op.f("ck_builds_on_not_on_itself")),
        sa.ForeignKeyConstraint(
            ["earlier_id"],
            ["initiatives.id"],
            name=op.f("fk_builds_on_earlier_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_builds_on_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_builds_on")),
        sa.UniqueConstraint(
            "initiative_id", "earlier_id", name=op.f("uq_builds_on_initiative_id_earlier_id")
        ),
    )
    op.create_index(op.f("ix_builds_on_earlier_id"), "builds_on", ["earlier_id"], unique=False)
    op.create_table(
        "involvements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(joined_on IS NULL OR joined_on BETWEEN '1900-01-01' AND '2200-12-31') AND (left_on IS NULL OR left_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_involvements_days_within_range"),
        ),
        sa.CheckConstraint("role IN ('lead', 'contributing')", name=op.f("ck_involvements_role_known")),
        sa.CheckConstraint(
            "left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on",
            name=op.f("ck_involvements_leaves_after_joining"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_involvements_department_id_departments"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_involvements_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvements")),
        sa.UniqueConstraint(
            "initiative_id",
            "department_id",
            "joined_on",
            name=op.f("uq_involvements_initiative_id_department_id_joined_on"),
        ),
    )
    op.create_index(op.f("ix_involvements_department_id"), "involvements", ["department_id"], unique=False)
    op.create_table(
        "moments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("ok_to_show", sa.Boolean(), nullable=False),
        sa.Column("measure_name", sa.String(length=120), nullable=False),
        sa.Column("measure_before", sa.Double(), nullable=True),
        sa.Column("measure_after", sa.Double(), nullable=True),
        sa.Column("measure_n_before", sa.Integer(), nullable=True),
        sa.Column("measure_n_after", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'moved') = (of_id IS NOT NULL)", name=op.f("ck_moments_moved_names_its_win")
        ),
        sa.CheckConstraint(
            "(on_day IS NULL OR on_day BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_moments_days_within_range"),
        ),
        sa.CheckConstraint(
            "kind IN ('win', 'measured_win', 'moved', 'near_miss')", name=op.f("ck_moments_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_moments_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_moments_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["of_id"], ["moments.id"], name=op.f("fk_moments_of_id_moments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moments")),
        sa.UniqueConstraint("external_id", name=op.f("uq_moments_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_moments_public_id")),
    )
    op.create_index(op.f("ix_moments_created_by_id"), "moments", ["created_by_id"], unique=False)
    op.create_index("ix_moments_initiative_id_on_day", "moments", ["initiative_id", "on_day"], unique=False)
    op.create_index("ix_moments_is_confirmed_on_day", "moments", ["is_confirmed", "on_day"], unique=False)
    op.create_index(op.f("ix_moments_of_id"), "moments", ["of_id"], unique=False)
    op.create_index(op.f("ix_moments_on_day"), "moments", ["on_day"], unique=False)
    op.create_table(
        "routine_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(checked_on IS NULL OR checked_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_routine_checks_days_within_range"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_routine_checks_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routine_checks")),
        sa.UniqueConstraint(
            "initiative_id", "checked_on", name=op.f("uq_routine_checks_initiative_id_checked_on")
        ),
    )
    op.create_table(
        "routine_owners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_routine_owners_department_id_departments"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_routine_owners_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_routine_owners_person_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routine_owners")),
        sa.UniqueConstraint(
            "initiative_id", "department_id", name=op.f("uq_routine_owners_initiative_id_department_id")
        ),
    )
    op.create_index(
        op.f("ix_routine_owners_department_id"), "routine_owners", ["department_id"], unique=False
    )
    op.create_index(op.f("ix_routine_owners_person_id"), "routine_owners", ["person_id"], unique=False)
    op.create_table(
        "sponsorships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(from_on IS NULL OR from_on BETWEEN '1900-01-01' AND '2200-12-31') AND (to_on IS NULL OR to_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_sponsorships_days_within_range"),
        ),
        sa.CheckConstraint("role IN ('lead', 'co')", name=op.f("ck_sponsorships_role_known")),
        sa.CheckConstraint(
            "to_on IS NULL OR from_on IS NULL OR to_on >= from_on",
            name=op.f("ck_sponsorships_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_sponsorships_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sponsorships_person_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorships")),
        sa.UniqueConstraint(
            "initiative_id",
            "person_id",
            "role",
            "from_on",
            name=op.f("uq_sponsorships_initiative_id_person_id_role_from_on"),
        ),
    )
    op.create_index(op.f("ix_sponsorships_person_id"), "sponsorships", ["person_id"], unique=False)
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(on_day IS NULL OR on_day BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_updates_days_within_range"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_updates_author_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_updates_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
    )
    op.create_index("ix_updates_initiative_id_on_day", "updates", ["initiative_id", "on_day"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR user_id IS NOT NULL", name=op.f("ck_confirmations_somebody_vouches")
        ),
        sa.ForeignKeyConstraint(
            ["moment_id"], ["moments.id"], name=op.f("fk_confirmations_moment_id_moments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_confirmations_person_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_confirmations_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("moment_id", "person_id", name=op.f("uq_confirmations_moment_id_person_id")),
        sa.UniqueConstraint("moment_id", "user_id", name=op.f("uq_confirmations_moment_id_user_id")),
    )
    op.create_index(op.f("ix_confirmations_person_id"), "confirmations", ["person_id"], unique=False)
    op.create_index(op.f("ix_confirmations_user_id"), "confirmations", ["user_id"], unique=False)
    op.create_table(
        "lesson_reuses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(on_day IS NULL OR on_day BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_lesson_reuses_days_within_range"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_lesson_reuses_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_lesson_reuses_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moment_id"], ["moments.id"], name=op.f("fk_lesson_reuses_moment_id_moments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_reuses")),
        sa.UniqueConstraint("external_id", name=op.f("uq_lesson_reuses_external_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lesson_reuses_public_id")),
    )
    op.create_index(op.f("ix_lesson_reuses_initiative_id"), "lesson_reuses", ["initiative_id"], unique=False)
    op.create_index(
        "ix_lesson_reuses_moment_id_on_day", "lesson_reuses", ["moment_id", "on_day"], unique=False
    )
    op.create_index(op.f("ix_lesson_reuses_on_day"), "lesson_reuses", ["on_day"], unique=False)
    op.create_table(
        "lessons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("nearly", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("next_time", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["moment_id"], ["moments.id"], name=op.f("fk_lessons_moment_id_moments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("moment_id", name=op.f("uq_lessons_moment_id")),
    )
    op.execute("INSERT INTO change_counter (id, version) VALUES (1, 0)")


def downgrade() -> None:
    """Take everything away."""
    op.drop_table("lessons")
    op.drop_index(op.f("ix_lesson_reuses_on_day"), table_name="lesson_reuses")
    op.drop_index("ix_lesson_reuses_moment_id_on_day", table_name="lesson_reuses")
    op.drop_index(op.f("ix_lesson_reuses_initiative_id"), table_name="lesson_reuses")
    op.drop_table("lesson_reuses")
    op.drop_index(op.f("ix_confirmations_user_id"), table_name="confirmations")
    op.drop_index(op.f("ix_confirmations_person_id"), table_name="confirmations")
    op.drop_table("confirmations")
    op.drop_index("ix_updates_initiative_id_on_day", table_name="updates")
    op.drop_table("updates")
    op.drop_index(op.f("ix_sponsorships_person_id"), table_name="sponsorships")
    op.drop_table("sponsorships")
    op.drop_index(op.f("ix_routine_owners_person_id"), table_name="routine_owners")
    op.drop_index(op.f("ix_routine_owners_department_id"), table_name="routine_owners")
    op.drop_table("routine_owners")
    op.drop_table("routine_checks")
    op.drop_index(op.f("ix_moments_on_day"), table_name="moments")
    op.drop_index(op.f("ix_moments_of_id"), table_name="moments")
    op.drop_index("ix_moments_is_confirmed_on_day", table_name="moments")
    op.drop_index("ix_moments_initiative_id_on_day", table_name="moments")
    op.drop_index(op.f("ix_moments_created_by_id"), table_name="moments")
    op.drop_table("moments")
    op.drop_index(op.f("ix_involvements_department_id"), table_name="involvements")
    op.drop_table("involvements")
    op.drop_index(op.f("ix_builds_on_earlier_id"), table_name="builds_on")
    op.drop_table("builds_on")
    op.drop_index(op.f("ix_user_sessions_user_id"), table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_index(op.f("ix_one_time_links_user_id"), table_name="one_time_links")
    op.drop_table("one_time_links")
    op.drop_table("measure_settings")
    op.drop_index(op.f("ix_initiatives_title"), table_name="initiatives")
    op.drop_index(op.f("ix_initiatives_theme_id"), table_name="initiatives")
    op.drop_index("ix_initiatives_status_started_on", table_name="initiatives")
    op.drop_index(op.f("ix_initiatives_started_on"), table_name="initiatives")
    op.drop_index(op.f("ix_initiatives_created_by_id"), table_name="initiatives")
    op.drop_table("initiatives")
    op.drop_index("ix_audit_entries_subject_kind_subject_id", table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_actor_id"), table_name="audit_entries")
    op.drop_table("audit_entries")
    op.drop_index(op.f("ix_users_department_id"), table_name="users")
    op.drop_table("users")
    op.drop_index(op.f("ix_steps_department_id"), table_name="steps")
    op.drop_table("steps")
    op.drop_index(op.f("ix_people_name"), table_name="people")
    op.drop_index(op.f("ix_people_department_id"), table_name="people")
    op.drop_table("people")
    op.drop_index(op.f("ix_department_aliases_name"), table_name="department_aliases")
    op.drop_table("department_aliases")
    op.drop_index(op.f("ix_departments_name"), table_name="departments")
    op.drop_index(op.f("ix_departments_merged_into_id"), table_name="departments")
    op.drop_index(op.f("ix_departments_division_id"), table_name="departments")
    op.drop_table("departments")
    op.drop_table("themes")
    op.drop_index("ix_sign_in_failures_address_at", table_name="sign_in_failures")
    op.drop_index("ix_sign_in_failures_account_at", table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.drop_table("organisation")
    op.drop_table("journeys")
    op.drop_table("divisions")
    op.drop_table("change_log")
    op.drop_table("change_counter")
