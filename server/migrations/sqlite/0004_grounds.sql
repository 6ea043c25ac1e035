-- The table of grounds an administrator put in place of the standard one (C2): the file as it was written, the latest counts.
create table ground_table (
    number integer primary key,
    put_at bigint not null,
    toml text not null
);

-- How many days an organisation keeps what it received for one task, where that differs from its usual term (C5): in JSON,
-- by the code of the task.
alter table organisation add column task_retention text not null default '{}';
