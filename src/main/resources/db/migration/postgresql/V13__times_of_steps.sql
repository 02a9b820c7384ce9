-- When the first task of a step was queued, since its chain began or was retried, and when the step ended.
alter table chain_step add column started_at bigint;
alter table chain_step add column finished_at bigint;
