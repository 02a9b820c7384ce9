-- By its number a transaction whose commit failed is recognized as committed all the same.
create table last_commit (
  number integer not null
);
insert into last_commit (number) values (0);
