-- What processes cost while they have no task. SQLite cannot change a check, so the ledger is copied.

create table new_ledger (
    seq            integer primary key autoincrement,
    at             integer not null,
    kind           text    not null
        check (kind in ('OPENED', 'CAP', 'RESERVED', 'RUNNING', 'SETTLED', 'OUTSIDE_TURN')),
    task_id        text,
    attempt        integer,                          -- counts how often a slot took the task, from 1
    slot_id        text,
    reserved_nanos integer not null default 0,       -- by so much what is reserved changed
    spent_nanos    integer not null default 0,       -- by so much what is spent changed
    cap_nanos      integer,                          -- CAP: the new one; null: none
    usd_nanos      integer not null default 0,       -- RUNNING, SETTLED: what the attempt has cost so far, or in all
    estimated      integer not null default 0 check (estimated in (0, 1)),
    tokens_input   integer not null default 0,
    tokens_output  integer not null default 0,
    tokens_cache_read integer not null default 0,
    tokens_cache_write integer not null default 0,
    models         text,                             -- the cost by model, as JSON
    once_key       text                              -- OUTSIDE_TURN: names the spend, which is booked once
) strict;

insert into new_ledger select *, null from ledger;
drop table ledger;
alter table new_ledger rename to ledger;

create unique index ledger_once on ledger (task_id, attempt, kind) where kind in ('RESERVED', 'SETTLED');
create unique index ledger_once_key on ledger (once_key) where once_key is not null;
create index ledger_task on ledger (task_id, seq) where task_id is not null;
create index ledger_spent on ledger (at, spent_nanos) where spent_nanos <> 0;

drop index event_pool;
create index event_pool on event (seq) where type in ('slot.state', 'slot.spend', 'pool.state', 'budget.changed');
