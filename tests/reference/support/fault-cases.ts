import type { Fault } from '../../../reference-system/attach.ts';
import type { Door, Observation } from './client.ts';

const html = 'text/html; charset=utf-8';
/** Name, fault, where it is looked for, and what is seen there. */
export const faultCases: [string, Fault, Door, string, Partial<Observation>][] = [
  ['proxy rule missing', { kind: 'proxy-rule-missing' }, 'FRONT_DOOR', '/health', { status: 404, type: html }],
  ['… while the API is well', { kind: 'proxy-rule-missing' }, 'API', '/health', { status: 200 }],
  ['proxy to a dead host', { kind: 'proxy-dead-host' }, 'FRONT_DOOR', '/health', { status: 502 }],
  ['… while the page is well', { kind: 'proxy-dead-host' }, 'FRONT_DOOR', '/', { status: 200, type: html }],
  ['SPA fallback', { kind: 'proxy-spa-fallback' }, 'FRONT_DOOR', '/jobs', { status: 200, type: html }],
  ['no redirect', { kind: 'redirect-missing' }, 'FRONT_DOOR_HTTP', '/', { status: 200, type: html }],
  ['expired', certificate('app', 'expired'), 'FRONT_DOOR', '/health', { error: 'CERT_HAS_EXPIRED' }],
  ['behind the proxy', certificate('api', 'expired'), 'FRONT_DOOR', '/health', { status: 502 }],
  ['wrong host', certificate('api', 'wrong-host'), 'API', '/health', { error: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
  ['no such name', dns('app', { rcode: 'NXDOMAIN' }), 'FRONT_DOOR', '/health', { error: 'ENOTFOUND' }],
  ['silent resolver', dns('app', { silent: true }), 'FRONT_DOOR', '/health', { error: 'ETIMEOUT' }],
  ['wrong address', dns('app', { addresses: ['127.0.0.9'] }), 'FRONT_DOOR', '/', { error: 'ECONNREFUSED' }],
  ['API name gone', dns('api', { rcode: 'NXDOMAIN' }), 'FRONT_DOOR', '/health', { status: 502 }],
  ['frontend 500', route('frontend', { status: 500 }), 'FRONT_DOOR', '/health', { status: 500 }],
  ['… not at the API', route('frontend', { status: 500 }), 'API', '/health', { status: 200 }],
  ['backend 500', route('backend', { status: 500 }), 'API', '/health', { status: 500 }],
  ['cut in mid-body', route('backend', { truncate: true }), 'FRONT_DOOR', '/health', { error: 'ECONNRESET' }],
  ['reset', route('frontend', { reset: true }), 'FRONT_DOOR', '/health', { error: 'ECONNRESET' }],
  ['silent', route('frontend', { silent: true }), 'FRONT_DOOR', '/health', { error: 'SILENT' }],
  [
    'replica stopped',
    { kind: 'replica', replica: 2, action: 'stop' },
    'REPLICA_2',
    '/health',
    { error: 'ECONNREFUSED' },
  ],
  ['… the other one serves', { kind: 'replica', replica: 2, action: 'stop' }, 'FRONT_DOOR', '/health', { status: 200 }],
];

function certificate(host: 'app' | 'api', variant: 'expired' | 'wrong-host'): Fault {
  return { kind: 'certificate', host: `${host}.mosaic.test`, variant };
}
function dns(host: 'app' | 'api', answer: Extract<Fault, { kind: 'dns' }>['answer']): Fault {
  return { kind: 'dns', host: `${host}.mosaic.test`, answer };
}
/** A fault of one path. */
export function route(
  at: 'frontend' | 'backend',
  action: Extract<Fault, { kind: 'route' }>['action'],
  path = '/health',
) {
  return { kind: 'route' as const, at, match: { path }, action };
}
