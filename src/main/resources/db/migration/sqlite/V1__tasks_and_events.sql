-- Times are milliseconds since 1970, money is nano-dollars, documents are JSON.

create table task (
    id              text    not null primary key,   -- UUID version 7: sorts by age
    state           text    not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    priority        integer not null,
    created_at      integer not null,
    not_before      integer not null,                -- while queued: not to be claimed earlier
    started_at      integer,
    finished_at     integer,
    attempts        integer not null default 0,      -- attempts that count
    epoch           integer not null default 0,      -- grows with every claim; fences the writes of older ones
    cancel_requested integer not null default 0 check (cancel_requested in (0, 1)),
    wanted_slot     text,
    follows         text references task (id),       -- the task whose conversation this one continues
    slot_id         text,
    session_id      text,
    resumable       integer not null default 0 check (resumable in (0, 1)), -- the next attempt goes on in session_id
    spend_nanos     integer not null default 0,
    spend_estimated integer not null default 0 check (spend_estimated in (0, 1)),
    tokens_input    integer not null default 0,
    tokens_output   integer not null default 0,
    tokens_cache_read integer not null default 0,
    tokens_cache_write integer not null default 0,
    -- The long columns are last: to read a column, SQLite walks through all pages of those before it.
    spec            text    not null,                -- the request as accepted
    result          text,
    error           text
) strict;

-- Whatever decides over a claim is in it. Without the state in front SQLite would take task_state, and sort.
create index task_queue on task (state, priority desc, id, not_before, wanted_slot, session_id, follows)
    where state = 'QUEUED';
create index task_not_before on task (state, not_before) where state = 'QUEUED';
create index task_running on task (session_id) where state = 'RUNNING';
create index task_state on task (state, id);
create index task_spend on task (spend_nanos) where spend_nanos <> 0;

create table task_tag (
    tag     text not null,
    task_id text not null references task (id) on delete cascade,
    primary key (tag, task_id)
) strict, without rowid;

create table attempt (
    task_id     text    not null references task (id) on delete cascade,
    epoch       integer not null,
    slot_id     text    not null,
    session_id  text    not null,
    started_at  integer not null,
    ended_at    integer,
    spend_nanos integer not null default 0,
    primary key (task_id, epoch)
) strict, without rowid;

create table idempotency_key (
    key        text    not null primary key,
    request    text    not null,                     -- SHA-256 of the request
    task_id    text    not null references task (id) on delete cascade,
    created_at integer not null
) strict, without rowid;

create table slot (
    id         text not null primary key,
    session_id text                                  -- the slot's own conversation
) strict, without rowid;

create table event (
    seq        integer primary key autoincrement,
    type       text    not null,
    at         integer not null,
    task_id    text,
    chain_id   text,
    fan_out_id text,
    slot_id    text,
    data       text    not null
) strict;

create index event_task on event (task_id, seq) where task_id is not null;
create index event_chain on event (chain_id, seq) where chain_id is not null;
create index event_fan_out on event (fan_out_id, seq) where fan_out_id is not null;
create index event_pool on event (seq) where type in ('slot.state', 'pool.state', 'budget.changed');
