/** Lead times the obvious, slow way: one question to git for every deployment. What the fast way is compared with. */

/** Of each deployment (ids, in order of time) the commits that neither it nor `earlier` had before. */
export function deliveredSlowly(
  run: (args: readonly string[], input?: string) => string,
  earlier: readonly string[],
  deployments: readonly string[],
): string[][] {
  return deployments.map((id, place) => {
    const before = [...earlier, ...deployments.slice(0, place)].map((each) => `^${each}\n`).join('');
    return run(['rev-list', '--timestamp', '--stdin'], `${id}\n${before}`).split('\n').filter(Boolean).sort();
  });
}
