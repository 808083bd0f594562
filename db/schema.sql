-- To read. Made by the migrations: python -m db.migrations.dump > db/schema.sql

CREATE TABLE addresses (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  chat TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  seen_at DATETIME NOT NULL, person BIGINT,
  CONSTRAINT uq_addresses_channel_chat UNIQUE (channel, chat)
);
CREATE INDEX ix_addresses_person ON addresses (person);

CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE approvals (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  author_id INTEGER NOT NULL,
  approver_id INTEGER,
  stage TEXT NOT NULL,
  until DATETIME NOT NULL,
  created_at DATETIME NOT NULL,
  ruled_at DATETIME, reason TEXT DEFAULT '' NOT NULL,
  CONSTRAINT fk_approvals_author_id FOREIGN KEY(author_id) REFERENCES staff (id),
  CONSTRAINT fk_approvals_approver_id FOREIGN KEY(approver_id) REFERENCES staff (id)
);
CREATE INDEX ix_approvals_approver_id ON approvals (approver_id);
CREATE INDEX ix_approvals_author_id ON approvals (author_id);
CREATE INDEX ix_approvals_subject_subject_id ON approvals (subject, subject_id);

CREATE TABLE audit (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at DATETIME NOT NULL,
  staff_id INTEGER,
  deed TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  CONSTRAINT fk_audit_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_staff_id ON audit (staff_id);

CREATE TABLE campaign_texts (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL,
  language TEXT NOT NULL,
  commune TEXT NOT NULL,
  text TEXT NOT NULL,
  buttons TEXT NOT NULL,
  CONSTRAINT uq_campaign_texts_campaign_id_language_commune UNIQUE (campaign_id, language, commune),
  CONSTRAINT fk_campaign_texts_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id)
);

CREATE TABLE campaigns (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  emergency BOOLEAN NOT NULL,
  last_day DATE NOT NULL,
  author_id INTEGER NOT NULL,
  writers TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  submitted_at DATETIME,
  due_at DATETIME,
  started_at DATETIME,
  watched_from DATETIME,
  ended_at DATETIME,
  CONSTRAINT uq_campaigns_code UNIQUE (code),
  CONSTRAINT fk_campaigns_author_id FOREIGN KEY(author_id) REFERENCES staff (id)
);
CREATE INDEX ix_campaigns_author_id ON campaigns (author_id);
CREATE INDEX ix_campaigns_state ON campaigns (state);

CREATE TABLE consents (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  address_id INTEGER,
  who TEXT NOT NULL,
  purpose TEXT NOT NULL,
  told TEXT NOT NULL,
  version TEXT NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  given_at DATETIME NOT NULL,
  ended_at DATETIME,
  CONSTRAINT fk_consents_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);
CREATE INDEX ix_consents_address_id ON consents (address_id);
CREATE INDEX ix_consents_who ON consents (who);

CREATE TABLE content_edits (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  body BLOB,
  stage TEXT NOT NULL,
  author_id INTEGER NOT NULL,
  approval_id INTEGER,
  compared TEXT,
  created_at DATETIME NOT NULL,
  changed_at DATETIME NOT NULL,
  CONSTRAINT fk_content_edits_author_id FOREIGN KEY(author_id) REFERENCES staff (id),
  CONSTRAINT fk_content_edits_approval_id FOREIGN KEY(approval_id) REFERENCES approvals (id)
);
CREATE INDEX ix_content_edits_approval_id ON content_edits (approval_id);
CREATE INDEX ix_content_edits_author_id ON content_edits (author_id);

CREATE TABLE daily_counts (
  day DATE NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  commune TEXT NOT NULL,
  topic TEXT NOT NULL,
  decision TEXT NOT NULL,
  count INTEGER NOT NULL,
  CONSTRAINT pk_daily_counts PRIMARY KEY (day, channel, language, commune, topic, decision)
);

CREATE TABLE deliveries (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL,
  address_id INTEGER,
  person BIGINT,
  channel TEXT NOT NULL,
  text_id INTEGER NOT NULL,
  language TEXT NOT NULL,
  commune TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  due DATETIME,
  tries INTEGER NOT NULL,
  begun_at DATETIME,
  ended_at DATETIME,
  seen_at DATETIME,
  answer TEXT,
  CONSTRAINT uq_deliveries_campaign_id_person UNIQUE (campaign_id, person),
  CONSTRAINT fk_deliveries_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id),
  CONSTRAINT fk_deliveries_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT fk_deliveries_text_id FOREIGN KEY(text_id) REFERENCES campaign_texts (id)
);
CREATE INDEX ix_deliveries_address_id ON deliveries (address_id);
CREATE INDEX ix_deliveries_campaign_id_ended_at ON deliveries (campaign_id, ended_at);
CREATE INDEX ix_deliveries_campaign_id_state ON deliveries (campaign_id, state, reason);
CREATE INDEX ix_deliveries_open ON deliveries (campaign_id, channel, due, id) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_deliveries_person ON deliveries (person);
CREATE INDEX ix_deliveries_text_id ON deliveries (text_id);

CREATE TABLE handover_lines (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  handover_id INTEGER NOT NULL,
  staff_id INTEGER,
  body BLOB NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT fk_handover_lines_handover_id FOREIGN KEY(handover_id) REFERENCES handovers (id),
  CONSTRAINT fk_handover_lines_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_handover_lines_handover_id ON handover_lines (handover_id);
CREATE INDEX ix_handover_lines_staff_id ON handover_lines (staff_id);

CREATE TABLE "handovers" (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  address_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  commune TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  closed_at DATETIME,
  staff_id INTEGER,
  due_at DATETIME,
  answered_at DATETIME,
  read_at DATETIME,
  told_at DATETIME,
  reason TEXT,
  CONSTRAINT fk_handovers_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT fk_handovers_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_handovers_address_id ON handovers (address_id);
CREATE INDEX ix_handovers_staff_id ON handovers (staff_id);
CREATE INDEX ix_handovers_talk ON handovers (address_id) WHERE state = 'claimed';

CREATE TABLE inbox (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  event_id TEXT NOT NULL,
  address_id INTEGER,
  received_at DATETIME NOT NULL,
  payload BLOB,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  done_at DATETIME,
  CONSTRAINT fk_inbox_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT uq_inbox_channel_event_id UNIQUE (channel, event_id)
);
CREATE INDEX ix_inbox_address_id ON inbox (address_id);
CREATE INDEX ix_inbox_waiting ON inbox (id) WHERE state = 'waiting';

CREATE TABLE invitations (
  staff_id INTEGER NOT NULL,
  token TEXT NOT NULL,
  until DATETIME NOT NULL,
  totp BLOB NOT NULL,
  password TEXT,
  CONSTRAINT pk_invitations PRIMARY KEY (staff_id),
  CONSTRAINT fk_invitations_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_invitations_token UNIQUE (token)
);

CREATE TABLE keys (
  key_id TEXT NOT NULL,
  "check" TEXT NOT NULL,
  CONSTRAINT pk_keys PRIMARY KEY (key_id)
);

CREATE TABLE leads (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  address_id INTEGER,
  receipt TEXT NOT NULL,
  phone TEXT NOT NULL,
  commune TEXT NOT NULL,
  language TEXT NOT NULL,
  is_other BOOLEAN NOT NULL,
  is_confirmed BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  owner_id INTEGER,
  body BLOB NOT NULL,
  calls INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  moved_at DATETIME NOT NULL,
  contacted_at DATETIME NOT NULL,
  next_step DATE,
  rises_at DATETIME,
  reached_at DATETIME,
  reconfirm_at DATETIME,
  placed_at DATETIME,
  result_30 TEXT,
  result_90 TEXT,
  CONSTRAINT fk_leads_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT fk_leads_owner_id FOREIGN KEY(owner_id) REFERENCES staff (id),
  CONSTRAINT uq_leads_receipt UNIQUE (receipt)
);
CREATE INDEX ix_leads_address_id ON leads (address_id);
CREATE INDEX ix_leads_commune ON leads (commune);
CREATE INDEX ix_leads_owner_id ON leads (owner_id);
CREATE INDEX ix_leads_phone ON leads (phone);
CREATE INDEX ix_leads_queue ON leads (state, owner_id, created_at);
CREATE INDEX ix_leads_rises_at ON leads (rises_at);

CREATE TABLE link_codes (
  address_id INTEGER NOT NULL,
  code TEXT,
  tries INTEGER NOT NULL,
  until DATETIME NOT NULL,
  CONSTRAINT pk_link_codes PRIMARY KEY (address_id),
  CONSTRAINT fk_link_codes_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT uq_link_codes_code UNIQUE (code)
);

CREATE TABLE messages (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  address_id INTEGER NOT NULL,
  inbox_id INTEGER,
  seq INTEGER NOT NULL,
  by_person BOOLEAN NOT NULL,
  body BLOB NOT NULL,
  content_version TEXT NOT NULL,
  question_id INTEGER,
  guarded_until DATETIME,
  state TEXT,
  due DATETIME,
  tries INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  sent_at DATETIME,
  CONSTRAINT fk_messages_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT fk_messages_inbox_id FOREIGN KEY(inbox_id) REFERENCES inbox (id) ON DELETE SET NULL,
  CONSTRAINT fk_messages_question_id FOREIGN KEY(question_id) REFERENCES questions (id) ON DELETE SET NULL
);
CREATE INDEX ix_messages_address_id_id ON messages (address_id, id);
CREATE INDEX ix_messages_guarded ON messages (guarded_until) WHERE guarded_until IS NOT NULL;
CREATE INDEX ix_messages_inbox_id ON messages (inbox_id);
CREATE INDEX ix_messages_open ON messages (address_id, id) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_messages_question_id ON messages (question_id);

CREATE TABLE privacy_requests (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  address_id INTEGER,
  kind TEXT NOT NULL,
  body BLOB,
  state TEXT NOT NULL,
  received_at DATETIME NOT NULL,
  due DATE NOT NULL,
  reason BLOB,
  closed_at DATETIME,
  closed_by INTEGER,
  CONSTRAINT fk_privacy_requests_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT fk_privacy_requests_closed_by FOREIGN KEY(closed_by) REFERENCES staff (id)
);
CREATE INDEX ix_privacy_requests_address_id ON privacy_requests (address_id);
CREATE INDEX ix_privacy_requests_closed_by ON privacy_requests (closed_by);

CREATE TABLE questions (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  day DATE NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  commune TEXT NOT NULL,
  topic TEXT NOT NULL,
  decision TEXT NOT NULL,
  text BLOB,
  vote TEXT,
  counted BOOLEAN NOT NULL
, edit_id BIGINT);
CREATE INDEX ix_questions_day ON questions (day);
CREATE INDEX ix_questions_edit_id ON questions (edit_id);

CREATE TABLE receipt_tries (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  who TEXT NOT NULL,
  at DATETIME NOT NULL
);
CREATE INDEX ix_receipt_tries_at ON receipt_tries (at);
CREATE INDEX ix_receipt_tries_who ON receipt_tries (who);

CREATE TABLE sessions (
  address_id INTEGER NOT NULL,
  body BLOB NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_sessions PRIMARY KEY (address_id),
  CONSTRAINT fk_sessions_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);

CREATE TABLE sign_in_tries (
  who TEXT NOT NULL,
  tries INTEGER NOT NULL,
  last_at DATETIME NOT NULL,
  wait_until DATETIME NOT NULL,
  CONSTRAINT pk_sign_in_tries PRIMARY KEY (who)
);

CREATE TABLE sign_ins (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  staff_id INTEGER NOT NULL,
  token TEXT NOT NULL,
  browser TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  seen_at DATETIME NOT NULL,
  CONSTRAINT fk_sign_ins_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_sign_ins_token UNIQUE (token)
);
CREATE INDEX ix_sign_ins_staff_id ON sign_ins (staff_id);

CREATE TABLE slips (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  code_hash TEXT NOT NULL,
  address_id INTEGER NOT NULL,
  commune TEXT NOT NULL,
  body BLOB NOT NULL,
  day DATE NOT NULL,
  last_day DATE NOT NULL,
  CONSTRAINT fk_slips_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
  CONSTRAINT uq_slips_code_hash UNIQUE (code_hash)
);
CREATE INDEX ix_slips_address_id ON slips (address_id);
CREATE INDEX ix_slips_last_day ON slips (last_day);

CREATE TABLE staff (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  standing TEXT NOT NULL,
  password TEXT,
  totp BLOB,
  totp_used BIGINT,
  created_at DATETIME NOT NULL,
  ended_at DATETIME,
  CONSTRAINT uq_staff_name_key UNIQUE (name_key)
);

CREATE TABLE staff_bindings (
  staff_id INTEGER NOT NULL,
  address_id INTEGER NOT NULL,
  CONSTRAINT pk_staff_bindings PRIMARY KEY (staff_id),
  CONSTRAINT fk_staff_bindings_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT fk_staff_bindings_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);
CREATE INDEX ix_staff_bindings_address_id ON staff_bindings (address_id);

CREATE TABLE staff_communes (
  staff_id INTEGER NOT NULL,
  commune TEXT NOT NULL,
  CONSTRAINT pk_staff_communes PRIMARY KEY (staff_id, commune),
  CONSTRAINT fk_staff_communes_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);

CREATE TABLE staff_roles (
  staff_id INTEGER NOT NULL,
  role TEXT NOT NULL,
  CONSTRAINT pk_staff_roles PRIMARY KEY (staff_id, role),
  CONSTRAINT fk_staff_roles_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);

CREATE TABLE subscriptions (
  address_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  since DATETIME NOT NULL,
  CONSTRAINT pk_subscriptions PRIMARY KEY (address_id, subject),
  CONSTRAINT fk_subscriptions_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);
CREATE INDEX ix_subscriptions_subject ON subscriptions (subject);

CREATE TABLE vacancies (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "key" TEXT NOT NULL,
  title TEXT NOT NULL,
  employer TEXT NOT NULL,
  phone TEXT NOT NULL,
  place TEXT NOT NULL,
  wage TEXT NOT NULL,
  deadline DATE NOT NULL,
  source TEXT NOT NULL,
  posted DATE NOT NULL,
  count INTEGER NOT NULL,
  commune TEXT NOT NULL,
  "where" TEXT NOT NULL,
  contact TEXT NOT NULL,
  description TEXT NOT NULL,
  schooling TEXT NOT NULL,
  training TEXT NOT NULL,
  hours TEXT NOT NULL,
  purpose TEXT NOT NULL,
  ended_at DATETIME,
  changed_at DATETIME NOT NULL,
  CONSTRAINT uq_vacancies_key UNIQUE ("key")
);
CREATE INDEX ix_vacancies_deadline ON vacancies (deadline);
