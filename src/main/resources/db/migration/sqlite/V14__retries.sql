-- The ended task that a task repeats; it may be deleted by now.
alter table task add column retry_of text;
