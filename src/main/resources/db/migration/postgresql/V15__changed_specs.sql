-- The spec of a queued task may be changed; the bytes of what waits are still counted.
create trigger task_is_asked_for_otherwise after update of spec on task for each row
    when (old.state = new.state and old.spec <> new.spec) execute function count_task();
