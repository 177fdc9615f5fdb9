/** Faults of the layer environment: Environment Config. */
import { variables } from '../broken.ts';
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendPatches, frontendAnswers, PAGE } from '../inject.ts';

const P0 = { severity: 'P0', layer: 'environment' } as const;
const P1 = { severity: 'P1', layer: 'environment' } as const;
const P2 = { severity: 'P2', layer: 'environment' } as const;
const P3 = { severity: 'P3', layer: 'environment' } as const;

export const ENVIRONMENT_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L06-01',
    { ...P0, title: 'Required var missing; app boots with undefined' },
    {
      'not set': variables({ AI_API_KEY: null }),
      undefined: variables({ AI_API_KEY: 'undefined' }),
      null: variables({ SESSION_SECRET: 'null' }),
      '""': variables({ SESSION_SECRET: '' }),
      'not set at one of two replicas': variables({ AI_API_KEY: null }, 2),
      'undefined at one of two replicas': variables({ ENVIRONMENT_ID: 'undefined' }, 1),
      'missing, as it says itself': backendPatches('/__config', { '/AI_API_KEY': 'missing' }),
      'invalid, as it says itself': backendPatches('/__config', { '/DATABASE_URL': 'invalid' }),
      'missing at one of two replicas, as it says itself': {
        faults: [{ ...appears('/__config', { patchJson: { '/AI_API_KEY': 'missing' } }), replica: 2 }],
      },
    },
  ),
  fault(
    'L06-02',
    { ...P0, title: 'Empty-string var overrides default' },
    {
      '""': variables({ AI_API_KEY: '' }),
      '" "': variables({ AI_API_KEY: ' ' }),
      '"\\n"': variables({ SESSION_SECRET: '\n' }),
      '"\\t" at one of two replicas': variables({ ALLOWED_ORIGINS: '\t' }, 2),
    },
  ),
  fault(
    'L06-05',
    { ...P1, title: 'Config drift: manifest delta not applied' },
    {
      'flag off': variables({ FEATURE_COACH: 'off' }),
      'flag off at one of two replicas': variables({ FEATURE_COACH: 'off' }, 2),
      // The variable that names the environment is judged where the environment is.
      'old value': { ...variables({ ENVIRONMENT_ID: 'mosaic-before' }), layer: 'code-authority' },
      'extra var': variables({ FEATURE_OLD: 'on' }),
    },
  ),
  fault(
    'L06-06',
    { ...P2, title: 'Secret has trailing newline / quotes' },
    {
      '\\n': variables({ AI_API_KEY: '{{value}}\n' }),
      quotes: variables({ AI_API_KEY: '"{{value}}"' }),
      'single quotes': variables({ SESSION_SECRET: "'{{value}}'" }),
      BOM: variables({ AI_API_KEY: '\uFEFF{{value}}' }),
      '\\n at one of two replicas': variables({ SESSION_SECRET: '{{value}}\n' }, 2),
    },
  ),
  fault(
    'L06-07',
    {
      ...P3,
      title: 'Wrong timezone / locale breaks date logic',
      expect: 'warned',
      notInjectable: {
        'LANG=C': 'Node takes C for en-US, the locale that is declared: nothing changes for this backend',
      },
    },
    {
      TZ: variables({ TZ: 'America/New_York' }),
      'TZ of one of two replicas': variables({ TZ: 'Asia/Kathmandu' }, 2),
      'LANG of Germany': variables({ LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }),
    },
  ),
  fault(
    'L06-08',
    { ...P0, title: "Gate's own env missing (synthetic password unset)", expect: 'refused' },
    {
      unset: { env: { REFERENCE_API: undefined }, says: /REFERENCE_API is not set/ },
      empty: { env: { REFERENCE_API: '' }, says: /REFERENCE_API is empty/ },
      wrong: { env: { REFERENCE_API: 'api.mosaic.test' }, says: /services\.api\.url/ },
    },
  ),
  fault(
    'X06-01',
    { ...P0, title: 'A placeholder of the example file went live' },
    {
      changeme: variables({ SESSION_SECRET: 'changeme' }),
      '<your-key>': variables({ AI_API_KEY: '<your-key>' }),
      your_api_key_here: variables({ AI_API_KEY: 'your_api_key_here' }),
      'xxxx at one of two replicas': variables({ AI_API_KEY: 'xxxx' }, 1),
    },
  ),
  fault(
    'X06-02',
    { ...P1, title: 'A variable has a value of another kind' },
    {
      'an origin with a path': variables({ ALLOWED_ORIGINS: '{{value}}/app' }),
      'an address that is none': variables({ AI_BASE_URL: 'api.provider.test/v1' }),
      'a secret that is too short': variables({ SESSION_SECRET: 'short' }),
      'a secret that is too short, at one of two replicas': variables({ SESSION_SECRET: 'short' }, 2),
    },
  ),
  fault(
    'X06-03',
    // The build is asked first, and says what it was told: nothing more is looked at then.
    { ...P1, title: 'A commit that is none in the environment', alsoNames: ['runtime'] },
    {
      'a word': variables({ GIT_SHA: 'main' }),
      unset: variables({ GIT_SHA: null }),
    },
  ),
  fault(
    'X06-04',
    { ...P1, title: 'Two variables at once' },
    {
      'both unset': variables({ AI_API_KEY: null, SESSION_SECRET: null }),
      'one empty, one a placeholder': variables({ AI_API_KEY: '', SESSION_SECRET: 'changeme' }),
    },
  ),
  fault(
    'X06-05',
    { ...P1, title: 'The address of the provider is one of before' },
    {
      unset: variables({ AI_BASE_URL: null }),
      quotes: variables({ AI_BASE_URL: '"{{value}}"' }),
    },
  ),
  fault(
    'X06-06',
    { ...P2, title: 'The replicas do not agree on their settings' },
    {
      'another flag': variables({ FEATURE_BETA: 'on' }, 2),
      'another secret': { ...variables({ SESSION_SECRET: '{{value}}-before' }, 2), layer: 'authentication' },
    },
  ),
  fault(
    'X06-07',
    { ...P1, title: 'Who asks the front door for the configuration gets the page' },
    { 'fallback of one path': frontendAnswers('/__config', PAGE) },
  ),
];
