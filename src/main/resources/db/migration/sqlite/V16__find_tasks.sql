-- What tasks are found by. SQLite adds columns behind the long ones, so the table is made anew with all short ones in front.

create table new_task (
    id              text    not null primary key,    -- UUID version 7: sorts by age
    number          integer not null,                -- the leading digits of the id; its row in task_text
    state           text    not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    priority        integer not null,
    rank            integer not null default 0,      -- created_at less what its priority is worth in milliseconds
    created_at      integer not null,
    not_before      integer not null,                -- while queued: not to be claimed earlier
    started_at      integer,
    finished_at     integer,
    attempts        integer not null default 0,      -- attempts that count
    epoch           integer not null default 0,      -- grows with every claim; fences the writes of older ones
    cancel_requested integer not null default 0 check (cancel_requested in (0, 1)),
    wanted_slot     text,
    wanted_role     text,
    model           text,                            -- what was asked for
    name            text,
    code            text,                            -- of the error
    follows         text references new_task (id),   -- the task whose conversation this one continues
    slot_id         text,
    session_id      text,
    resumable       integer not null default 0 check (resumable in (0, 1)), -- the next attempt goes on in session_id
    chain_id        text,                            -- what the task is made by
    chain_step      integer,                         -- its position
    fan_out_id      text,
    retry_of        text,                            -- the ended task that it repeats; it may be deleted by now
    held            text check (held in ('FAN_OUT', 'BUDGET')), -- while queued: why it is not to be claimed, whatever else
    spend_nanos     integer not null default 0,
    spend_estimated integer not null default 0 check (spend_estimated in (0, 1)),
    tokens_input    integer not null default 0,
    tokens_output   integer not null default 0,
    tokens_cache_read integer not null default 0,
    tokens_cache_write integer not null default 0,
    -- The long columns are last: to read a column, SQLite walks through all pages of those before it.
    spend_models    text,                            -- the spend by model, as JSON
    spec            text    not null,                -- the request as accepted
    result          text,
    error           text
) strict;

insert into new_task
    select id,
        (with recursive digit (place, value) as (
            select 0, 0
            union all
            select place + 1, value * 16 - 1 + instr('0123456789abcdef', substr(
                    substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 16, 3), place + 1, 1))
                from digit where place < 15)
            select value from digit where place = 15),
        state, priority, rank, created_at, not_before, started_at, finished_at, attempts, epoch, cancel_requested,
        wanted_slot, wanted_role,
        case when json_valid(spec) then spec ->> '$.model' end,
        case when json_valid(spec) then spec ->> '$.name' end,
        case when json_valid(error) then error ->> '$.code' end,
        follows, slot_id, session_id, resumable, chain_id, chain_step, fan_out_id, retry_of, held,
        spend_nanos, spend_estimated, tokens_input, tokens_output, tokens_cache_read, tokens_cache_write,
        spend_models, spec, result, error
    from task;

-- To drop a table is to delete what refers to its rows.
create table old_task_tag as select tag, task_id from task_tag;
drop table task_tag;
drop table task;
alter table new_task rename to task;

create table task_tag (
    tag     text not null,
    task_id text not null references task (id) on delete cascade,
    primary key (tag, task_id)
) strict, without rowid;

insert into task_tag select tag, task_id from old_task_tag;
drop table old_task_tag;
create index task_tag_task on task_tag (task_id);

-- Whatever decides over a claim is in it. Without the state in front SQLite would take task_state, and sort.
create index task_queue on task (state, rank, id, not_before, wanted_slot, wanted_role, session_id, follows, held)
    where state = 'QUEUED' and held is null;
create index task_not_before on task (state, not_before) where state = 'QUEUED';
create index task_running on task (session_id) where state = 'RUNNING';
create index task_finished on task (finished_at, state) where finished_at is not null;
create index task_chain on task (chain_id, chain_step) where chain_id is not null;
create index task_fan_out on task (fan_out_id, state, held, id) where fan_out_id is not null;
-- The tasks of chains and fan-outs go with these.
create index task_expiry on task (finished_at)
    where finished_at is not null and chain_id is null and fan_out_id is null;
-- A task that is deleted is looked for by whatever refers to it.
create index task_follows on task (follows) where follows is not null;

-- What tasks are listed by, each in the order of their ages.
create index task_number on task (number);
create index task_state on task (state, id);
create index task_slot on task (slot_id, id) where slot_id is not null;
create index task_session on task (session_id, id) where session_id is not null;
create index task_role on task (wanted_role, id) where wanted_role is not null;
create index task_model on task (model, id) where model is not null;
create index task_name on task (name, id) where name is not null;
create index task_code on task (code, id) where code is not null;
-- Those of the tasks that are elements of a fan-out are in the order of its request.
create index task_fan_out_element on task (fan_out_id, id, chain_id) where fan_out_id is not null;

-- Other orders of lists. The ranks are no plain column, so that claims keep to task_queue, which has no tasks that are held.
create index task_rank on task (state, rank + 0, id) where state = 'QUEUED';
create index task_cost on task (spend_nanos, id) where finished_at is not null;
create index task_duration on task (finished_at - coalesce(started_at, finished_at), id) where finished_at is not null;

create trigger task_is_new after insert on task begin
    update total set items = items + 1, bytes = bytes + octet_length(new.spec) where name = new.state;
end;

create trigger task_is_in_another_state after update of state on task when old.state <> new.state begin
    update total set
        items = items + iif(name = new.state, 1, -1),
        bytes = bytes + iif(name = new.state, octet_length(new.spec), -octet_length(old.spec))
        where name in (old.state, new.state);
end;

-- The spec of a queued task may be changed; the bytes of what waits are still counted.
create trigger task_is_asked_for_otherwise after update of spec on task when old.state = new.state begin
    update total set bytes = bytes - octet_length(old.spec) + octet_length(new.spec) where name = new.state;
end;

-- The words that tasks are searched for by. Without the index of prefixes, all rows of all words that begin so are merged.
create virtual table task_text using fts5 (
    words, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4 5');
insert into task_text (rowid, words)
    select number, coalesce(name, '') || ' ' || substr(coalesce(spec ->> '$.prompt', ''), 1, 10000)
        || case when json_valid(error) then ' ' || coalesce(error ->> '$.message', '') else '' end
    from task where json_valid(spec) group by number;

create trigger task_is_gone after delete on task begin
    update total set items = items - 1, bytes = bytes - octet_length(old.spec) where name = old.state;
    delete from task_text where rowid = old.number;
end;
