/** What each format of export becomes, from samples in the shape of its makers' documentation (docs/import.md). */
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../../src/ledger/parse-event.ts';
import { deploymentHistory } from '../../../../src/record/import/deployment-history.ts';
import { devlake } from '../../../../src/record/import/devlake.ts';
import { fourkeys } from '../../../../src/record/import/fourkeys.ts';
import { githubDeployments } from '../../../../src/record/import/github-deployments.ts';
import { githubReleases } from '../../../../src/record/import/github-releases.ts';
import { FORMATS, importText, sampleText, sha } from './import-sample.ts';

/** The first record of a sample, whatever it is laid out as. */
function importable(text: string): Record<string, unknown>[] {
  return text.startsWith('[') ? JSON.parse(text) : [JSON.parse(text.split('\n')[0] ?? '')];
}

const problemsOf = (text: string, format: (typeof FORMATS)[number]) =>
  importText(text, format).problems.map(({ line, path, what }) => `${line} ${path}: ${what}`);

describe('github-deployments', () => {
  it.each([
    'github-deployments.json',
    'github-deployments-pages.txt',
    'github-deployments-slurped.json',
    'github-deployments.jsonl',
  ])('reads %s', (name) => {
    const { events, leftOut, problems } = importText(sampleText(name), githubDeployments);
    expect(problems).toEqual([]);
    expect(
      events.map((event) => 'outcome' in event && [event.commit.slice(0, 2), event.outcome, event.deployedAt]),
    ).toEqual([
      ['e5', 'unjudged', '2025-06-01T10:00:00.000Z'],
      ['a1', 'succeeded', '2026-01-05T10:04:00.000Z'],
      ['b2', 'failed', '2026-01-06T10:03:00.000Z'],
      ['f6', 'succeeded', '2026-01-08T10:30:00.000Z'],
    ]);
    expect(Object.fromEntries(leftOut)).toEqual({ 'of the environment "staging"': 1, 'without a final status': 1 });
  });

  it('keeps whose word it is', () => {
    const { events, from } = importText(sampleText('github-deployments.json'), githubDeployments);
    expect(events[1]).toEqual({
      type: 'deployment.recorded',
      id: 'github:1001',
      system: 'shop',
      environment: 'production',
      commit: sha('a1'),
      deployedAt: '2026-01-05T10:04:00.000Z',
      outcome: 'succeeded',
      claimed: 'release of the week',
      told: { source: 'github', by: 'octo-deployer', url: 'https://api.github.com/repos/shop/web/deployments/1001' },
    });
    expect(from).toEqual(['https://api.github.com/repos/shop/web']);
  });

  it('takes no deployment for a good one without its statuses', () => {
    const [record] = JSON.parse(sampleText('github-deployments.json'));
    delete record.statuses;
    expect(problemsOf(JSON.stringify([record]), githubDeployments)).toEqual([
      '1 statuses: the deployment comes without its statuses',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['id', { a: 1 }, '1 id: a record is no text'],
    ['sha', 1e9, '1 sha: the commit is the number 1000000000: a tool on the way took the commit for a number'],
    ['sha', 'main', '1 sha: the commit is "main"'],
    ['created_at', '2026-02-30T00:00:00Z', '1 created_at: "2026-02-30T00:00:00Z" is no time of the calendar'],
    ['environment', null, '1 environment: it is missing'],
    [
      'statuses',
      [{ state: 'sucess', created_at: '2026-01-05T10:04:00Z' }],
      '1 statuses.0.state: "sucess" is not known',
    ],
    ['statuses', [{ state: 'success' }], '1 statuses.0.created_at: it is missing'],
    ['statuses', ['success'], '1 statuses.0: "success" is not a record'],
    ['statuses', 'success', '1 statuses: "success" is no list'],
  ])('refuses %s %j', (field, value, said) => {
    const [record] = JSON.parse(sampleText('github-deployments.json'));
    const [first] = problemsOf(JSON.stringify({ ...record, [field]: value }), githubDeployments);
    expect(first).toContain(said);
  });
});

describe('github-releases', () => {
  it('knows that something was published, and not that it works', () => {
    const { events, leftOut, problems } = importText(sampleText('github-releases.json'), githubReleases);
    expect(problems).toEqual([]);
    expect(events).toMatchObject([
      { id: 'github-release:21', commit: sha('a1'), outcome: 'unjudged', deployedAt: '2026-01-05T12:00:00.000Z' },
      { id: 'github-release:22', commit: 'v1.3.0', outcome: 'unjudged', deployedAt: '2026-01-12T12:00:00.000Z' },
    ]);
    expect(Object.fromEntries(leftOut)).toEqual({ 'a draft': 1, 'a pre-release': 1 });
  });

  it('refuses a release that was published at no time', () => {
    const [record] = JSON.parse(sampleText('github-releases.json'));
    expect(problemsOf(JSON.stringify({ ...record, published_at: null }), githubReleases)).toEqual([
      '1 published_at: it is missing',
    ]);
  });
});

describe('devlake', () => {
  it('reads deployments by commit, incidents, and issues that are incidents', () => {
    const { events, leftOut, problems, from } = importText(sampleText('devlake.jsonl'), devlake);
    expect(problems).toEqual([]);
    expect(events).toMatchObject([
      { commit: sha('a1'), outcome: 'succeeded', deployedAt: '2026-01-05T10:04:00.000Z', told: { source: 'devlake' } },
      { commit: sha('b2'), outcome: 'failed', deployedAt: '2026-01-06T09:04:00.000Z' },
      {
        title: 'checkout answers 500',
        openedAt: '2026-01-06T10:10:00.000Z',
        resolvedAt: '2026-01-06T11:00:00.000Z',
        severity: 'P1',
      },
      { commit: sha('e5'), outcome: 'unjudged' },
      { title: 'search is slow', openedAt: '2026-01-08T10:10:00.000Z' },
    ]);
    expect(Object.fromEntries(leftOut)).toEqual({
      'of the environment "STAGING"': 1,
      'not finished': 1,
      'an issue that is no incident': 1,
    });
    expect(from).toEqual(['https://github.com/shop/web', 'https://github.com/shop/api']);
  });

  it.each<[string, object, string]>([
    [
      'a row of cicd_deployments',
      { id: 'x', cicd_scope_id: 'y', result: 'SUCCESS' },
      'a deployment without its commit',
    ],
    ['a row of another table', { id: 'x', author_id: 'y' }, 'this is no row that is known here'],
    [
      'a result that is none',
      { id: 'x', commit_sha: sha('a1'), result: 'MAYBE', environment: 'PRODUCTION' },
      '"MAYBE" is not known',
    ],
    [
      'an end before the beginning',
      { id: 'x', incident_key: '1', created_date: '2026-01-06 10:10:00', resolution_date: '2026-01-06 10:09:59' },
      'the incident ended before it began',
    ],
    [
      'the zero time of Go',
      { id: 'x', incident_key: '1', created_date: '0001-01-01T00:00:00Z' },
      '"0001-01-01T00:00:00Z"',
    ],
  ])('refuses %s', (_, row, said) => {
    expect(problemsOf(JSON.stringify(row), devlake)[0]).toContain(said);
  });
});

describe('fourkeys', () => {
  it('reads deployments with the time of their commit, and incidents with their cause', () => {
    const { events, leftOut, problems } = importText(sampleText('fourkeys.jsonl'), fourkeys);
    expect(problems).toEqual([]);
    expect(events).toMatchObject([
      { id: 'fourkeys:github:d-1', commit: sha('a1'), outcome: 'succeeded', commitTime: '2026-01-05T08:00:00.000Z' },
      { id: 'fourkeys:github:d-2', commit: sha('b2'), deployedAt: '2026-01-06T10:04:00.123Z' },
      {
        id: 'fourkeys:github:77',
        commit: sha('b2'),
        resolvedAt: '2026-01-06T11:00:00.000Z',
        title: 'incident github:77',
      },
      { id: 'fourkeys:pagerduty:PX1', openedAt: '2026-01-08T10:04:00.000Z' },
    ]);
    expect(events[1]).not.toHaveProperty('commitTime');
    expect(events[3]).not.toHaveProperty('resolvedAt');
    expect(Object.fromEntries(leftOut)).toEqual({ 'a change that is no commit': 1 });
  });

  it('does not take a change that is later than its deployment for that commit’s time', () => {
    const row = { change_id: sha('a1'), time_created: '2026-01-05 11:00:00 UTC' };
    const deployment = { deploy_id: 'd', main_commit: sha('a1'), time_created: '2026-01-05 10:04:00 UTC' };
    const { events } = importText(`${JSON.stringify(row)}\n${JSON.stringify(deployment)}\n`, fourkeys);
    expect(events[0]).not.toHaveProperty('commitTime');
  });

  it('refuses a row of another table', () => {
    expect(problemsOf('{"id":1,"source":"github"}', fourkeys)).toEqual([
      '1 deploy_id: this is no row that is known here',
    ]);
  });
});

describe('deployment-history', () => {
  it('reads the lines of the seeds and those of gate10', () => {
    const { events, leftOut, problems } = importText(sampleText('deployment_history.jsonl'), deploymentHistory);
    expect(problems).toEqual([]);
    expect(events).toMatchObject([
      { commit: 'a1a1a1a', outcome: 'succeeded', told: { source: 'deployment-history' } },
      {
        commit: '1e57859',
        outcome: 'failed',
        deployedAt: '2026-01-09T18:25:00.000Z',
        reality: 'Endpoints returned 404 - deployment not complete',
        claimed: 'Semantic match upgrade complete',
        timeToDetectMinutes: 30,
      },
      { commit: '1.4.0', outcome: 'unjudged', deployedAt: '2026-01-10T09:59:00.000Z', previousCommit: '1.3.0' },
    ]);
    expect(Object.fromEntries(leftOut)).toEqual({ 'of the environment "staging"': 1 });
  });

  it('leaves out what a run of this history stands behind', () => {
    const text = sampleText('deployment_history.jsonl');
    const { events, leftOut } = importText(text, deploymentHistory, { isKnownRun: (runId) => runId === 'r9' });
    expect(events).toHaveLength(2);
    expect(leftOut.get('of a run that this history holds')).toBe(1);
  });

  it.each<[string, string]>([
    [
      '{"timestamp":"2026-01-05T10:04:00Z","commit":1e57859,"success":true}',
      'commit: the commit is the number Infinity: a tool',
    ],
    [
      '{"timestamp":"2026-01-05T10:04:00Z","commit":"1e+57859","success":true}',
      'commit: the commit is "1e+57859": a tool',
    ],
    ['{"timestamp":"2026-01-05T10:04:00Z","commit":"1e57859"}', 'success: it is missing'],
    [
      '{"timestamp":"2026-01-05T10:04:00Z","commit":"1e57859","success":"true"}',
      'success: "true" is neither true nor false',
    ],
    [
      '{"timestamp":"2026-01-05T10:04:00","commit":"1e57859","success":true}',
      'timestamp: "2026-01-05T10:04:00" does not say in which zone',
    ],
    [
      '{"timestamp":"2026-03-05T10:04:00Z","commit":"1e57859","success":true}',
      'timestamp: "2026-03-05T10:04:00Z" is in the future',
    ],
    ['{"timestamp":"2026-01-05T10:04:00Z","commit":"$(id)","success":true}', 'commit: the commit is "$(id)"'],
    [
      '{"timestamp":"2026-01-05T10:04:00Z","commit":"1e57859","success":true,"time_to_detect_minutes":-1}',
      'time_to_detect_minutes: -1 is no number',
    ],
  ])('refuses %s', (line, said) => {
    const found = problemsOf(
      `{"timestamp":"2026-01-05T10:04:00Z","commit":"a1a1a1a","success":true}\n${line}\n`,
      deploymentHistory,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`2 ${said}`);
  });

  it('counts the same line once, and refuses two words about one deployment', () => {
    const line = (success: boolean) => `{"timestamp":"2026-01-05T10:04:00Z","commit":"a1a1a1a","success":${success}}\n`;
    expect(importText(line(true) + line(true), deploymentHistory)).toMatchObject({ repeated: 1, invalid: 0 });
    expect(problemsOf(line(true) + line(false), deploymentHistory)).toEqual([
      '2 undefined: "history:a1a1a1a@2026-01-05T10:04:00.000Z" is told in another way in line 1',
    ]);
  });
});

describe('every format', () => {
  const names = [
    'github-deployments.json',
    'github-releases.json',
    'devlake.jsonl',
    'fourkeys.jsonl',
    'deployment_history.jsonl',
  ];
  const samples = FORMATS.map((format, index) => [format.name, format, sampleText(names[index] ?? '')] as const);

  it.each(samples)('%s gives events that the history takes, in order of time', (_, format, text) => {
    const { events } = importText(text, format);
    for (const event of events) expect(parseEvent(event).data).toEqual(event);
    expect(events.length).toBeGreaterThan(1);
  });

  it.each(samples)('%s gives the same keys every time, and other keys for another content', (_, format, text) => {
    const keys = importText(text, format).entries.map(({ key }) => key);
    expect(importText(text, format).entries.map(({ key }) => key)).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
    const elsewhere = importText(text, format, { system: 'blog' }).entries.map(({ key }) => key);
    expect(elsewhere.filter((key) => keys.includes(key))).toEqual([]);
  });

  it.each(samples)('%s refuses what is nested too deep for any stack, and does not fall over it', (_, format, text) => {
    const [record] = importable(text);
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const name of Object.keys(record ?? {})) {
      const line = JSON.stringify({ ...record, [name]: '<deep>' }).replace('"<deep>"', deep);
      expect(importText(`${line}\n`, format).records).toBe(1);
    }
  });

  it('lists a hundred problems and counts all', () => {
    const { problems, invalid } = importText('{"a":1}\n'.repeat(500), fourkeys);
    expect(invalid).toBe(500);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)?.what).toBe('500 records are wrong; the rest is not listed');
  });
});
