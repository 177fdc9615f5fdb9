/** Faults of the layer code-authority: Code Authority. */
import { type CatalogueFault, type ContractPatch, fault, type InjectedFault } from '../fault.ts';
import { appears, backendAnswers, backendPatches, PAGE, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const SIBLING = '0123456789abcdef0123456789abcdef01234567';
const P1 = { severity: 'P1', layer: 'code-authority' } as const;

/** The front door says what a cache kept of the release before. */
function cached(headers: Readonly<Record<string, string>>): InjectedFault {
  const kept = { kind: 'route', at: 'frontend', match: { path: '/__version' } } as const;
  return {
    faults: [
      { ...kept, action: { patchJson: { '/git_sha': SIBLING } } },
      { ...kept, action: { headers } },
    ],
  };
}

/** What an adopter could have declared instead. */
function declares(set: ContractPatch['set']): InjectedFault {
  return set === undefined ? {} : { contract: { set } };
}

/** The identity says something else as soon as a whole run samples the routes: long after the build has settled. */
const later = (patchJson: Record<string, string>) => ({
  ...appears('/__version', { patchJson }),
  since: { path: '/jobs/1', requests: 60 },
});

export const CODE_AUTHORITY_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L01-01',
    { title: 'Old release still serving after "successful" deploy', severity: 'P0', layer: 'code-authority' },
    {
      'old sha': { release: 'A' },
      'old version string but new sha': backendPatches('/__version', { '/version': '1.3.0' }),
      'sha of a sibling branch': backendPatches('/__version', { '/git_sha': SIBLING }),
      'sha of a sibling branch at one of two replicas': {
        faults: [{ ...appears('/__version', { patchJson: { '/git_sha': SIBLING } }), replica: 2 }],
      },
      'sha of a sibling branch in one of ten answers': {
        faults: [{ ...appears('/__version', { patchJson: { '/git_sha': SIBLING } }), rate: 0.1 }],
      },
    },
  ),
  fault(
    'L01-03',
    { title: '/__version missing (404) so the sha check is skipped', severity: 'P0', layer: 'code-authority' },
    {
      '404': backendAnswers('/__version', ROUTE_NOT_FOUND),
      '500': backendAnswers('/__version', problem(500)),
      '200 with {}': backendAnswers('/__version', { status: 200, body: '{}', contentType: 'application/json' }),
    },
  ),
  fault(
    'L01-04',
    { title: '/__version answered by SPA fallback (200 text/html)', severity: 'P0', layer: 'code-authority' },
    {
      html: backendAnswers('/__version', PAGE),
      'html with JSON content-type': backendAnswers('/__version', { ...PAGE, contentType: 'application/json' }),
    },
  ),
  fault(
    'L01-05',
    { title: 'Version baked at build differs from process actually running', severity: 'P0', layer: 'code-authority' },
    {
      'old pid keeps port': backendPatches('/__version', { '/started_at': '2020-01-01T00:00:00.000Z' }),
      'the same at one of two replicas': {
        faults: [
          {
            ...appears('/__version', { patchJson: { '/started_at': '2020-01-01T00:00:00.000Z' } }),
            at: 'backend',
            replica: 2,
          },
        ],
      },
    },
  ),
  fault(
    'L01-07',
    { ...P1, title: 'Dirty worktree / unpushed commit deployed' },
    {
      dirty: { repository: 'dirty' },
      'dirty, and staged': { repository: 'staged' },
      ahead: { repository: 'ahead' },
      detached: { repository: 'detached' },
      'detached, and pushed': { repository: 'detached-pushed', expect: 'passed' },
      'files that git does not know': { repository: 'untracked', expect: 'passed' },
    },
  ),
  fault(
    'L01-08',
    {
      ...P1,
      title: 'git missing / shallow / not a repo so authority checks silently skip',
      expect: 'inconclusive',
    },
    {
      shallow: { repository: 'shallow' },
      'no git': { env: { PATH: '/nonexistent' } },
      'empty repo': declares({ '/environments/embedded/repository': '.' }),
      'a folder that is not there': declares({ '/environments/embedded/repository': 'no-such-folder' }),
    },
  ),
  fault(
    'L01-09',
    { ...P1, title: 'CDN serves cached /__version of the previous release', expect: 'inconclusive' },
    {
      'Age header': cached({ age: '40' }),
      'stale-while-revalidate': cached({ 'cache-control': 'max-age=1, stale-while-revalidate=600', 'x-cache': 'HIT' }),
      // Nothing tells it from a front door that was left on the old build, and users get the old one either way.
      'no header': { ...cached({}), expect: 'failed' },
    },
  ),
  fault(
    'X01-01',
    { ...P1, title: 'Another environment answers under this name' },
    {
      'another nonce': backendPatches('/__version', { '/environment_id': 'staging' }),
      'at one of two replicas': {
        faults: [{ ...appears('/__version', { patchJson: { '/environment_id': 'staging' } }), replica: 2 }],
      },
    },
  ),
  fault(
    'X01-02',
    { ...P1, title: 'The code comes from another repository than declared' },
    {
      'a fork': declares({ '/code/remoteUrl': 'https://forge.example/fork/mosaic' }),
      'no such remote': declares({ '/code/remote': 'upstream' }),
    },
  ),
  fault(
    'X01-03',
    { ...P1, title: 'The remote branch was never fetched', expect: 'inconclusive' },
    { 'another branch': declares({ '/code/branch': 'release-9' }) },
  ),
  fault(
    'X01-04',
    { ...P1, title: 'A state file claims more than was proven' },
    {
      'complete without a proven run': declares({
        '/code/stateFile': { path: 'release.json', claims: { '/name': ['mosaic'] } },
      }),
      'it is not there': declares({ '/code/stateFile': { path: 'state.json', claims: { '/status': ['complete'] } } }),
    },
  ),
  fault(
    'X01-05',
    { severity: 'P0', layer: 'code-authority', title: 'The identity names no commit' },
    {
      unknown: backendPatches('/__version', { '/git_sha': 'unknown' }),
      empty: backendPatches('/__version', { '/git_sha': '' }),
      null: backendPatches('/__version', { '/git_sha': null }),
      'a branch': backendPatches('/__version', { '/git_sha': 'main' }),
    },
  ),
  fault(
    'X01-06',
    { ...P1, title: 'What runs was built from a commit that the repository does not have' },
    {
      'expected and served': {
        ...backendPatches('/__version', { '/git_sha': SIBLING }),
        env: { GATE10_EXPECT_SHA: SIBLING },
      },
    },
  ),
  fault(
    'X01-07',
    { severity: 'P0', layer: 'code-authority', title: 'Something else answers for the identity' },
    {
      'text/plain': backendAnswers('/__version', { contentType: 'text/plain' }),
      'a redirect to a login': backendAnswers('/__version', { status: 302, body: '', headers: { location: '/login' } }),
      'an empty 200': backendAnswers('/__version', { status: 200, body: '', contentType: 'application/json' }),
      'half of it': { faults: [appears('/__version', { truncate: true })] },
    },
  ),
  fault(
    'X01-08',
    { ...P1, title: 'The deployed commit is unknown, and so is the branch that it should be on' },
    {
      'never fetched': {
        ...backendPatches('/__version', { '/git_sha': SIBLING }),
        ...declares({ '/code/branch': 'release-9' }),
        env: { GATE10_EXPECT_SHA: SIBLING },
      },
    },
  ),
  fault(
    'X01-09',
    { severity: 'P0', layer: 'code-authority', title: 'Something is exchanged while one looks' },
    {
      'another environment takes over': { how: 'run', faults: [later({ '/environment_id': 'staging' })] },
      'another deployment': { how: 'run', faults: [later({ '/git_sha': SIBLING })], expect: 'inconclusive' },
    },
  ),
];
