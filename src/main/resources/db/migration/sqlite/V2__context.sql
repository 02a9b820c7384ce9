create table context_entry (
    key        text    not null primary key,
    value      text    not null,                     -- a JSON string: not every engine stores U+0000 as it is
    updated_at integer not null
) strict;
