import { describe, expect, it } from 'vitest';
import { judgeWalk } from '../../../../src/probe/journey/judge-walk.ts';
import { HOST, resource, seen } from './seen.ts';

const judge = (more: Parameters<typeof seen>[0]) => judgeWalk(seen(more), [HOST]);

describe('a journey', () => {
  it('is passed when it came to its end, with what it did as evidence', () => {
    expect(judge({ notes: { found: 3 } })).toEqual({
      status: 'passed',
      evidence: { steps: ['open the front page'], requests: 1, notes: { found: 3 } },
    });
  });

  it.each([
    ['an expectation', 'Error: expect(locator).toBeVisible() failed Locator: getByRole(heading)'],
    ['an expectation of an older kind', 'Error: Timed out 5000ms waiting for expect(locator).toBeVisible()'],
    ['a click that finds nothing', 'TimeoutError: locator.click: Timeout 10000ms exceeded.'],
    ['a page that does not load', 'Error: page.goto: net::ERR_NAME_NOT_RESOLVED at https://shop.example/'],
    ['a download that never comes', 'TimeoutError: page.waitForEvent: Timeout 10000ms exceeded.'],
  ])('is failed by %s, and names the step and the page', (_, error) => {
    expect(judge({ error, brokenStep: 'order a book' })).toMatchObject({
      status: 'failed',
      message: `The journey breaks in "order a book" at https://shop.example/orders: ${error}`,
      expected: '"order a book" can be done',
    });
  });

  it('is failed when it takes too long, or crashes the tab', () => {
    expect(judge({ timedOut: true, error: 'Test timeout of 60000ms exceeded.' })).toMatchObject({ status: 'failed' });
    expect(judge({ crashed: true, error: 'Error: locator.click: Target crashed' })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('crashed its tab'),
    });
  });

  it.each([
    ['its own code', "TypeError: Cannot read properties of undefined (reading 'name')"],
    ['a value that it was to throw', 'Error: no product was named'],
    ['a browser that is gone', 'Error: locator.click: Target page, context or browser has been closed'],
    ['the protocol', 'Error: page.goto: Protocol error (Page.navigate): Internal error'],
  ])('says nothing about the system where %s broke', (_, error) => {
    expect(judge({ error })).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });

  it('is not judged where the system limits the rate, unless it went well', () => {
    const resources = [resource({ url: `https://${HOST}/api`, status: 429 })];
    const error = 'Error: expect(locator).toBeVisible() failed';
    expect(judge({ resources, error })).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    expect(judge({ resources })).toMatchObject({ status: 'passed' });
    const elsewhere = [resource({ host: 'ads.example', status: 429 })];
    expect(judge({ resources: elsewhere, error })).toMatchObject({ status: 'failed' });
  });
});
