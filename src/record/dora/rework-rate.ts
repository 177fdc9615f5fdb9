/** Deployment rework rate: how many deployments were unplanned and happened because of an incident. */
import { round } from '../minutes.ts';
import type { Deployment, DoraMetrics } from '../schema.ts';
import { noted } from './noted.ts';

/** DORA published no levels for this one, so it is never rated. */
export function toReworkRate(deployments: readonly Deployment[]): DoraMetrics['deployment_rework_rate'] {
  const known = deployments.filter(({ isRework }) => isRework !== null);
  const rework = known.filter(({ isRework }) => isRework);
  const unknown = deployments.length - known.length;
  return {
    total_deployments: known.length,
    rework_deployments: rework.length,
    percentage: known.length === 0 ? null : round((100 * rework.length) / known.length, 1),
    rating: null,
    ...noted([
      'not rated: DORA published no levels for it',
      unknown > 0 && `of ${unknown} deployments it is not known: nobody ran, and nobody ever told of a failure here`,
    ]),
    deployments: rework.map(({ timestamp, commit, reworkReason }) => ({
      date: timestamp.slice(0, 10),
      commit,
      because: reworkReason ?? '',
    })),
  };
}
