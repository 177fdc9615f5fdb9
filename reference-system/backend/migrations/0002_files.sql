create table files (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  content_type text not null,
  size_bytes integer not null check (size_bytes >= 0),
  sha256 text not null,
  created_at timestamptz not null default now()
);
create index files_user on files (user_id, created_at desc);
