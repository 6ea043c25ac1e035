-- Expiry of sessions in which nothing happens (R14).

-- When the program must look at a session next: to announce that it expires, or to let it expire. Empty once it is over, and
-- for a session of which that is not known: one that an earlier version of the program left open.
alter table session add column due_at bigint;
create index session_due on session (due_at) where closed_at is null;
