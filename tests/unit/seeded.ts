/** fast-check with one seed, so that a run says the same twice; `GATE10_SEED=<integer>` looks elsewhere. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['GATE10_SEED'] ?? 1) });

export default fc;
