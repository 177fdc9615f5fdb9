import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

/**
 * A `lookup` for node's net, tls and https that asks one name server (`address:port`) and nothing else,
 * so that names go where the declared resolver says. Errors are those of c-ares (ENOTFOUND, ESERVFAIL, ETIMEOUT).
 */
export function createLookup(server: string, limits = { timeoutMs: 2000, tries: 1 }): LookupFunction {
  const resolver = new Resolver({ timeout: limits.timeoutMs, tries: limits.tries });
  resolver.setServers([server]);
  return (hostname, options, callback) => {
    resolver.resolve4(hostname).then(
      (addresses) => {
        if (options.all === true)
          return callback(
            null,
            addresses.map((address) => ({ address, family: 4 })),
          );
        const [first] = addresses;
        if (first === undefined) return callback(noAddress(hostname), '');
        return callback(null, first, 4);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`Failed to resolve ${hostname}: no address.`), { code: 'ENODATA' });
}
