/** The rating tables of the years: their borders, and their gaps by name. */
import { describe, expect, it } from 'vitest';
import { listDoraStandards, loadDoraStandard, rate } from '../../../../src/record/dora-standard.ts';

const ENOUGH = { have: 99, need: 1, of: 'things' };
const HOUR = 60;
const DAY = 1440;
const WEEK = 7 * DAY;
const MONTH = 43_830;

describe('the standards', () => {
  it('are four, each under its own name', () => {
    expect(listDoraStandards()).toEqual(['dora-2019', 'dora-2021', 'dora-2024', 'seed-legacy']);
    for (const id of listDoraStandards()) expect(loadDoraStandard(id).id).toBe(id);
  });

  it('say who made them: one is not DORA', () => {
    expect(loadDoraStandard('seed-legacy').title).toContain('not DORA');
    for (const id of ['dora-2019', 'dora-2021', 'dora-2024']) {
      expect(loadDoraStandard(id).source).toMatch(/^https:\/\/dora\.dev\//);
    }
  });

  it.each([
    ['dora-2019', 'deployment_frequency', 1.5, /^Elite/],
    ['dora-2019', 'deployment_frequency', 1, /^High/],
    ['dora-2019', 'deployment_frequency', 1 / 7, /^High/],
    ['dora-2019', 'deployment_frequency', 1 / 30, /^Medium/],
    ['dora-2019', 'deployment_frequency', 1 / 100, /^Low/],
    ['dora-2019', 'deployment_frequency', 1 / 200, /^below Low/],
    ['dora-2019', 'lead_time_for_changes', DAY - 1, /^Elite/],
    ['dora-2019', 'lead_time_for_changes', DAY, /^High/],
    ['dora-2019', 'lead_time_for_changes', MONTH, /^Low/],
    ['dora-2019', 'lead_time_for_changes', 7 * MONTH, /^below Low/],
    ['dora-2019', 'change_failure_rate', 15, /^Elite, High or Medium/],
    ['dora-2019', 'change_failure_rate', 15.1, /^between/],
    ['dora-2019', 'change_failure_rate', 46, /^Low/],
    ['dora-2019', 'change_failure_rate', 61, /^below Low/],
    ['dora-2019', 'time_to_restore_service', HOUR, /^High or Medium/],
    ['dora-2019', 'time_to_restore_service', 2 * DAY, /^between/],
    ['dora-2019', 'time_to_restore_service', WEEK, /^Low/],
    ['dora-2021', 'deployment_frequency', 1, /^between/],
    ['dora-2021', 'deployment_frequency', 1 / 7, /^High/],
    ['dora-2021', 'deployment_frequency', 1 / 40, /^Medium/],
    ['dora-2021', 'deployment_frequency', 1 / 200, /^Low/],
    ['dora-2021', 'lead_time_for_changes', HOUR - 1, /^Elite/],
    ['dora-2021', 'lead_time_for_changes', HOUR, /^between/],
    ['dora-2021', 'lead_time_for_changes', DAY, /^High/],
    ['dora-2021', 'lead_time_for_changes', 2 * WEEK, /^between/],
    ['dora-2021', 'lead_time_for_changes', MONTH, /^Medium/],
    ['dora-2021', 'lead_time_for_changes', 6 * MONTH, /^Low/],
    ['dora-2021', 'change_failure_rate', 15, /^Elite/],
    ['dora-2021', 'change_failure_rate', 16, /^High, Medium or Low/],
    ['dora-2021', 'change_failure_rate', 30.1, /^below Low/],
    ['dora-2021', 'time_to_restore_service', DAY, /^Medium/],
    ['dora-2021', 'time_to_restore_service', WEEK, /^between/],
    ['dora-2024', 'change_failure_rate', 10, /^does not meet Elite/],
    ['dora-2024', 'change_failure_rate', 20, /^does not meet Elite/],
  ] as const)('%s rates %s of %d', (id, metric, value, expected) => {
    expect(rate(value, ENOUGH, loadDoraStandard(id)[metric].bands).rating).toMatch(expected);
  });
});
