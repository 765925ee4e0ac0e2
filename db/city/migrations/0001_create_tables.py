"""Make every table of the first release.

The SQL is a frozen copy, written for PostgreSQL; `_for_sqlite` gives each type the same form on SQLite.
"""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Types of text that check their own form. Texts sort by code point, as on SQLite.
DOMAINS = {
    "text_line": r"VALUE !~ '[\x01-\x1f\x7f]'",
    "text_code": "VALUE ~ '^[A-Za-z0-9_.:+-]*$'",
    "utc_time": r"VALUE ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$'",
    "calendar_day": r"VALUE ~ '^\d{4}-\d\d-\d\d$'",
}
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": f"GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": f"GLOB '{DAY}'",
}

# Names that are listed in several tables.
LISTS = {
    "LEVELS": """
        'PROVINCE', 'CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY'
    """,
    "DUTIES": """
        'RESOURCE_COORDINATION', 'PUBLICITY_EDUCATION', 'RESIDENT_OUTREACH', 'DISPUTE_RESOLUTION',
        'CIVILITY_PROMOTION', 'PUBLIC_BENEFIT_SERVICE', 'JOINT_PREVENTION', 'AREA_CO_GOVERNANCE'
    """,
    "STATES": """
        'SUBMITTED', 'NEEDS_INFO', 'ACCEPTED', 'IN_DELIBERATION', 'OPEN_FOR_CLAIM', 'IN_PROGRESS',
        'SUSPENDED', 'AWAITING_VERIFICATION', 'CLOSED', 'REJECTED', 'WITHDRAWN', 'MERGED'
    """,
    "ROLES": """
        'ANONYMOUS', 'RESIDENT', 'GRID_WORKER', 'MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF',
        'UNIT_CONTACT', 'TEAM_CAPTAIN', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER',
        'AUDITOR', 'SYSTEM'
    """,
}

TABLES = """
CREATE TABLE division (
    id BIGSERIAL PRIMARY KEY,
    code text_code NOT NULL,
    last_code text_code NOT NULL,
    name text_line NOT NULL,
    level text_code NOT NULL CHECK (level IN (LEVELS)),
    parent_id BIGINT REFERENCES division ON DELETE RESTRICT,
    CHECK (length(code) = 12),
    CHECK (code = CASE level
        WHEN 'PROVINCE' THEN substr(code, 1, 2) || '0000000000'
        WHEN 'CITY' THEN substr(code, 1, 4) || '00000000'
        WHEN 'DISTRICT' THEN substr(code, 1, 6) || '000000'
        WHEN 'SUBDISTRICT' THEN substr(code, 1, 9) || '000'
        ELSE code END),
    CHECK (last_code = CASE level
        WHEN 'PROVINCE' THEN substr(code, 1, 2) || '9999999999'
        WHEN 'CITY' THEN substr(code, 1, 4) || '99999999'
        WHEN 'DISTRICT' THEN substr(code, 1, 6) || '999999'
        WHEN 'SUBDISTRICT' THEN substr(code, 1, 9) || '999'
        ELSE code END)
);
CREATE UNIQUE INDEX division_code ON division (code);
CREATE INDEX division_name ON division (name);
CREATE UNIQUE INDEX division_level_code ON division (level, code);
CREATE UNIQUE INDEX division_parent_id_code ON division (parent_id, code);

CREATE TABLE account (
    id BIGSERIAL PRIMARY KEY,
    name text_line NOT NULL,
    subject text_code,
    is_active BOOLEAN NOT NULL,
    created_at utc_time NOT NULL
);
CREATE UNIQUE INDEX account_subject ON account (subject);

CREATE TABLE committee (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    name text_line NOT NULL,
    state text_code NOT NULL CHECK (state IN ('FORMING', 'ACTIVE', 'NON_COMPLIANT', 'DISSOLVED')),
    established_on calendar_day NOT NULL,
    dissolved_on calendar_day,
    is_pilot BOOLEAN NOT NULL
);
CREATE INDEX committee_division_id ON committee (division_id);
CREATE UNIQUE INDEX committee_division_code_id ON committee (division_code, id);
CREATE UNIQUE INDEX committee_one_a_community ON committee (division_id) WHERE state <> 'DISSOLVED';

CREATE TABLE seat (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('STANDING', 'ROTATING')),
    division_code text_code NOT NULL,
    CHECK (number BETWEEN 1 AND 15)
);
CREATE UNIQUE INDEX seat_committee_id_number ON seat (committee_id, number);

CREATE TABLE member (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee ON DELETE RESTRICT,
    seat_id BIGINT NOT NULL REFERENCES seat ON DELETE RESTRICT,
    account_id BIGINT REFERENCES account ON DELETE SET NULL,
    division_code text_code NOT NULL,
    name text_line NOT NULL,
    phone text_code,
    category text_code NOT NULL CHECK (category IN (
        'TWO_COMMITTEES', 'DEPUTY_DELEGATE_CPPCC', 'VETERAN', 'COMMUNITY_POLICE', 'NON_PUBLIC_ECONOMY',
        'SOCIAL_ORGANIZATION', 'PROPERTY_COMPANY', 'OWNERS_COMMITTEE', 'NOTABLE_RESIDENT', 'OTHER'
    )),
    position text_code NOT NULL CHECK (position IN ('DIRECTOR', 'DEPUTY_DIRECTOR', 'MEMBER')),
    nomination_channel text_code NOT NULL CHECK (nomination_channel IN (
        'SELF_NOMINATION', 'RESIDENT_RECOMMENDATION', 'UNIT_RECOMMENDATION'
    )),
    term_start calendar_day NOT NULL,
    term_end calendar_day,
    renewal_count INTEGER NOT NULL,
    is_active BOOLEAN NOT NULL,
    CHECK (term_end IS NULL OR term_end >= term_start)
);
CREATE INDEX member_seat_id ON member (seat_id);
CREATE INDEX member_account_id ON member (account_id);
CREATE UNIQUE INDEX member_committee_id_id ON member (committee_id, id);
CREATE UNIQUE INDEX member_division_code_id ON member (division_code, id);
CREATE UNIQUE INDEX member_name_id ON member (name, id);
CREATE UNIQUE INDEX member_category_id ON member (category, id);
CREATE UNIQUE INDEX member_one_a_seat ON member (seat_id) WHERE is_active;
CREATE UNIQUE INDEX member_one_director ON member (committee_id) WHERE is_active AND position = 'DIRECTOR';
CREATE UNIQUE INDEX member_one_seat_a_person
    ON member (committee_id, account_id) WHERE is_active AND account_id IS NOT NULL;

CREATE TABLE organization (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    name text_line NOT NULL,
    kind text_code NOT NULL CHECK (kind IN (
        'GOVERNMENT_ORGAN', 'PUBLIC_INSTITUTION', 'ENTERPRISE', 'NON_PUBLIC_ENTERPRISE',
        'SOCIAL_ORGANIZATION', 'PROPERTY_COMPANY', 'OWNERS_COMMITTEE'
    )),
    social_kind text_code CHECK (social_kind IN (
        'COMMUNITY_SERVICE', 'PUBLIC_BENEFIT_CHARITY', 'CULTURE_SPORT', 'PROFESSIONAL_MEDIATION'
    )),
    is_partner_unit BOOLEAN NOT NULL,
    CHECK ((kind = 'SOCIAL_ORGANIZATION') = (social_kind IS NOT NULL))
);
CREATE INDEX organization_division_id ON organization (division_id);
CREATE INDEX organization_division_code_kind ON organization (division_code, kind);
CREATE UNIQUE INDEX organization_kind_id ON organization (kind, id);
CREATE UNIQUE INDEX organization_name_id ON organization (name, id);

CREATE TABLE volunteer_team (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    name text_line NOT NULL,
    kind text_code NOT NULL CHECK (kind IN (
        'VETERAN', 'RED_PROPERTY', 'RESIDENT', 'HOME_MONITORING', 'PARTY', 'GENERAL'
    )),
    captain_id BIGINT REFERENCES member ON DELETE SET NULL,
    police_instructor_name text_line,
    volunteer_count INTEGER NOT NULL,
    veteran_count INTEGER NOT NULL,
    CHECK (veteran_count BETWEEN 0 AND volunteer_count)
);
CREATE INDEX volunteer_team_division_id ON volunteer_team (division_id);
CREATE INDEX volunteer_team_captain_id ON volunteer_team (captain_id);
CREATE UNIQUE INDEX volunteer_team_division_code_id ON volunteer_team (division_code, id);
CREATE UNIQUE INDEX volunteer_team_kind_id ON volunteer_team (kind, id);

CREATE TABLE role_grant (
    id BIGSERIAL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account ON DELETE CASCADE,
    role text_code NOT NULL CHECK (role IN (ROLES)),
    division_code text_code NOT NULL,
    last_code text_code NOT NULL,
    committee_id BIGINT REFERENCES committee ON DELETE CASCADE,
    organization_id BIGINT REFERENCES organization ON DELETE CASCADE,
    team_id BIGINT REFERENCES volunteer_team ON DELETE CASCADE,
    starts_at utc_time NOT NULL,
    ends_at utc_time,
    granted_by_id BIGINT REFERENCES account ON DELETE SET NULL,
    CHECK (last_code >= division_code),
    CHECK (ends_at IS NULL OR ends_at > starts_at)
);
CREATE INDEX role_grant_committee_id ON role_grant (committee_id);
CREATE INDEX role_grant_organization_id ON role_grant (organization_id);
CREATE INDEX role_grant_team_id ON role_grant (team_id);
CREATE INDEX role_grant_granted_by_id ON role_grant (granted_by_id);
CREATE INDEX role_grant_account_id_role_division_code ON role_grant (account_id, role, division_code);
CREATE INDEX role_grant_division_code_role ON role_grant (division_code, role);

CREATE TABLE api_token (
    id BIGSERIAL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account ON DELETE CASCADE,
    name text_line NOT NULL,
    prefix text_code NOT NULL,
    token_hash text_code NOT NULL,
    scopes text_line NOT NULL,
    division_code text_code,
    created_at utc_time NOT NULL,
    expires_at utc_time,
    last_used_at utc_time,
    revoked_at utc_time
);
CREATE INDEX api_token_account_id ON api_token (account_id);
CREATE UNIQUE INDEX api_token_token_hash ON api_token (token_hash);

CREATE TABLE issue (
    id BIGSERIAL PRIMARY KEY,
    number text_code,
    title text_line NOT NULL,
    description prose NOT NULL,
    duty text_code NOT NULL CHECK (duty IN (DUTIES)),
    topic_code text_code,
    urgency text_code NOT NULL CHECK (urgency IN ('EMERGENCY', 'URGENT', 'NORMAL', 'COMPLEX')),
    channel text_code NOT NULL CHECK (channel IN (
        'HOTLINE', 'MAILBOX', 'DELIBERATION_ROOM', 'GRID_PATROL', 'MEMBER_PROPOSAL', 'UNIT_REPORT', 'APP',
        'API'
    )),
    place text_line,
    state text_code NOT NULL CHECK (state IN (STATES)),
    outcome text_code CHECK (outcome IN ('RESOLVED', 'PARTLY_RESOLVED', 'NOT_FEASIBLE', 'REFERRED_OUT')),
    current_level text_code NOT NULL CHECK (current_level IN (LEVELS)),
    version INTEGER NOT NULL,
    division_id BIGINT NOT NULL REFERENCES division ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    responsible_code text_code NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES committee ON DELETE RESTRICT,
    submitter_id BIGINT REFERENCES member ON DELETE SET NULL,
    reporter_id BIGINT REFERENCES account ON DELETE SET NULL,
    is_anonymous BOOLEAN NOT NULL,
    handler_organization_id BIGINT REFERENCES organization ON DELETE RESTRICT,
    handler_team_id BIGINT REFERENCES volunteer_team ON DELETE RESTRICT,
    handler_member_id BIGINT REFERENCES member ON DELETE RESTRICT,
    created_at utc_time NOT NULL,
    updated_at utc_time NOT NULL,
    accepted_at utc_time,
    due_at utc_time,
    warn_at utc_time,
    closed_at utc_time,
    resume_on calendar_day,
    reporter_count INTEGER NOT NULL,
    reopen_count INTEGER NOT NULL,
    return_count INTEGER NOT NULL,
    deferral_count INTEGER NOT NULL,
    transfer_count INTEGER NOT NULL,
    is_extended BOOLEAN NOT NULL,
    is_suspended_once BOOLEAN NOT NULL,
    is_appealed BOOLEAN NOT NULL,
    rating INTEGER,
    merged_into_id BIGINT REFERENCES issue ON DELETE RESTRICT,
    CHECK (length(title) BETWEEN 5 AND 60),
    CHECK (length(description) <= 2000),
    CHECK (rating BETWEEN 1 AND 5),
    CHECK (version >= 1),
    CHECK (merged_into_id IS NULL OR merged_into_id <> id),
    CHECK ((state = 'CLOSED') = (closed_at IS NOT NULL AND outcome IS NOT NULL)),
    CHECK ((state = 'MERGED') = (merged_into_id IS NOT NULL)),
    CHECK ((CASE WHEN handler_organization_id IS NULL THEN 0 ELSE 1 END)
        + (CASE WHEN handler_team_id IS NULL THEN 0 ELSE 1 END)
        + (CASE WHEN handler_member_id IS NULL THEN 0 ELSE 1 END) <= 1)
);
CREATE UNIQUE INDEX issue_number ON issue (number);
CREATE INDEX issue_division_id ON issue (division_id);
CREATE INDEX issue_reporter_id ON issue (reporter_id);
CREATE INDEX issue_handler_organization_id ON issue (handler_organization_id);
CREATE INDEX issue_handler_team_id ON issue (handler_team_id);
CREATE INDEX issue_handler_member_id ON issue (handler_member_id);
CREATE INDEX issue_merged_into_id ON issue (merged_into_id);
CREATE UNIQUE INDEX issue_created_at_id ON issue (created_at, id);
CREATE UNIQUE INDEX issue_updated_at_id ON issue (updated_at, id);
CREATE UNIQUE INDEX issue_due_at_id ON issue (due_at, id);
CREATE UNIQUE INDEX issue_closed_at_id ON issue (closed_at, id);
CREATE UNIQUE INDEX issue_state_created_at_id ON issue (state, created_at, id);
CREATE UNIQUE INDEX issue_topic_code_state_created_at_id ON issue (topic_code, state, created_at, id);
CREATE UNIQUE INDEX issue_committee_id_created_at_id ON issue (committee_id, created_at, id);
CREATE UNIQUE INDEX issue_submitter_id_created_at_id ON issue (submitter_id, created_at, id);
CREATE INDEX issue_division_code_state ON issue (division_code, state);
CREATE UNIQUE INDEX issue_division_code_created_at_id ON issue (division_code, created_at, id);
CREATE INDEX issue_responsible_code_state_due_at ON issue (responsible_code, state, due_at);

CREATE TABLE issue_contact (
    issue_id BIGINT PRIMARY KEY REFERENCES issue ON DELETE CASCADE,
    division_code text_code NOT NULL,
    name text_line,
    phone text_code,
    address text_line
);

CREATE TABLE ledger_entry (
    id BIGSERIAL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    seq INTEGER NOT NULL,
    at utc_time NOT NULL,
    action text_code NOT NULL CHECK (action IN (
        'CREATE', 'ASK', 'SUPPLEMENT', 'LAPSE', 'ACCEPT', 'REJECT', 'APPEAL', 'MERGE', 'TABLE',
        'RESOLVE_MEETING', 'PUBLISH', 'CLAIM', 'ASSIGN', 'RETURN', 'SUSPEND', 'RESUME', 'REPORT_DONE',
        'CLOSE_OFF', 'REWORK', 'REOPEN', 'UNMERGE', 'WITHDRAW', 'ESCALATE', 'HAND_DOWN', 'URGE', 'NOTE',
        'REGRADE', 'EXTEND', 'TRANSFER', 'CORRECT'
    )),
    actor_id BIGINT REFERENCES account ON DELETE RESTRICT,
    actor_name text_line,
    actor_role text_code CHECK (actor_role IN (ROLES)),
    office_code text_code,
    from_state text_code CHECK (from_state IN (STATES)),
    to_state text_code NOT NULL CHECK (to_state IN (STATES)),
    from_level text_code CHECK (from_level IN (LEVELS)),
    to_level text_code NOT NULL CHECK (to_level IN (LEVELS)),
    due_before utc_time,
    due_after utc_time,
    note prose,
    details prose NOT NULL,
    idempotency_key text_code,
    prev_hash text_code NOT NULL,
    hash text_code NOT NULL,
    CHECK (seq >= 1),
    CHECK (length(hash) = 64),
    CHECK (length(prev_hash) = 64)
);
CREATE INDEX ledger_entry_actor_id ON ledger_entry (actor_id);
CREATE UNIQUE INDEX ledger_entry_issue_id_seq ON ledger_entry (issue_id, seq);
CREATE INDEX ledger_entry_division_code_at ON ledger_entry (division_code, at);
CREATE UNIQUE INDEX ledger_entry_at_id ON ledger_entry (at, id);

CREATE TABLE ledger_serial (
    division_code text_code NOT NULL,
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (division_code, year)
);

CREATE TABLE comment (
    id BIGSERIAL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue ON DELETE CASCADE,
    division_code text_code NOT NULL,
    author_id BIGINT REFERENCES account ON DELETE SET NULL,
    author_name text_line NOT NULL,
    text prose NOT NULL,
    created_at utc_time NOT NULL
);
CREATE INDEX comment_author_id ON comment (author_id);
CREATE UNIQUE INDEX comment_issue_id_created_at_id ON comment (issue_id, created_at, id);

CREATE TABLE evidence (
    id BIGSERIAL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue ON DELETE CASCADE,
    division_code text_code NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('PHOTO', 'DOCUMENT', 'MINUTES', 'STATEMENT')),
    description text_line NOT NULL,
    uri text_line,
    sha256 text_code,
    created_at utc_time NOT NULL
);
CREATE UNIQUE INDEX evidence_issue_id_created_at_id ON evidence (issue_id, created_at, id);

CREATE TABLE meeting (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    state text_code NOT NULL CHECK (state IN ('SCHEDULED', 'HELD', 'CLOSED', 'CANCELLED')),
    scheduled_at utc_time NOT NULL,
    announced_at utc_time NOT NULL,
    held_at utc_time,
    is_urgent BOOLEAN NOT NULL,
    place text_line NOT NULL,
    chair_id BIGINT REFERENCES member ON DELETE SET NULL,
    minutes prose,
    minutes_signed_at utc_time,
    minutes_published_at utc_time,
    CHECK ((state IN ('HELD', 'CLOSED')) = (held_at IS NOT NULL))
);
CREATE INDEX meeting_chair_id ON meeting (chair_id);
CREATE UNIQUE INDEX meeting_committee_id_scheduled_at_id ON meeting (committee_id, scheduled_at, id);
CREATE UNIQUE INDEX meeting_scheduled_at_id ON meeting (scheduled_at, id);
CREATE INDEX meeting_division_code_scheduled_at ON meeting (division_code, scheduled_at);

CREATE TABLE agenda_item (
    id BIGSERIAL PRIMARY KEY,
    meeting_id BIGINT NOT NULL REFERENCES meeting ON DELETE CASCADE,
    division_code text_code NOT NULL,
    position INTEGER NOT NULL,
    title text_line NOT NULL,
    issue_id BIGINT REFERENCES issue ON DELETE RESTRICT,
    proposed_by_id BIGINT REFERENCES member ON DELETE SET NULL
);
CREATE INDEX agenda_item_issue_id ON agenda_item (issue_id);
CREATE INDEX agenda_item_proposed_by_id ON agenda_item (proposed_by_id);
CREATE UNIQUE INDEX agenda_item_meeting_id_position ON agenda_item (meeting_id, position);

CREATE TABLE attendance (
    id BIGSERIAL PRIMARY KEY,
    meeting_id BIGINT NOT NULL REFERENCES meeting ON DELETE CASCADE,
    member_id BIGINT NOT NULL REFERENCES member ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    status text_code NOT NULL CHECK (status IN ('PRESENT', 'ABSENT', 'EXCUSED'))
);
CREATE INDEX attendance_member_id ON attendance (member_id);
CREATE UNIQUE INDEX attendance_meeting_id_member_id ON attendance (meeting_id, member_id);

CREATE TABLE vote (
    id BIGSERIAL PRIMARY KEY,
    agenda_item_id BIGINT NOT NULL REFERENCES agenda_item ON DELETE CASCADE,
    member_id BIGINT NOT NULL REFERENCES member ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    choice text_code NOT NULL CHECK (choice IN ('FOR', 'AGAINST', 'ABSTAIN', 'RECUSED')),
    interest text_line,
    CHECK (choice <> 'RECUSED' OR interest IS NOT NULL)
);
CREATE INDEX vote_member_id ON vote (member_id);
CREATE UNIQUE INDEX vote_agenda_item_id_member_id ON vote (agenda_item_id, member_id);

CREATE TABLE resolution (
    id BIGSERIAL PRIMARY KEY,
    agenda_item_id BIGINT NOT NULL REFERENCES agenda_item ON DELETE CASCADE,
    division_code text_code NOT NULL,
    outcome text_code NOT NULL CHECK (outcome IN ('CARRIED', 'LOST', 'DEFERRED')),
    text prose NOT NULL,
    for_count INTEGER NOT NULL,
    against_count INTEGER NOT NULL,
    abstain_count INTEGER NOT NULL,
    adopted_at utc_time NOT NULL
);
CREATE UNIQUE INDEX resolution_agenda_item_id ON resolution (agenda_item_id);

CREATE TABLE need (
    id BIGSERIAL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue ON DELETE RESTRICT,
    committee_id BIGINT NOT NULL REFERENCES committee ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    title text_line NOT NULL,
    wanted_quantity BIGINT,
    unit text_line,
    claim_until utc_time,
    state text_code NOT NULL CHECK (state IN ('OPEN', 'MET', 'STRUCK_OFF', 'TRANSFERRED')),
    created_at utc_time NOT NULL,
    struck_off_at utc_time,
    CHECK ((state IN ('STRUCK_OFF', 'TRANSFERRED')) = (struck_off_at IS NOT NULL))
);
CREATE INDEX need_issue_id ON need (issue_id);
CREATE UNIQUE INDEX need_committee_id_created_at_id ON need (committee_id, created_at, id);
CREATE INDEX need_division_code_state ON need (division_code, state);

CREATE TABLE project (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    resolution_id BIGINT REFERENCES resolution ON DELETE RESTRICT,
    title text_line NOT NULL,
    lead_id BIGINT REFERENCES member ON DELETE SET NULL,
    budget BIGINT,
    state text_code NOT NULL CHECK (state IN ('PLANNED', 'ACTIVE', 'CLOSED', 'CANCELLED')),
    due_on calendar_day NOT NULL,
    created_at utc_time NOT NULL,
    closed_at utc_time
);
CREATE INDEX project_resolution_id ON project (resolution_id);
CREATE INDEX project_lead_id ON project (lead_id);
CREATE UNIQUE INDEX project_committee_id_created_at_id ON project (committee_id, created_at, id);
CREATE INDEX project_division_code_state ON project (division_code, state);

CREATE TABLE project_issue (
    project_id BIGINT NOT NULL REFERENCES project ON DELETE CASCADE,
    issue_id BIGINT NOT NULL REFERENCES issue ON DELETE RESTRICT,
    PRIMARY KEY (project_id, issue_id)
);
CREATE INDEX project_issue_issue_id ON project_issue (issue_id);

CREATE TABLE project_milestone (
    id BIGSERIAL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project ON DELETE CASCADE,
    division_code text_code NOT NULL,
    position INTEGER NOT NULL,
    title text_line NOT NULL,
    due_on calendar_day NOT NULL,
    done_on calendar_day
);
CREATE UNIQUE INDEX project_milestone_project_id_position ON project_milestone (project_id, position);

CREATE TABLE resource (
    id BIGSERIAL PRIMARY KEY,
    organization_id BIGINT REFERENCES organization ON DELETE RESTRICT,
    division_id BIGINT NOT NULL REFERENCES division ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    name text_line NOT NULL,
    description prose NOT NULL,
    topic_code text_code,
    duty text_code NOT NULL CHECK (duty IN (DUTIES)),
    capacity_model text_code NOT NULL CHECK (capacity_model IN (
        'RECURRING_WINDOW', 'BOOKABLE', 'QUOTA', 'STOCK', 'FUND', 'LEASE', 'STANDBY', 'STANDING', 'ONE_OFF'
    )),
    quantity BIGINT,
    unit text_line,
    valid_until calendar_day,
    is_active BOOLEAN NOT NULL,
    CHECK (quantity >= 0)
);
CREATE INDEX resource_organization_id ON resource (organization_id);
CREATE INDEX resource_division_id ON resource (division_id);
CREATE UNIQUE INDEX resource_division_code_id ON resource (division_code, id);
CREATE UNIQUE INDEX resource_topic_code_id ON resource (topic_code, id);
CREATE UNIQUE INDEX resource_capacity_model_id ON resource (capacity_model, id);
CREATE UNIQUE INDEX resource_name_id ON resource (name, id);

CREATE TABLE resource_window (
    id BIGSERIAL PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource ON DELETE CASCADE,
    division_code text_code NOT NULL,
    weekday INTEGER NOT NULL,
    starts_minute INTEGER NOT NULL,
    ends_minute INTEGER NOT NULL,
    quantity BIGINT NOT NULL,
    CHECK (weekday BETWEEN 1 AND 7),
    CHECK (starts_minute >= 0 AND ends_minute <= 2880 AND starts_minute < ends_minute),
    CHECK (quantity >= 0)
);
CREATE UNIQUE INDEX resource_window_resource_id_weekday_starts_minute
    ON resource_window (resource_id, weekday, starts_minute);

CREATE TABLE claim (
    id BIGSERIAL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue ON DELETE RESTRICT,
    need_id BIGINT REFERENCES need ON DELETE RESTRICT,
    project_id BIGINT REFERENCES project ON DELETE RESTRICT,
    resource_id BIGINT REFERENCES resource ON DELETE RESTRICT,
    window_id BIGINT REFERENCES resource_window ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization ON DELETE RESTRICT,
    team_id BIGINT REFERENCES volunteer_team ON DELETE RESTRICT,
    member_id BIGINT REFERENCES member ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    quantity BIGINT,
    promise prose NOT NULL,
    promised_on calendar_day,
    state text_code NOT NULL CHECK (state IN ('PENDING', 'CONFIRMED', 'FULFILLED', 'RELEASED', 'DECLINED')),
    created_at utc_time NOT NULL,
    confirmed_at utc_time,
    ended_at utc_time,
    CHECK (quantity > 0),
    CHECK ((CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END)
        + (CASE WHEN team_id IS NULL THEN 0 ELSE 1 END)
        + (CASE WHEN member_id IS NULL THEN 0 ELSE 1 END) = 1)
);
CREATE INDEX claim_need_id ON claim (need_id);
CREATE INDEX claim_project_id ON claim (project_id);
CREATE INDEX claim_window_id ON claim (window_id);
CREATE INDEX claim_organization_id ON claim (organization_id);
CREATE INDEX claim_team_id ON claim (team_id);
CREATE UNIQUE INDEX claim_issue_id_created_at_id ON claim (issue_id, created_at, id);
CREATE INDEX claim_resource_id_state ON claim (resource_id, state);
CREATE UNIQUE INDEX claim_member_id_created_at_id ON claim (member_id, created_at, id);
CREATE UNIQUE INDEX claim_created_at_id ON claim (created_at, id);
CREATE UNIQUE INDEX claim_state_created_at_id ON claim (state, created_at, id);
CREATE INDEX claim_division_code_state ON claim (division_code, state);

CREATE TABLE statistics_snapshot (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    figure text_code NOT NULL,
    label text_line NOT NULL,
    as_of calendar_day NOT NULL,
    value BIGINT NOT NULL,
    unit text_line NOT NULL,
    precision text_code NOT NULL CHECK (precision IN ('EXACT', 'ROUNDED', 'AT_LEAST')),
    source text_line NOT NULL,
    note text_line
);
CREATE INDEX statistics_snapshot_division_id ON statistics_snapshot (division_id);
CREATE UNIQUE INDEX statistics_snapshot_division_code_figure_as_of_source
    ON statistics_snapshot (division_code, figure, as_of, source);
CREATE UNIQUE INDEX statistics_snapshot_figure_as_of_id ON statistics_snapshot (figure, as_of, id);
"""


def up(migrator: Any, db: Database) -> None:
    on_sqlite = isinstance(db, SqliteDatabase)
    if not on_sqlite:
        for name, check in DOMAINS.items():
            db.execute_sql(f'CREATE DOMAIN {name} AS text COLLATE "C" CHECK ({check})')
    sql = re.sub(r"IN \(([A-Z]+)\)", lambda found: f"IN ({LISTS[found[1]].strip()})", TABLES)
    for statement in filter(str.strip, sql.split(";")):
        db.execute_sql(_for_sqlite(statement) if on_sqlite else statement.replace(" prose", ' text COLLATE "C"'))


def down(migrator: Any, db: Database) -> None:
    for table in reversed(re.findall(r"CREATE TABLE (\w+)", TABLES)):
        db.execute_sql(f"DROP TABLE {table}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql(f"DROP DOMAIN {', '.join(DOMAINS)}")


def _for_sqlite(statement: str) -> str:
    # An id is never given twice, even when the newest row was deleted.
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY")
    for name, kind in (("BIGINT", "INTEGER"), ("BOOLEAN", "INTEGER"), ("prose", "TEXT")):
        statement = statement.replace(f" {name}", f" {kind}")
    # A code that is one of a list needs no second check.
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT" if "CREATE TABLE" in statement else statement
