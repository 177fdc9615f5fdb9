/** `deployment_history.jsonl`: one line a deployment. */
import type { Deployment } from './schema.ts';

/**
 * The seeds' fields (`timestamp`, `commit`, `success`, `failure_reason`) and more. `success` is null where no run could
 * judge the deployment. Durations in minutes; one JSON text a line, each ended by a newline.
 */
export function toHistoryLines(deployments: readonly Deployment[]): string {
  return deployments.map((deployment) => `${JSON.stringify(toHistoryLine(deployment))}\n`).join('');
}

function toHistoryLine(deployment: Deployment): Record<string, unknown> {
  return {
    timestamp: deployment.timestamp,
    commit: deployment.commit,
    success: successOf(deployment),
    failure_reason: deployment.failure?.reality ?? null,
    system: deployment.system,
    environment: deployment.environment,
    previous_commit: deployment.previousCommit,
    verdict: deployment.verdict,
    run_ids: deployment.runIds,
    commit_time: deployment.commitTime,
    deployed_time: deployment.deployedTime,
    lead_time_minutes: deployment.leadTimeMinutes,
    ...(deployment.leadTimeNote === null ? {} : { lead_time_note: deployment.leadTimeNote }),
    time_to_detect_minutes: deployment.failure?.timeToDetectMinutes ?? null,
    known_by: deployment.knownBy,
    failed_because: deployment.failures.map(({ how, what }) => `${how}: ${what}`),
    rework: deployment.isRework,
  };
}

export function successOf(deployment: Pick<Deployment, 'outcome'>): boolean | null {
  switch (deployment.outcome) {
    case 'succeeded':
      return true;
    case 'failed':
      return false;
    case 'unjudged':
      return null;
  }
}
