/** `waivers` of the scorecard: those of the policy, in force or not, so that whoever reads it sees what was let pass. */
import type { Waiver } from '../../contract/waiver-schema.ts';
import type { Scorecard } from './scorecard-schema.ts';

type ShownWaiver = Scorecard['waivers'][number];

/** Days are UTC; `expires` is the first day on which a waiver is void. */
export function toWaivers(waivers: readonly Waiver[], now: Date): ShownWaiver[] {
  const today = now.toISOString().slice(0, 10);
  return waivers.map((waiver) => ({
    id: waiver.id,
    covers: waiver.covers,
    what: describe(waiver),
    owner: waiver.owner,
    approved_by: waiver.approvedBy,
    reason: waiver.reason,
    granted: waiver.granted,
    expires: waiver.expires,
    status: today < waiver.granted ? 'not-yet' : today < waiver.expires ? 'in-force' : 'expired',
  }));
}

function describe(waiver: Waiver): string {
  switch (waiver.covers) {
    case 'vulnerability': {
      const where = [waiver.package, waiver.file].filter((part) => part !== undefined);
      return [waiver.finding, ...where].join(' in ');
    }
    case 'breaking-change':
      return [waiver.kind, waiver.operation, waiver.place].filter((part) => part !== undefined).join(' ');
  }
}
