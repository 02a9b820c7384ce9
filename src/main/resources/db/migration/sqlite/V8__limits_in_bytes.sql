-- What is limited in bytes is counted, and long answers are read task by task.

-- The tasks that are elements of a fan-out, in the order of its request.
create index task_fan_out_element on task (fan_out_id, id, chain_id)
    where fan_out_id is not null and chain_id is null;

-- How many tasks are in each state, and chains that have not ended ('CHAIN'), with the bytes of what was asked for. Kept by
-- the triggers below, so in the transaction of whatever changes it: to count rows takes longer the more there are.
create table total (
    name  text    not null primary key,
    items integer not null default 0,
    bytes integer not null default 0
) strict, without rowid;

insert into total (name) values ('QUEUED'), ('RUNNING'), ('SUCCEEDED'), ('FAILED'), ('CANCELLED'), ('CHAIN');

update total set
    items = (select count(*) from task where state = name),
    bytes = (select coalesce(sum(octet_length(spec)), 0) from task where state = name)
    where name <> 'CHAIN';
update total set
    items = (select count(*) from chain where state = 'RUNNING'),
    bytes = (select coalesce(sum(octet_length(spec)), 0) from chain where state = 'RUNNING')
    where name = 'CHAIN';

create trigger task_is_new after insert on task begin
    update total set items = items + 1, bytes = bytes + octet_length(new.spec) where name = new.state;
end;

create trigger task_is_in_another_state after update of state on task when old.state <> new.state begin
    update total set
        items = items + iif(name = new.state, 1, -1),
        bytes = bytes + iif(name = new.state, octet_length(new.spec), -octet_length(old.spec))
        where name in (old.state, new.state);
end;

create trigger task_is_gone after delete on task begin
    update total set items = items - 1, bytes = bytes - octet_length(old.spec) where name = old.state;
end;

create trigger chain_is_new after insert on chain when new.state = 'RUNNING' begin
    update total set items = items + 1, bytes = bytes + octet_length(new.spec) where name = 'CHAIN';
end;

create trigger chain_has_ended after update of state on chain when old.state = 'RUNNING' and new.state <> 'RUNNING' begin
    update total set items = items - 1, bytes = bytes - octet_length(old.spec) where name = 'CHAIN';
end;

create trigger chain_is_retried after update of state on chain when old.state <> 'RUNNING' and new.state = 'RUNNING' begin
    update total set items = items + 1, bytes = bytes + octet_length(new.spec) where name = 'CHAIN';
end;

create trigger chain_is_gone after delete on chain when old.state = 'RUNNING' begin
    update total set items = items - 1, bytes = bytes - octet_length(old.spec) where name = 'CHAIN';
end;
