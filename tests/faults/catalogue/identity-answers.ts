/** The identity is there and says something else: faults of the layer code-authority, at the one answer all rests on. */
import { type About, type CatalogueFault, fault } from '../fault.ts';
import { appears, backendAnswers, backendPatches } from '../inject.ts';

const VERSION = '/__version';
const about = (title: string, more: Partial<About> = {}): About => ({
  ...{ title, severity: 'P1', layer: 'code-authority' },
  ...more,
});
const says = (member: string, value: unknown) => backendPatches(VERSION, { [member]: value });

export const IDENTITY_FAULTS: readonly CatalogueFault[] = [
  fault('X01-20', about('The commit is a name that the build never filled in'), {
    unknown: says('/git_sha', 'unknown'),
    HEAD: says('/git_sha', 'HEAD'),
    'a placeholder': says('/git_sha', '__GIT_SHA__'),
    empty: says('/git_sha', ''),
  }),
  fault('X01-21', about('The commit is no text'), {
    null: says('/git_sha', null),
    number: says('/git_sha', 1234567),
    list: says('/git_sha', ['0123456']),
  }),
  fault('X01-22', about('Another environment answers under this name'), {
    'another one': says('/environment_id', 'staging-0123456789ab'),
    none: says('/environment_id', ''),
    'at one of two replicas': {
      faults: [{ ...appears(VERSION, { patchJson: { '/environment_id': 'staging-0123456789ab' } }), replica: 1 }],
    },
  }),
  fault('X01-23', about('The identity is never answered', { alsoNames: ['runtime'] }), {
    hangs: { faults: [appears(VERSION, { silent: true })] },
    'is cut off': { faults: [appears(VERSION, { truncate: true })] },
    'is reset': { faults: [appears(VERSION, { reset: true })] },
  }),
  fault('X01-24', about('The identity is something else than an object', { alsoNames: ['runtime'] }), {
    list: backendAnswers(VERSION, { status: 200, body: '[]', contentType: 'application/json' }),
    null: backendAnswers(VERSION, { status: 200, body: 'null', contentType: 'application/json' }),
    text: backendAnswers(VERSION, { status: 200, body: 'ok', contentType: 'text/plain' }),
    'torn JSON': backendAnswers(VERSION, { status: 200, body: '{"git_sha":', contentType: 'application/json' }),
  }),
  fault('X01-25', about('The identity asks for a log-in', { alsoNames: ['runtime'] }), {
    '401': backendAnswers(VERSION, { status: 401, body: '{}', contentType: 'application/json' }),
    '302': backendAnswers(VERSION, { status: 302, body: '', headers: { location: 'https://app.mosaic.test/login' } }),
  }),
  fault('X01-26', about('The process says a time of its start that cannot be', { alsoNames: ['endpoints'] }), {
    'no time': says('/started_at', 'yesterday'),
    'a year before its commit': says('/started_at', '2019-05-01T00:00:00.000Z'),
  }),
  fault('X01-27', about('The version of another release under the right commit'), {
    older: says('/version', '1.3.9'),
    newer: says('/version', '1.5.0'),
    none: says('/version', ''),
  }),
];
