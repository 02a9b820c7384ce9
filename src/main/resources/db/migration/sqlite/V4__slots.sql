-- Whether anything was ever said in the slot's own conversation: until then nothing of it can be lost.
alter table slot add column session_begun integer not null default 0 check (session_begun in (0, 1));
update slot set session_begun = 1 where session_id is not null;

-- What an administrator decided about the slot: name, role, description, configuration.
alter table slot add column settings text;
