-- Keys of the program itself, by name. `device`: seals the cookie by which a browser is known again.
create table own_key (
    name text not null primary key,
    secret blob not null check (length(secret) = 32)
);
