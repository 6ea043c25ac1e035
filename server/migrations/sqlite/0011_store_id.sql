-- Which file of data and which file of keys belong together. One row, made at the first start: the random id of this file, that of
-- keys.db, and how often the program has started with both. The file of keys is counted first, so it is never behind.
create table store_id (
    id integer primary key check (id = 1),
    own blob not null check (length(own) = 16),
    other blob not null check (length(other) = 16),
    starts bigint not null check (starts >= 0)
);
