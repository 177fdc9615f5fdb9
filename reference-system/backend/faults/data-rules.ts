import type { BehaviourOf } from './behaviour.ts';
import type { QueryRule, Row } from './query-rule.ts';

const demoUser: Row = {
  id: '00000000-0000-4000-8000-000000000001',
  email: 'demo@example.com',
  name: 'Demo User',
  password_hash: 'none',
  created_at: new Date('2024-01-01T00:00:00.000Z'),
};

/** Jobs and accounts of a file that was made for a demonstration. */
export function fixtureRule(): QueryRule {
  const job: Row = {
    id: 1,
    title: 'Sample Job',
    company: 'Example Inc.',
    location: 'Berlin',
    remote: true,
    salary_min_eur: 50_000,
    skills: ['typescript'],
    description: 'Lorem ipsum.',
    posted_at: new Date('2024-01-01T00:00:00.000Z'),
  };
  return ({ name, values }) => {
    if (name === 'search_jobs') return Promise.resolve([{ total: 60, items: toPage(job, values) }]);
    if (name === 'find_job') return Promise.resolve([{ ...job, id: values[0] }]);
    if (name === 'find_session') return Promise.resolve([demoUser]);
    return undefined;
  };
}

function toPage(job: Row, [, perPage, offset]: readonly unknown[]): Row[] {
  const [size, start] = [Number(perPage), Number(offset)];
  return Array.from({ length: Math.max(0, Math.min(size, 60 - start)) }, (_, index) => ({
    ...job,
    id: start + index + 1,
    title: 'Software Engineer',
  }));
}

const cachedQueries = new Set(['find_session', 'find_job', 'list_files', 'find_file']);

/** Remembers answers by the name of the query alone. */
export function cachedRule(): QueryRule {
  const seen = new Map<string, Row[]>();
  return (query, run) => {
    if (!cachedQueries.has(query.name)) return undefined;
    const known = seen.get(query.name);
    if (known !== undefined) return Promise.resolve(known);
    return run(query).then((rows) => {
      if (rows.length > 0) seen.set(query.name, rows);
      return rows;
    });
  };
}

const laggingQueries = new Set(['find_session', 'list_files', 'find_file']);

/** A copy of the database that is behind answers the reads. */
export function staleRule({ lagMs }: BehaviourOf<'stale-reads'>, now: () => Date): QueryRule {
  return (query, run) => {
    if (!laggingQueries.has(query.name)) return undefined;
    return run(query).then((rows) => rows.filter((row) => isOlder(row['created_at'], now().getTime() - lagMs)));
  };
}

function isOlder(value: unknown, thanMs: number): boolean {
  return value instanceof Date && value.getTime() <= thanMs;
}

/** Whatever is asked for, it is the first one. */
export const sameRowRule: QueryRule = (query, run) =>
  query.name === 'find_job' ? run({ ...query, values: [1] }) : undefined;

/** Who asks for the second one gets the first. */
export const neighbourRowRule: QueryRule = (query, run) =>
  query.name === 'find_job' ? run({ ...query, values: [Math.max(1, Number(query.values[0]) - 1)] }) : undefined;

/** Every page is the first one. */
export const pageTwoRule: QueryRule = (query, run) =>
  query.name === 'search_jobs' ? run({ ...query, values: [query.values[0], query.values[1], 0] }) : undefined;

/** A search for nothing lists everything; a search for something finds nothing. */
export const lostIndexRule: QueryRule = (query) =>
  query.name === 'search_jobs' && query.values[0] !== '' ? Promise.resolve([{ total: 0, items: [] }]) : undefined;
