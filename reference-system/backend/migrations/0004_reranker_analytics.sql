create table rerank_feedback (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  query text not null,
  best_document text not null,
  score double precision not null,
  created_at timestamptz not null default now()
);

create table analytics_events (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  kind text not null check (kind in ('login', 'upload', 'chat', 'rerank')),
  created_at timestamptz not null default now()
);
create index analytics_events_user on analytics_events (user_id, created_at);
