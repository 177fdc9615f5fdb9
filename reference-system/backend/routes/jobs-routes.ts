import type { Backend, Handlers } from '../backend.ts';
import { ProblemError } from '../problems.ts';

interface JobRow {
  id: number;
  title: string;
  company: string;
  location: string;
  remote: boolean;
  salary_min_eur: number;
  skills: string[];
  description: string;
  posted_at: Date;
}

const COLUMNS = 'id, title, company, location, remote, salary_min_eur, skills, description, posted_at';

/** The searchable table of jobs. */
export function toJobsHandlers(backend: Backend): Handlers {
  const { database } = backend;
  return {
    searchJobs: async (request) => {
      const { query, page, per_page: perPage } = request.query as { query: string; page: number; per_page: number };
      // One statement gives the page and the total, also for a page behind the last.
      const [row] = await database.query<{
        total: number;
        items: (Omit<JobRow, 'posted_at'> & { posted_at: string })[];
      }>(
        'search_jobs',
        `with found as (select ${COLUMNS} from jobs where strpos(search_text, lower($1)) > 0)
         select (select count(*)::int from found) as total,
           coalesce((select json_agg(page) from
             (select * from found order by posted_at desc, id limit $2 offset $3) as page), '[]') as items`,
        [query, perPage, (page - 1) * perPage],
      );
      const items = (row?.items ?? []).map((item) => ({ ...item, posted_at: new Date(item.posted_at).toISOString() }));
      return { items, total: row?.total ?? 0, page, per_page: perPage };
    },
    getJob: async (request) => {
      const { id } = request.params as { id: number };
      const [row] = await database.query<JobRow>('find_job', `select ${COLUMNS} from jobs where id = $1`, [id]);
      if (row === undefined) throw new ProblemError('job-not-found', { detail: `There is no job ${id}.` });
      return { ...row, posted_at: row.posted_at.toISOString() };
    },
  };
}
