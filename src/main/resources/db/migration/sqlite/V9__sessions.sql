-- A task may go on in a conversation that some task has been in.
create index task_session on task (session_id) where session_id is not null;
