create table jobs (
  id integer primary key,
  title text not null,
  company text not null,
  location text not null,
  remote boolean not null,
  salary_min_eur integer not null,
  skills text[] not null,
  description text not null,
  posted_at timestamptz not null,
  search_text text not null
);

-- Sixty jobs from five lists of different lengths: the same rows on every server, each combination once.
insert into jobs (id, title, company, location, remote, salary_min_eur, skills, description, posted_at, search_text)
select
  n, title, company, location, n % 3 = 0, 42000 + n * 500, skills,
  title || ' at ' || company || ' in ' || location || '.',
  timestamptz '2026-09-01 08:00:00+00' + n * interval '1 day',
  lower(title || ' ' || company || ' ' || location || ' ' || array_to_string(skills, ' '))
from (
  select
    n,
    (array['Backend Engineer', 'Frontend Engineer', 'Data Analyst', 'Site Reliability Engineer', 'Product Designer'])[1 + n % 5] as title,
    (array['Alder Works', 'Birch Labs', 'Cedar Systems', 'Dogwood Health', 'Elm Logistics', 'Fir Mobility', 'Ginkgo Energy'])[1 + n % 7] as company,
    (array['Berlin', 'Hamburg', 'Leipzig', 'Munich'])[1 + n % 4] as location,
    case n % 5
      when 0 then array['typescript', 'postgresql', 'http']
      when 1 then array['typescript', 'css', 'accessibility']
      when 2 then array['sql', 'python', 'statistics']
      when 3 then array['linux', 'prometheus', 'networking']
      else array['research', 'prototyping', 'typography']
    end as skills
  from generate_series(1, 60) as n
) as seed;

create index jobs_posted on jobs (posted_at desc, id);
