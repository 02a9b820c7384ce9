-- Tasks that do not expire, since a chain that has not ended goes on in their sessions.
create table kept_task (
  task_id text not null,
  flow_id text not null,
  primary key (task_id, flow_id)
);
create index kept_task_flow on kept_task (flow_id);

-- Whether an operator has paused the queue.
create table queue_pause (
  paused boolean not null
);
insert into queue_pause (paused) values (false);
