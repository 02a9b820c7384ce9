-- The tags of what an event is about, each between two spaces, so that events can be followed by tag.
alter table event add column tags text;
