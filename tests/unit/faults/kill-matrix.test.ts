import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/run/schema.ts';
import { type ContractNames, checkKind } from '../../faults/check-kind.ts';
import { killMatrix } from '../../faults/kill-matrix.ts';

const names: ContractNames = {
  promises: new Set(['storage.file-comes-back']),
  names: ['app-may-log-in', '/search?query=x', 'app-api', 'api', 'app', '/'],
};

describe('the kind of a check', () => {
  it.each([
    ['tls.app.mosaic.test.expiry', 'tls.*.expiry'],
    ['dns.api.mosaic.test', 'dns.*'],
    ['cors.app-may-log-in.refuse.null', 'cors.*.refuse.*'],
    ['cors.app-may-log-in.allow.https://app.mosaic.test', 'cors.*.allow.*'],
    ['integration.app-api./jobs?query=engineer', 'integration.*'],
    ['endpoints.api.GET /jobs/{id}', 'endpoints.*'],
    ['endpoints.api.GET /jobs/{id}.invalid-input', 'endpoints.*.invalid-input'],
    ['endpoints.app.GET /v1.2/jobs', 'endpoints.*'],
    ['dns.api.mosaic.test@127.0.0.1:42067', 'dns.*@*'],
    ['storage.file-comes-back.replica-2.undone', '*.undone'],
    ['endpoints.new', 'endpoints.new'],
    ['endpoints.new.app.POST /rerank', 'endpoints.new.*'],
    ['runtime.health.api.replica-2', 'runtime.health.*.replica-*'],
    ['frontend./.assets', 'frontend.*.assets'],
    ['frontend./search?query=x.assets', 'frontend.*.assets'],
    ['storage.file-comes-back', 'storage.file-comes-back'],
    ['storage.file-comes-back.undone', '*.undone'],
    ['environment.AI_API_KEY', 'environment.*'],
    ['environment.TZ', 'environment.*'],
    ['dns.app.mosaic.test.CAA', 'dns.*.CAA'],
    ['code-authority.served-commit', 'code-authority.served-commit'],
  ])('of %s is %s', (id, kind) => {
    expect(checkKind(id, names)).toBe(kind);
  });
});

/** A record with these rows: layer and status by id. */
function record(rows: Readonly<Record<string, 'passed' | 'failed' | 'warned'>>): RunRecord {
  const at = '2026-01-01T00:00:00.000Z';
  const of = (id: string) => ({ id, layer: id.split('.')[0] as 'tls', title: id, severity: 'P0' as const });
  return {
    ...{ schema: 'gate10/run/v1', runId: 'r', kind: 'check', system: 's', environment: 'e', frontDoor: 'f' },
    ...{ expected: { commit: 'c' }, commit: {}, startedAt: at, endedAt: at },
    runner: { name: 'x', version: '', node: '', argv: [] },
    plan: {
      ...{ schema: 'gate10/plan/v1', system: 's', environment: 'e', expected: { commit: 'c' }, newOperations: [] },
      rows: Object.keys(rows).map((id) => ({ ...of(id), by: 'engine' as const })),
      ...{ contractDigest: 'x', digest: 'y' },
    },
    rows: Object.entries(rows).map(([id, status]) => ({ ...of(id), status, at, durationMs: 1 })),
    ...{ slis: [], identity: [], integrity: [], controls: { good: 'passed', bad: 'failed' } },
    layers: { tls: 'declared', dns: 'declared' },
  };
}

describe('the kill matrix', () => {
  const due = { expect: 'failed', layer: 'tls' } as const;
  const trial = (name: string, rows: Parameters<typeof record>[0]) => ({ name, due, record: record(rows), output: '' });

  it('names a check that a trial needs, and one that only repeats another as decoration', () => {
    const trials = [
      trial('only chain sees it', { 'tls.chain': 'failed', 'tls.name': 'passed', 'dns.a': 'passed' }),
      trial('chain and name see it', { 'tls.chain': 'failed', 'tls.name': 'failed', 'dns.a': 'passed' }),
    ];
    const lines = killMatrix(trials, (id) => id);
    expect(lines.map(({ kind, spokeIn, needs }) => [kind, spokeIn, needs.map(({ name }) => name)])).toEqual([
      ['dns.a', 0, []],
      ['tls.chain', 2, ['only chain sees it']],
      ['tls.name', 1, []],
    ]);
  });

  it('counts a trial that would be called by another name as one that needs the check', () => {
    const lines = killMatrix([trial('misnamed', { 'tls.chain': 'failed', 'dns.a': 'failed' })], (id) => id);
    expect(lines.find(({ kind }) => kind === 'tls.chain')?.needs).toEqual([{ name: 'misnamed', grade: 'misnamed' }]);
    expect(lines.find(({ kind }) => kind === 'dns.a')?.needs).toEqual([]);
  });

  it('takes a whole kind out at once', () => {
    const rows = { 'tls.a.expiry': 'failed', 'tls.b.expiry': 'failed', 'dns.a': 'passed' } as const;
    const [, kind] = killMatrix([trial('both hosts', rows)], (id) => (id.startsWith('tls') ? 'tls.*.expiry' : id));
    expect(kind?.needs).toHaveLength(1);
  });
});
