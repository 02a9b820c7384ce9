-- What is limited in bytes is counted here, and long answers are read task by task.

-- The tasks that are elements of a fan-out, in the order of its request.
create index task_fan_out_element on task (fan_out_id, id, chain_id)
    where fan_out_id is not null and chain_id is null;
