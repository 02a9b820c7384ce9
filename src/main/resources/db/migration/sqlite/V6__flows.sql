-- Chains and fan-outs: what tasks are made by, and the money they have in common.

create table chain (
    id          text    not null primary key,        -- UUID version 7: sorts by age
    state       text    not null check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    fan_out_id  text,
    begun       integer not null check (begun in (0, 1)),                       -- 0: its fan-out holds it back
    stop        text    check (stop in ('CANCELLED', 'TIMED_OUT')),             -- why no further step is begun
    created_at  integer not null,
    deadline    integer,
    finished_at integer,
    spec        text    not null                     -- the request as accepted
) strict;

create index chain_state on chain (state, id);
create index chain_fan_out on chain (fan_out_id, id) where fan_out_id is not null;
create index chain_deadline on chain (deadline) where finished_at is null and deadline is not null;
create index chain_finished on chain (finished_at) where finished_at is not null and fan_out_id is null;

create table chain_step (
    chain_id    text    not null references chain (id) on delete cascade,
    position    integer not null,                    -- from 0, in the order of the request
    state       text    not null
        check (state in ('PENDING', 'RUNNING', 'SUCCEEDED', 'RECOVERED', 'FAILED', 'SKIPPED', 'CANCELLED')),
    task_id     text,                                -- the latest
    attempts    integer not null default 0,          -- tasks made for it
    failures    integer not null default 0,          -- of those since the chain was begun or retried
    recovering  integer not null default 0 check (recovering in (0, 1)),        -- its task has the recovery prompt
    vars        text,                                -- the output variables, as JSON
    error       text,
    primary key (chain_id, position)
) strict, without rowid;

create table fan_out (
    id          text    not null primary key,        -- UUID version 7: sorts by age
    state       text    not null check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    stop        text    check (stop in ('CANCELLED', 'FAILED_FAST', 'TIMED_OUT')), -- why what has not ended is cancelled
    created_at  integer not null,
    deadline    integer,
    finished_at integer,
    queued      integer not null,                    -- its elements, by their states
    running     integer not null default 0,
    succeeded   integer not null default 0,
    failed      integer not null default 0,
    cancelled   integer not null default 0,
    options     text    not null
) strict;

create index fan_out_state on fan_out (state, id);
create index fan_out_deadline on fan_out (deadline) where finished_at is null and deadline is not null;
create index fan_out_finished on fan_out (finished_at) where finished_at is not null;

-- What tasks are made by.
alter table task add column chain_id text;
alter table task add column chain_step integer;      -- its position
alter table task add column fan_out_id text;
-- While queued: why it is not to be claimed, whatever else.
alter table task add column held text check (held in ('FAN_OUT', 'BUDGET'));

create index task_chain on task (chain_id, chain_step) where chain_id is not null;
create index task_fan_out on task (fan_out_id, state, held, id) where fan_out_id is not null;

drop index task_queue;
create index task_queue on task (state, rank, id, not_before, wanted_slot, wanted_role, session_id, follows, held)
    where state = 'QUEUED' and held is null;

-- The tasks of chains and fan-outs go with these.
create index task_expiry on task (finished_at)
    where finished_at is not null and chain_id is null and fan_out_id is null;

drop index event_at;
create index event_at on event (at) where type not in ('task.state', 'chain.state', 'chain.step', 'fanout.state');

-- What a chain or fan-out may spend in all, and what became of it.
create table sub_account (
    flow_id        text    not null primary key,     -- of the chain or fan-out
    cap_nanos      integer,                          -- null: no cap
    spent_nanos    integer not null default 0,
    reserved_nanos integer not null default 0
) strict, without rowid;

-- A key may have been used for a task, a chain or a fan-out.
create table idempotency_use (
    key         text    not null primary key,
    request     text    not null,                    -- SHA-256 of the request
    resource_id text    not null,
    created_at  integer not null
) strict, without rowid;

insert into idempotency_use select key, request, task_id, created_at from idempotency_key;
drop table idempotency_key;
alter table idempotency_use rename to idempotency_key;
create index idempotency_key_resource on idempotency_key (resource_id);
