import type { Job } from './api-types.ts';
import { element } from './element.ts';

/** Who offers a job, where, for how much, and what it asks for. */
export function jobFacts(job: Job): HTMLElement {
  const salary = `from ${job.salary_min_eur.toLocaleString('en')} € a year`;
  const posted = element(
    'time',
    { datetime: job.posted_at },
    new Date(job.posted_at).toLocaleDateString('en', { dateStyle: 'medium' }),
  );
  return element(
    'div',
    { class: 'facts' },
    element('p', {}, `${job.company} · ${job.location}${job.remote ? ' or remote' : ''}`),
    element('p', {}, `${salary} · posted `, posted),
    element('ul', { class: 'tags', 'aria-label': 'Skills' }, ...job.skills.map((skill) => element('li', {}, skill))),
  );
}
