-- Money: the account that every attempt draws on, and the ledger of all that moved in it.

alter table account add column reserved_nanos integer not null default 0;
alter table account add column cap_nanos integer;                          -- null: no cap
alter table account add column configured_cap text;                        -- the property when it was last looked at
alter table account add column held integer not null default 0 check (held in (0, 1)); -- the cap was set to no more than was spent
alter table account add column period_start integer not null default 0;
alter table account add column period_spent_nanos integer not null default 0;
alter table account add column warned_percent integer not null default 0;  -- of the cap, in this period

-- Append-only, and it outlives the tasks. What was reserved and spent is the sum of what moved.
create table ledger (
    seq            integer primary key autoincrement,
    at             integer not null,
    kind           text    not null check (kind in ('OPENED', 'CAP', 'RESERVED', 'RUNNING', 'SETTLED')),
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
    models         text                              -- RUNNING, SETTLED: the same by model, as JSON
) strict;

create unique index ledger_once on ledger (task_id, attempt, kind) where kind in ('RESERVED', 'SETTLED');
create index ledger_task on ledger (task_id, seq) where task_id is not null;
create index ledger_spent on ledger (at, spent_nanos) where spent_nanos <> 0;

insert into ledger (at, kind, spent_nanos) select unixepoch() * 1000, 'OPENED', spent_nanos from account;
insert into ledger (at, kind, task_id, attempt, slot_id)
    select started_at, 'RESERVED', task_id, epoch, slot_id from attempt where ended_at is null;
update account set period_spent_nanos = spent_nanos;

-- It said nothing that the ledger does not say.
drop table attempt;

-- What each slot, tag and model has cost.
create table spend (
    dimension      text    not null check (dimension in ('slot', 'tag', 'model')),
    name           text    not null,
    usd_nanos      integer not null default 0,
    tokens_input   integer not null default 0,
    tokens_output  integer not null default 0,
    tokens_cache_read integer not null default 0,
    tokens_cache_write integer not null default 0,
    primary key (dimension, name)
) strict, without rowid;

alter table task add column spend_models text;       -- the spend by model, as JSON
