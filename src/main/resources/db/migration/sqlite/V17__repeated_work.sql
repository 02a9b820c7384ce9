-- The ended fan-out whose failed elements a fan-out repeats; it may be deleted by now.
alter table fan_out add column retry_of text;

-- How often, why and with what result slots took a task. A task that was begun by an older version has no rows for that.
create table attempt (
    task_id         text not null references task (id) on delete cascade,
    number          integer not null,                -- the epoch of the task
    cause           text not null check (cause in ('FIRST', 'RETRY', 'RATE_LIMIT', 'RESTART', 'RECOVERY')),
    slot_id         text not null,
    session_id      text not null,
    model           text,                            -- what was asked for; then what answered
    started_at      integer not null,
    finished_at     integer,
    outcome         text check (outcome in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEFERRED', 'INTERRUPTED', 'LOST')),
    code            text,                            -- why it failed, or was deferred
    spend_nanos     integer not null default 0,
    spend_estimated integer not null default 0 check (spend_estimated in (0, 1)),
    tokens_input    integer not null default 0,
    tokens_output   integer not null default 0,
    tokens_cache_read integer not null default 0,
    tokens_cache_write integer not null default 0,
    primary key (task_id, number)
) strict, without rowid;
