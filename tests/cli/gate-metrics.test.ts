/** `gate10 gate` in a process of its own, and a real Prometheus: within the bounds, beyond them, and gone. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { releaseStand, STAND_POLICY } from '../unit/cli/release-stand.ts';
import { isPrometheusInstalled, startPrometheus } from './support/prometheus.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');
const share = (job: string): string =>
  `sum(increase(requests_total{job="${job}",code="500"}[1h])) / sum(increase(requests_total{job="${job}"}[1h]))`;

describe.runIf(isPrometheusInstalled)('gate10 gate and a real Prometheus', () => {
  it('opens within the bounds, blocks beyond them, and cannot judge without it', async () => {
    const prometheus = await startPrometheus({
      history: [{ job: 'shop', at: () => ({ good: 99, bad: 1 }) }],
      days: 1,
    });
    try {
      const stand = await releaseStand();
      const run = (...args: string[]) => {
        const env = { PATH: process.env['PATH'], NO_COLOR: '1', GATE10_PROMETHEUS_URL: prometheus.url };
        const options = { cwd: stand.folder, encoding: 'utf8', env } as const;
        const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options);
        return { status, stdout, stderr };
      };
      const gateWith = async (...metrics: readonly object[]) => {
        stand.write('contracts/policy.yaml', JSON.stringify({ ...STAND_POLICY, gate: { metrics } }));
        const approve = ['approve', '--role', 'engineering', '--key', 'keys/bob.pem'];
        for (const args of [['scorecard'], ['manifest', '--release', 'v1'], approve])
          expect(await stand.gate10(...args)).toMatchObject({ code: 0 });
        return run('gate');
      };
      const errors = { name: 'error-rate', query: share('shop') };
      const both = [
        { ...errors, max: 0.02 },
        { name: 'scraped', query: 'count(requests_total)', min: 2 },
      ];

      const broken = await gateWith(
        { ...errors, max: 0.005 },
        { name: 'nobody', query: share('nobody'), max: 1 },
        { name: 'several', query: 'requests_total', min: 0 },
        { name: 'wrong', query: 'sum(', max: 1 },
        { name: 'infinite', query: 'vector(1) / 0', min: 0 },
        { name: 'not-a-vector', query: 'requests_total[5m]', min: 0 },
      );
      expect(broken, broken.stdout).toMatchObject({ status: 1, stderr: '' });
      expect(broken.stdout).toMatch(/✗ metrics +error-rate is 0\.0\d+ \(at most 0\.005\)\. Asked of embedded: sum\(/);
      expect(broken.stdout).toMatch(/\? metrics +nobody: it has no sample/);
      expect(broken.stdout).toMatch(/\? metrics +several: it has 2 series where one is needed/);
      expect(broken.stdout).toMatch(/\? metrics +wrong: .*parse error/);
      expect(broken.stdout).toMatch(/\? metrics +infinite: its value is \+Inf, no number/);
      expect(broken.stdout).toMatch(/\? metrics +not-a-vector: it answers a matrix, not a vector/);

      const open = await gateWith(...both);
      expect(open, open.stdout).toMatchObject({ status: 0, stderr: '' });
      expect(open.stdout).toMatch(/✓ metrics +scraped is 2 \(at least 2\)/);

      await prometheus.stop();
      const gone = run('gate');
      expect([gone.status, gone.stdout]).toEqual([3, expect.stringContaining('error-rate: it gives no answer')]);
      expect(gone.stdout).toMatch(/scraped: it gives no answer.*Asked of embedded: count\(requests_total\)/);
    } finally {
      await prometheus.stop();
    }
  });
});
