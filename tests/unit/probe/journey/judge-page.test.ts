import { describe, expect, it } from 'vitest';
import { judgeAccessibility } from '../../../../src/probe/journey/judge-accessibility.ts';
import { judgeComplaints } from '../../../../src/probe/journey/judge-complaints.ts';
import type { JourneyObservation, Violation } from '../../../../src/probe/journey/schema.ts';
import { HOST, resource, seen } from './seen.ts';

const label: Violation = { rule: 'label', impact: 'critical', help: 'Fields have labels', targets: ['#name'] };
const fails = ['serious', 'critical'] as const;
const looking = (...violations: Violation[]) => ({ looks: [{ place: '/register', violations }] });
const accessible = (looks: Pick<JourneyObservation, 'looks'>, baseline: object[] = [], isWhole = true) =>
  judgeAccessibility(looks, { fails: [...fails], baseline: baseline as never }, isWhole);

describe('accessibility', () => {
  it('is failed by what is grave, naming place, rule and element', () => {
    expect(accessible(looking(label))).toMatchObject({
      status: 'failed',
      message: '/register: Fields have labels (label, critical): #name',
    });
  });

  it('is passed with what is light, or known, and counts it', () => {
    expect(accessible(looking({ ...label, impact: 'moderate' }))).toMatchObject({
      status: 'passed',
      evidence: { lighter: 1 },
    });
    expect(accessible(looking(label), [{ rule: 'label', why: 'being mended' }])).toMatchObject({ status: 'passed' });
  });

  it('takes a baseline for an element for that element alone', () => {
    const both = { ...label, targets: ['#name', '#mail'] };
    const known = [{ rule: 'label', target: '#name', why: 'being mended' }];
    expect(accessible(looking(both), known)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/: #mail$/),
    });
    expect(accessible(looking(label), known)).toMatchObject({ status: 'passed' });
  });

  it.each([
    ['nothing was looked at', { looks: [] }, true, 'not-run'],
    ['the journey broke on its way', looking(), false, 'not-run'],
    ['a place could not be looked at', { looks: [{ place: '/', violations: [], error: 'no axe' }] }, true, 'blind'],
  ])('is not known where %s', (_, looks, isWhole, reason) => {
    expect(accessible(looks, [], isWhole)).toMatchObject({ status: 'inconclusive', reason });
  });
});

const complaints = (more: Partial<JourneyObservation>, consoleBaseline: string[] = [], isWhole = true) =>
  judgeComplaints(seen(more), { hosts: [HOST], consoleBaseline }, isWhole);
const consoleError = (text: string) => ({ console: [{ level: 'error' as const, text, url: '' }] });

describe('complaints', () => {
  it.each<[string, Partial<JourneyObservation>, RegExp]>([
    ['an exception', { exceptions: ['TypeError: x is undefined'] }, /^uncaught: TypeError/],
    ['an error on the console', consoleError('Cart is broken'), /^console: Cart is broken$/],
    [
      'a violated policy',
      { cspViolations: [{ directive: 'img-src', blocked: 'https://a.example', reportOnly: false }] },
      /img-src blocks/,
    ],
    [
      'an answer of 5xx',
      { resources: [resource({ status: 503, method: 'POST' })] },
      /^POST https:\/\/shop.example\/ answered 503$/,
    ],
    [
      'a request that fails',
      { resources: [resource({ status: null, failure: 'net::ERR_CONNECTION_REFUSED' })] },
      /failed: net::ERR_CONNECTION/,
    ],
  ])('are failed by %s', (_, more, message) => {
    expect(complaints(more)).toMatchObject({ status: 'failed', message: expect.stringMatching(message) });
  });

  it.each<[string, Partial<JourneyObservation>]>([
    [
      'a refusal that the browser notes',
      consoleError('Failed to load resource: the server responded with a status of 401 ()'),
    ],
    ['a request that was left', { resources: [resource({ status: null, failure: 'net::ERR_ABORTED' })] }],
    ['a policy that only reports', { cspViolations: [{ directive: 'img-src', blocked: 'x', reportOnly: true }] }],
    ['the trouble of others', { resources: [resource({ host: 'ads.example', status: 503 })] }],
    ['a warning', { console: [{ level: 'warning', text: 'old', url: '' }] }],
  ])('are passed with %s', (_, more) => {
    expect(complaints(more)).toMatchObject({ status: 'passed' });
  });

  it('are passed with what the contract knows, and not known where the journey broke', () => {
    expect(complaints(consoleError('Cart is broken'), ['Cart is'])).toMatchObject({ status: 'passed' });
    expect(complaints({}, [], false)).toMatchObject({ status: 'inconclusive', reason: 'not-run' });
    expect(complaints({ truncated: true })).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
  });
});
