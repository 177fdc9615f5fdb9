import { performance } from 'node:perf_hooks';
import { startProvider } from './start-provider.ts';

// The provider as a process of its own: PROVIDER_API_KEY and CONTROL_TOKEN in, one line with its addresses out.
const { PROVIDER_API_KEY: apiKey, CONTROL_TOKEN: controlToken } = process.env;
if (!apiKey || !controlToken) throw new Error('Set PROVIDER_API_KEY and CONTROL_TOKEN.');

const requestsPerMinute = Number(process.env['PROVIDER_REQUESTS_PER_MINUTE'] ?? 100_000);
const provider = await startProvider({
  apiKey,
  controlToken,
  requestsPerMinute,
  nowMs: () => performance.timeOrigin + performance.now(),
});

const stop = (): void => {
  void provider.stop().then(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// When the parent started this with a channel, it ends with the parent.
process.on('disconnect', stop);

process.stdout.write(`${JSON.stringify({ event: 'listening', url: provider.url, control: provider.controlUrl })}\n`);
