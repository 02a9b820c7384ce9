-- What tasks are found by.

create function pg_temp.member(document text, name text) returns text language plpgsql as $$
begin
    return excerpt(document, array[name], array[null]::integer[])::json ->> name;
exception when data_exception then
    return null;
end $$;

alter table task
    add column number bigint,                        -- the leading digits of the id; its row in task_text
    add column model text collate "C",               -- what was asked for
    add column name text collate "C",
    add column code text collate "C";                -- of the error

update task set
    number = ('x' || substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 16, 3))::bit(60)::bigint,
    model = pg_temp.member(spec, 'model'),
    name = pg_temp.member(spec, 'name'),
    code = pg_temp.member(error, 'code');

alter table task alter column number set not null;

-- What tasks are listed by, each in the order of their ages.
create index task_number on task (number);
create index task_slot on task (slot_id, id) where slot_id is not null;
drop index task_session;
create index task_session on task (session_id, id) where session_id is not null;
create index task_role on task (wanted_role, id) where wanted_role is not null;
create index task_model on task (model, id) where model is not null;
create index task_name on task (name, id) where name is not null;
create index task_code on task (code, id) where code is not null;
-- Those of the tasks that are elements of a fan-out are in the order of its request.
drop index task_fan_out_element;
create index task_fan_out_element on task (fan_out_id, id) include (chain_id) where fan_out_id is not null;

-- Other orders of lists. The ranks are no plain column, so that claims keep to task_queue, which has no tasks that are held.
create index task_rank on task ((rank + 0), id) where state = 'QUEUED';
create index task_cost on task (spend_nanos, id) where finished_at is not null;
create index task_duration on task ((finished_at - coalesce(started_at, finished_at)), id)
    where finished_at is not null;

-- The words that tasks are searched for by.
create table task_text (
    rowid bigint not null primary key,
    words tsvector not null
);
insert into task_text
    select number, to_tsvector('simple', coalesce(name, '') || ' '
        || left(coalesce(pg_temp.member(spec, 'prompt'), ''), 10000) || ' '
        || coalesce(pg_temp.member(error, 'message'), ''))
    from task on conflict do nothing;
create index task_text_words on task_text using gin (words);

create function forget_text() returns trigger language plpgsql as $$
begin
    delete from task_text where rowid = old.number;
    return null;
end $$;

create trigger task_text_is_gone after delete on task for each row execute function forget_text();
