-- What the queue goes by, what cleaning up looks for, and the account that outlives the tasks.

-- Added columns stand behind the long ones; these two are looked at in the index task_queue only.
alter table task add column rank integer not null default 0;   -- created_at less what its priority is worth in milliseconds
alter table task add column wanted_role text;

update task set rank = created_at - priority * 60000 where finished_at is null;

drop index task_queue;
create index task_queue on task (state, rank, id, not_before, wanted_slot, wanted_role, session_id, follows)
    where state = 'QUEUED';

create index task_finished on task (finished_at, state) where finished_at is not null;
create index event_at on event (at) where type <> 'task.state';

-- A task that is deleted is looked for by whatever refers to it.
create index task_follows on task (follows) where follows is not null;
create index task_tag_task on task_tag (task_id);
create index idempotency_key_task on idempotency_key (task_id);

create table account (
    id          integer primary key check (id = 1),
    spent_nanos integer not null
) strict;

insert into account (id, spent_nanos) select 1, coalesce(sum(spend_nanos), 0) from task;
drop index task_spend;
