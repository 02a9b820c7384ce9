-- The tags of what an event is about, each between two spaces, so that events can be followed by tag.
alter table event add column tags text;

-- When a task came into the queue, this time; null for one that was queued before this version.
alter table task add column queued_at bigint;

-- Since when an operator has paused the queue.
alter table queue_pause add column since bigint;
