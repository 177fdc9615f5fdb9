import type { SystemState } from './state.ts';

/** What a person needs to look around: addresses, a curl call and a browser call that trust only this system's CA. */
export function toExploreText(state: SystemState): string {
  const front = state.env['REFERENCE_FRONT_DOOR'] ?? '';
  const { hostname, port } = new URL(front);
  const lines = [
    '',
    '  mosaic is up.',
    '',
    ...Object.entries(state.env)
      .filter(([name]) => name !== 'REFERENCE_DATABASE_URL')
      .map(([name, value]) => `  ${name.replace('REFERENCE_', '').toLowerCase().padEnd(18)} ${value}`),
    '',
    '  Ask it:',
    `    curl --cacert ${state.ca} --resolve ${hostname}:${port}:127.0.0.1 ${front}/health`,
    '  Look at it (after importing the CA into the browser profile):',
    `    chromium --host-resolver-rules="MAP *.mosaic.test 127.0.0.1" ${front}`,
    '  Change it:',
    '    node reference-system/main.ts deploy A',
    `    node reference-system/main.ts fault '{"kind":"proxy-rule-missing"}'`,
    '    node reference-system/main.ts faults-clear',
    '  Ctrl-C stops it.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
