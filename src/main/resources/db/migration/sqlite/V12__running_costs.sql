-- The running cost of an attempt is only of use until the attempt is settled; older versions kept it.
delete from ledger as running
where kind = 'RUNNING'
  and exists (select 1 from ledger as settled
              where settled.task_id = running.task_id and settled.attempt = running.attempt and settled.kind = 'SETTLED');
