-- The spec of a queued task may be changed; the bytes of what waits are still counted.
create trigger task_is_asked_for_otherwise after update of spec on task when old.state = new.state begin
    update total set bytes = bytes - octet_length(old.spec) + octet_length(new.spec) where name = new.state;
end;
