-- The ended fan-out whose failed elements a fan-out repeats; it may be deleted by now.
alter table fan_out add column retry_of text;
